/**
 * One look at a host's firewall: asks the tools that are there, takes each table from the one that tells it whole, and says aloud what is missing.
 * A tool that is not installed is no error while another works; when none works it is one, with what to do about it.
 */
import { messageOf, UserError } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import type { CounterSample, RuleFamily } from '../../src/records/counter-sample.js';
import { type ChosenRules, chooseRules, savedRules, tablesOfIptables } from './choose-rules.js';
import { type IptablesSave, SaveParser } from './iptables/save-parser.js';
import { type NftRuleset, parseNftRuleset } from './nft/ruleset-parser.js';
import { readBootId, readHostSignals } from './proc/host-signals.js';
import { SetHeadReader } from './set-head-reader.js';
import { SignalReader } from './signal-reader.js';
import { threadMs } from './thread-time.js';
import type { ToolResult, ToolRunner } from './tool-runner.js';

export interface ReaderClock {
  /** Epoch ms. */
  nowMs(): number;
  /** Of a clock that never jumps. */
  steadyMs(): number;
}

export interface ReadHints {
  /** Whoever changes rules would have been noticed: the last listing of nft still says which rules there are. */
  readonly isUnchanged: boolean;
}

const NFT_LIST = ['nft', '-j', '-t', 'list', 'ruleset'];
const SAVES = [
  { name: 'iptables-save', argv: ['iptables-save', '-c'], legacy: ['iptables-legacy-save', '-c'], family: 'ip' },
  { name: 'ip6tables-save', argv: ['ip6tables-save', '-c'], legacy: ['ip6tables-legacy-save', '-c'], family: 'ip6' },
] as const;
/** Where nothing of iptables was seen, it is asked again after so long: legacy tables do not show in nft. */
const LOOK_AGAIN_MS = 30_000;
const LEGACY_PRESENT = /legacy tables present/;

type Family = (typeof SAVES)[number]['family'];

/** What one tool has told, at this poll and before. */
interface SaveSource {
  readonly parser: SaveParser;
  readonly legacyParser: SaveParser;
  /** Tables that it told whole at some poll. */
  readonly known: Set<string>;
  readonly legacyKnown: Set<string>;
  hasLegacy: boolean;
  /** It had tables that are not nft's when last asked. */
  isWanted: boolean;
  askedMs: number;
}

/** What a poll gathers. */
class Gathering {
  readonly chosen: ChosenRules[] = [];
  readonly nftSaves = new Map<RuleFamily, IptablesSave>();
  readonly partial: string[] = [];
  readonly unread = new Set<string>();
  readonly through = new Set<string>();
  readonly failures: ToolResult[] = [];
}

export class CounterReader {
  readonly #host: Host;
  readonly #clock: ReaderClock;
  readonly #tools: ToolRunner;
  readonly #signals: SignalReader;
  readonly #sets: SetHeadReader;
  readonly #saves = new Map<Family, SaveSource>();
  #nft: NftRuleset | null = null;
  #isAllSaved = false;
  #through: readonly string[] = [];

  constructor(host: Host, clock: ReaderClock, tools: ToolRunner) {
    this.#host = host;
    this.#clock = clock;
    this.#tools = tools;
    this.#signals = new SignalReader(host);
    this.#sets = new SetHeadReader(tools, clock);
    for (const { family } of SAVES) this.#saves.set(family, newSource());
  }

  /** Tools in use, as of the last reading. */
  get through(): readonly string[] {
    return this.#through;
  }

  /** Rejects with UserError when no tool tells anything; what /proc tells is then asked for with `readSignals`. */
  async read({ isUnchanged }: ReadHints): Promise<CounterSample> {
    const before = threadMs();
    this.#tools.takeSpentMs();
    const found = new Gathering();
    const atMs = this.#clock.nowMs();
    const steadyMs = this.#clock.steadyMs();
    const nft = await this.#readNft(found, isUnchanged);
    for (const save of SAVES) await this.#readSave(save, nft, found);
    const whole = nft === null ? null : await this.#mergedWithNft(nft, found);
    if (found.chosen.length === 0 && whole === null) throw this.#nothingWorks(found);
    const ipsets = await this.#sets.read(found.through);
    const texts = await this.#signals.read();
    this.#through = [...found.through];
    const rules = [...(whole?.rules ?? []), ...found.chosen.flatMap((chosen) => chosen.rules)];
    for (const { family, table } of rules) found.unread.delete(`${family} ${table}`); // another tool told it
    return {
      host: this.#host.name,
      atMs,
      steadyMs,
      bootId: readBootId(texts),
      rules,
      chains: [...(whole?.chains ?? []), ...found.chosen.flatMap((chosen) => chosen.chains)],
      sets: [...(this.#nft?.sets ?? []), ...ipsets],
      counters: this.#nft?.counters ?? [],
      signals: readHostSignals(texts),
      partial: found.partial,
      unread: [...found.unread],
      costMs: this.#tools.takeSpentMs() + threadMs() - before,
    };
  }

  /** Without any right: a sample that knows no rule. */
  async readSignals(): Promise<CounterSample> {
    const before = threadMs();
    const texts = await this.#signals.read();
    return {
      host: this.#host.name,
      atMs: this.#clock.nowMs(),
      steadyMs: this.#clock.steadyMs(),
      bootId: readBootId(texts),
      rules: [],
      chains: [],
      sets: [],
      counters: [],
      signals: readHostSignals(texts),
      partial: [],
      unread: [],
      costMs: this.#tools.takeSpentMs() + threadMs() - before,
    };
  }

  /** Null: nft tells nothing, now or ever. */
  async #readNft(found: Gathering, isUnchanged: boolean): Promise<NftRuleset | null> {
    if (isUnchanged && this.#isAllSaved && this.#nft !== null) {
      found.through.add('nft -j');
      return this.#nft;
    }
    return this.#listNft(found);
  }

  async #listNft(found: Gathering): Promise<NftRuleset | null> {
    const result = await this.#tools.run(NFT_LIST);
    if (result.state !== 'ok') {
      found.failures.push(result);
      this.#tellUnreadNft(result, found);
      return null;
    }
    try {
      this.#nft = parseNftRuleset(result.stdout);
    } catch (error) {
      const garbled = { ...result, state: 'failed' as const, why: messageOf(error) };
      found.failures.push(garbled);
      this.#tellUnreadNft(garbled, found);
      return null;
    }
    found.through.add('nft -j');
    if (this.#nft.leftOut > 0) found.partial.push(`nft: ${this.#nft.leftOut} rules or objects are not shown`);
    return this.#nft;
  }

  #tellUnreadNft(result: ToolResult, found: Gathering): void {
    const isNews = this.#nft !== null;
    for (const table of this.#nft?.tables ?? []) found.unread.add(table);
    this.#isAllSaved = false;
    if (result.state === 'missing') found.partial.push('nft is not installed: tables of nft are not seen');
    else if (isNews || result.state !== 'denied') found.partial.push(result.why);
  }

  async #readSave(tool: (typeof SAVES)[number], nft: NftRuleset | null, found: Gathering): Promise<void> {
    const source = this.#saves.get(tool.family) as SaveSource;
    const isOfNft = nft !== null && [...tablesOfIptables(nft)].some((name) => name.startsWith(`${tool.family} `));
    const isDue = this.#clock.steadyMs() - source.askedMs >= LOOK_AGAIN_MS;
    if (isOfNft || source.isWanted || nft === null || isDue) {
      source.askedMs = this.#clock.steadyMs();
      await this.#askSave(tool, source, nft, found);
    }
    if (source.hasLegacy) await this.#askLegacy(tool, source, found);
  }

  async #askSave(
    { argv, name, family }: (typeof SAVES)[number],
    source: SaveSource,
    nft: NftRuleset | null,
    found: Gathering,
  ): Promise<void> {
    const result = await this.#tools.run(argv);
    const save = result.state === 'missing' || result.state === 'denied' ? null : source.parser.parse(result.stdout);
    const isWhole = result.state === 'ok';
    if (LEGACY_PRESENT.test(result.stderr)) source.hasLegacy = true;
    if (!isWhole) found.failures.push(result);
    if (save === null || (!isWhole && save.tables.size === 0)) {
      if (result.state !== 'missing') found.partial.push(`${name}: ${result.why}`);
      else if (nft === null) found.partial.push(`${name} is not installed`);
      addAll(found.unread, nft === null ? source.known : source.legacyKnown, family);
      return;
    }
    if (save.tables.size > 0) found.through.add(`${name} -c`);
    if (!isWhole) found.partial.push(`${name}: ${result.why}`);
    if (save.strange > 0) found.partial.push(`${name}: ${save.strange} lines are not what it is known to print`);
    const isLegacy = save.isNft === false;
    source.isWanted = isLegacy && save.tables.size > 0;
    if (isLegacy || nft === null) {
      this.#takeWhole(save, family, isLegacy ? 'iptables-legacy' : 'iptables', name, source.known, isWhole, found);
    } else found.nftSaves.set(family, save);
  }

  async #askLegacy(
    { legacy, name, family }: (typeof SAVES)[number],
    source: SaveSource,
    found: Gathering,
  ): Promise<void> {
    const tool = legacy[0];
    const result = await this.#tools.run(legacy);
    if (result.state !== 'ok') {
      found.partial.push(
        `${tool}: ${result.state === 'missing' ? `not installed, and ${name} says there are legacy tables` : result.why}`,
      );
      addAll(found.unread, source.legacyKnown, family);
      return;
    }
    found.through.add(`${tool} -c`);
    const save = source.legacyParser.parse(result.stdout);
    source.hasLegacy = save.tables.size > 0;
    this.#takeWhole(save, family, 'iptables-legacy', tool, source.legacyKnown, true, found);
  }

  /** Every table with its COMMIT; of the others is told that they are missing. */
  #takeWhole(
    save: IptablesSave,
    family: Family,
    by: 'iptables' | 'iptables-legacy',
    tool: string,
    known: Set<string>,
    isWhole: boolean,
    found: Gathering,
  ): void {
    for (const { table, why } of save.unread) {
      found.partial.push(`${tool}: table ${table} is not read, ${why}`);
      found.unread.add(`${family} ${table}`);
    }
    if (!isWhole) addAll(found.unread, new Set([...known].filter((table) => !save.tables.has(table))), family);
    else known.clear();
    for (const table of save.tables.keys()) known.add(table);
    found.chosen.push(savedRules(save, family, by));
  }

  async #mergedWithNft(nft: NftRuleset, found: Gathering): Promise<ChosenRules> {
    let chosen = chooseRules(nft, found.nftSaves);
    if (!chosen.isAllSaved && this.#isAllSaved) {
      // It was not asked this time, and its old listing does not fit any more.
      this.#isAllSaved = false;
      const fresh = await this.#listNft(found);
      chosen = fresh === null ? { ...chosen, rules: [], chains: [] } : chooseRules(fresh, found.nftSaves);
    }
    this.#isAllSaved = chosen.isAllSaved && chosen.rules.length > 0;
    for (const table of chosen.opaque) {
      found.partial.push(`${table}: rules of iptables are shown as nft names them, without their words`);
    }
    return chosen;
  }

  #nothingWorks({ failures, partial }: Gathering): UserError {
    const denied = failures.find(({ state }) => state === 'denied');
    const first = denied ?? failures.find(({ state }) => state === 'failed') ?? failures[0];
    if (first === undefined)
      return new UserError('FIREWALL_UNREAD', partial.join('; ') || 'no tool told anything', 'Install nftables.');
    if (denied !== undefined) {
      return new UserError(
        'NFT_PERMISSION',
        `cannot read the firewall's counters: ${denied.why}`,
        'Reading them needs CAP_NET_ADMIN: run as root, or allow the reading commands with sudo ("ddostop doctor" prints the lines).',
      );
    }
    if (failures.every(({ state }) => state === 'missing')) {
      return new UserError(
        'NFT_MISSING',
        "cannot read the firewall's counters: neither nft nor iptables-save is installed",
        'Install nftables (apt-get install nftables), or extend PATH.',
      );
    }
    return new UserError(
      'FIREWALL_UNREAD',
      `cannot read the firewall's counters: ${first.why}`,
      'Run that command by hand.',
    );
  }
}

function newSource(): SaveSource {
  return {
    parser: new SaveParser(),
    legacyParser: new SaveParser(),
    known: new Set(),
    legacyKnown: new Set(),
    hasLegacy: false,
    isWanted: false,
    askedMs: Number.NEGATIVE_INFINITY,
  };
}

function addAll(unread: Set<string>, tables: ReadonlySet<string>, family: Family): void {
  for (const table of tables) unread.add(`${family} ${table}`);
}
