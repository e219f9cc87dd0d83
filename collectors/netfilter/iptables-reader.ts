/** Rules of iptables of one family: through iptables-save, whichever variant it is, and through the legacy one where legacy tables are left besides. */
import { type ChosenRules, savedRules, tablesOfIptables } from './choose-rules.js';
import type { Gathering } from './gathering.js';
import { type IptablesSave, SaveParser } from './iptables/save-parser.js';
import type { NftRuleset } from './nft/ruleset-parser.js';
import type { ReaderClock } from './reader-clock.js';
import type { ToolResult, ToolRunner } from './tool-runner.js';

/** Where nothing of iptables was seen, it is asked again after so long: legacy tables do not show in nft. */
const LOOK_AGAIN_MS = 30_000;
/** It fails for longer: a native rule stands in its way for good, and nft's words are better than none. */
const MOST_SILENT = 3;
/** Of iptables-nft, on stderr. */
const LEGACY_PRESENT = /legacy tables present/;

export class IptablesReader {
  readonly #family: 'ip' | 'ip6';
  readonly #save: string;
  readonly #legacySave: string;
  readonly #tools: ToolRunner;
  readonly #clock: ReaderClock;
  readonly #parser = new SaveParser();
  readonly #legacyParser = new SaveParser();
  /** Tables that were told whole without nft at some poll, by the tool. */
  readonly #known = new Set<string>();
  readonly #legacyKnown = new Set<string>();
  /** Tables it told beside nft, when it last told all. */
  #told: ReadonlySet<string> = new Set();
  #failures = 0;
  #hasLegacy = false;
  /** It is the legacy variant, and had tables when last asked. */
  #isWanted = false;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(family: 'ip' | 'ip6', tools: ToolRunner, clock: ReaderClock) {
    this.#family = family;
    const stem = family === 'ip' ? 'iptables' : 'ip6tables';
    this.#save = `${stem}-save`;
    this.#legacySave = `${stem}-legacy-save`;
    this.#tools = tools;
    this.#clock = clock;
  }

  /** `nft`: what it lists; null: nothing. */
  async read(nft: NftRuleset | null, found: Gathering): Promise<void> {
    const isOfNft = nft !== null && [...tablesOfIptables(nft)].some((name) => name.startsWith(`${this.#family} `));
    const isDue = this.#clock.steadyMs() - this.#askedMs >= LOOK_AGAIN_MS;
    if (isOfNft || this.#isWanted || nft === null || isDue) {
      this.#askedMs = this.#clock.steadyMs();
      await this.#askSave(nft, found);
    }
    if (this.#hasLegacy) await this.#askLegacy(found);
  }

  async #askSave(nft: NftRuleset | null, found: Gathering): Promise<void> {
    const result = await this.#tools.run([this.#save, '-c']);
    if (LEGACY_PRESENT.test(result.stderr)) this.#hasLegacy = true;
    if (result.state !== 'ok') found.failures.push(result);
    const save = result.state === 'ok' || result.state === 'failed' ? this.#parser.parse(result.stdout) : null;
    this.#noteSilence(save, result, found);
    if (save === null || (result.state !== 'ok' && save.tables.size === 0)) {
      this.#tellUnread(result, nft !== null, found);
      return;
    }
    if (save.tables.size > 0) found.through.add(`${this.#save} -c`);
    if (result.state !== 'ok') found.partial.push(`${this.#save}: ${result.why}`);
    if (save.strange > 0) found.partial.push(`${this.#save}: ${save.strange} lines are not what it is known to print`);
    const isLegacy = save.isNft === false;
    this.#isWanted = isLegacy && save.tables.size > 0;
    if (!isLegacy && nft !== null) found.nftSaves.set(this.#family, save);
    else this.#takeWhole(save, isLegacy ? 'iptables-legacy' : 'iptables', this.#known, result, found);
  }

  #noteSilence(save: IptablesSave | null, { state }: ToolResult, found: Gathering): void {
    this.#failures = state === 'ok' ? 0 : this.#failures + 1;
    if (state === 'ok') this.#told = new Set(save?.tables.keys());
    if (state === 'ok' || this.#failures > MOST_SILENT) return;
    for (const table of this.#told) if (!save?.tables.has(table)) found.silent.add(`${this.#family} ${table}`);
  }

  #tellUnread(result: ToolResult, hasNft: boolean, found: Gathering): void {
    if (result.state !== 'missing') found.partial.push(`${this.#save}: ${result.why}`);
    else if (!hasNft) found.partial.push(`${this.#save} is not installed`);
    this.#addUnread(this.#known, found);
  }

  async #askLegacy(found: Gathering): Promise<void> {
    const result = await this.#tools.run([this.#legacySave, '-c']);
    if (result.state !== 'ok') {
      const why = result.state === 'missing' ? 'is not installed, and there are legacy tables' : result.why;
      found.partial.push(`${this.#legacySave}: ${why}`);
      this.#addUnread(this.#legacyKnown, found);
      return;
    }
    found.through.add(`${this.#legacySave} -c`);
    const save = this.#legacyParser.parse(result.stdout);
    this.#hasLegacy = save.tables.size > 0;
    this.#takeWhole(save, 'iptables-legacy', this.#legacyKnown, result, found);
  }

  /** Every table with its COMMIT; of the others is told that they are missing. */
  #takeWhole(
    save: IptablesSave,
    by: 'iptables' | 'iptables-legacy',
    known: Set<string>,
    { argv, state }: ToolResult,
    found: Gathering,
  ): void {
    for (const { table, why } of save.unread) {
      found.partial.push(`${argv[0]}: table ${table} is not read, ${why}`);
      found.unread.add(`${this.#family} ${table}`);
    }
    if (state === 'ok') known.clear();
    else this.#addUnread(new Set([...known].filter((table) => !save.tables.has(table))), found);
    for (const table of save.tables.keys()) known.add(table);
    const chosen: ChosenRules = savedRules(save, this.#family, by);
    found.chosen.push(chosen);
  }

  #addUnread(tables: ReadonlySet<string>, found: Gathering): void {
    for (const table of tables) found.unread.add(`${this.#family} ${table}`);
  }
}
