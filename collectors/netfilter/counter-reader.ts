/**
 * One look at a host's firewall: asks the tools that are there, takes each table from the one that tells it whole, and says aloud what is missing.
 * A tool that is not installed is no error while another works; when none works it is one, with what to do about it.
 */
import { messageOf } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import type { CounterSample } from '../../src/records/counter-sample.js';
import { chooseRules } from './choose-rules.js';
import { Gathering } from './gathering.js';
import { IptablesReader } from './iptables-reader.js';
import { type NftRuleset, parseNftRuleset } from './nft/ruleset-parser.js';
import { nothingWorks } from './nothing-works.js';
import { readBootId, readHostSignals } from './proc/host-signals.js';
import type { ReaderClock } from './reader-clock.js';
import { SetHeadReader } from './set-head-reader.js';
import { SignalReader } from './signal-reader.js';
import { threadMs } from './thread-time.js';
import type { ToolResult, ToolRunner } from './tool-runner.js';

export interface ReadHints {
  /** Whoever changes rules would have been noticed: the last listing of nft still says which rules there are. */
  readonly isUnchanged: boolean;
}

const NFT_LIST = ['nft', '-j', '-t', 'list', 'ruleset'];
export class CounterReader {
  readonly #host: Host;
  readonly #clock: ReaderClock;
  readonly #tools: ToolRunner;
  readonly #signals: SignalReader;
  readonly #sets: SetHeadReader;
  readonly #iptables: readonly IptablesReader[];
  #nft: NftRuleset | null = null;
  #isAllSaved = false;
  #through: readonly string[] = [];

  constructor(host: Host, clock: ReaderClock, tools: ToolRunner) {
    this.#host = host;
    this.#clock = clock;
    this.#tools = tools;
    this.#signals = new SignalReader(host);
    this.#sets = new SetHeadReader(tools, clock);
    this.#iptables = [new IptablesReader('ip', tools, clock), new IptablesReader('ip6', tools, clock)];
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
    // Beside the tools: it is of the same moment then, and to another host one way there and back less.
    const stack = this.#signals.read();
    stack.catch(() => {}); // told below, unless the tools fail too
    const nft = await this.#readNft(found, isUnchanged);
    for (const iptables of this.#iptables) await iptables.read(nft, found);
    const whole = nft === null ? null : await this.#mergedWithNft(nft, found);
    if (found.chosen.length === 0 && whole === null) throw nothingWorks(found);
    const ipsets = await this.#sets.read(found.through);
    const texts = await stack;
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
      counters: whole?.counters ?? [],
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
    return this.#listNft(found, isUnchanged ? this.#nft : null);
  }

  async #listNft(found: Gathering, trusted: NftRuleset | null): Promise<NftRuleset | null> {
    const result = await this.#tools.run(NFT_LIST);
    if (result.state !== 'ok') {
      found.failures.push(result);
      this.#tellUnreadNft(result, found);
      return null;
    }
    try {
      this.#nft = parseNftRuleset(result.stdout, trusted);
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
    for (const table of this.#nft?.tables ?? []) found.unread.add(table);
    this.#isAllSaved = false;
    if (result.state === 'missing') found.partial.push('nft is not installed: tables of nft are not seen');
    else found.partial.push(result.why);
  }

  async #mergedWithNft(
    nft: NftRuleset,
    found: Gathering,
  ): Promise<Pick<CounterSample, 'rules' | 'chains' | 'counters'>> {
    let from = nft;
    let chosen = chooseRules(nft, found.nftSaves, found.silent);
    if (!chosen.isAllSaved && this.#isAllSaved) {
      // It was not asked this time, and its old listing does not fit any more.
      this.#isAllSaved = false;
      const fresh = await this.#listNft(found, null);
      if (fresh === null) return { rules: [], chains: [], counters: [] };
      from = fresh;
      chosen = chooseRules(fresh, found.nftSaves, found.silent);
    }
    this.#isAllSaved = chosen.isAllSaved && chosen.rules.length > 0;
    for (const table of chosen.opaque) {
      found.partial.push(`${table}: rules of iptables are shown as nft names them, without their words`);
    }
    for (const table of found.silent) found.unread.add(table);
    return { rules: chosen.rules, chains: chosen.chains, counters: from.counters };
  }
}
