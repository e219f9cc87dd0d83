/**
 * Counters of a host's firewall, for as long as somebody looks: rules at a pace that costs at most a twentieth of a core, elements of sets more rarely,
 * changes as soon as nft tells of them. A poll that fails leaves the last figures, called stale, and gaps in the trends.
 */
import { RuleRates, type RulesPart } from '../../src/aggregate/rules/rule-rates.js';
import { messageOf } from '../../src/errors.js';
import type { Host } from '../../src/platform/host.js';
import type { CounterSample } from '../../src/records/counter-sample.js';
import type { RulesView } from '../../src/snapshot/rules-view.js';
import { Bell } from './bell.js';
import { ChangeMonitor } from './change-monitor.js';
import { CounterReader } from './counter-reader.js';
import { ElementReader } from './element-reader.js';
import { ElementWatch } from './element-watch.js';
import { PollBudget } from './poll-budget.js';
import { type ReaderClock, realClock } from './reader-clock.js';
import { threadMs } from './thread-time.js';
import { ToolRunner } from './tool-runner.js';

export interface NetfilterOptions {
  readonly clock?: ReaderClock;
  /** Asks for nft's own news of changes; default true. */
  readonly hasMonitor?: boolean;
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** A listing of nft is trusted for so long while nothing was told to have changed; of news it lost, nft says so, and that is a change too. */
const TRUST_MS = 300_000;

export class NetfilterCollector {
  readonly #host: Host;
  readonly #clock: ReaderClock;
  readonly #hasMonitor: boolean;
  readonly #tools: ToolRunner;
  readonly #reader: CounterReader;
  readonly #elements: ElementWatch;
  readonly #rates = new RuleRates();
  readonly #budget = new PollBudget();
  readonly #bell = new Bell();
  readonly #monitor: ChangeMonitor;
  #sample: CounterSample | null = null;
  #isChanged = true;
  #listedMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #detail = '';

  constructor(host: Host, { clock = realClock, hasMonitor = true }: NetfilterOptions = {}) {
    this.#host = host;
    this.#clock = clock;
    this.#hasMonitor = hasMonitor;
    this.#tools = new ToolRunner(host, () => clock.steadyMs());
    this.#reader = new CounterReader(host, clock, this.#tools);
    this.#elements = new ElementWatch(new ElementReader(this.#tools), clock);
    this.#monitor = new ChangeMonitor(host, {
      onRules: () => {
        this.#isChanged = true;
        this.#bell.ring();
      },
      onOwnElements: () => {
        this.#elements.hurry();
        this.#bell.ring();
      },
    });
  }

  /** The set whose elements are to be in the view; null: none. */
  open(setKey: string | null): void {
    this.#elements.open(setKey);
    this.#bell.ring();
  }

  /** Until the signal aborts. Whatever fails is tried again, and told in the view. */
  async run(onView: (view: RulesView) => void, signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const stop = () => ending.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const monitoring = this.#hasMonitor ? this.#monitor.run(() => this.#clock.steadyMs(), ending.signal) : null;
    try {
      while (!ending.signal.aborted) await this.#round(onView, ending.signal);
    } finally {
      ending.abort();
      signal.removeEventListener('abort', stop);
      await monitoring;
    }
  }

  async #round(onView: (view: RulesView) => void, signal: AbortSignal): Promise<void> {
    const part = await this.#poll();
    if (signal.aborted) return;
    onView(this.#view(part));
    const pollAtMs = this.#clock.steadyMs() + this.#pauseMs();
    for (;;) {
      if (this.#sample !== null && this.#failures === 0 && (await this.#readElements())) {
        if (signal.aborted) return;
        onView(this.#view(this.#rates.again((id) => this.#elements.leftSec(id))));
      }
      const leftMs = Math.min(pollAtMs - this.#clock.steadyMs(), this.#urgentMs());
      if (leftMs <= 0) return;
      const elementsMs = this.#failures > 0 ? Number.POSITIVE_INFINITY : this.#elements.dueInMs();
      await this.#bell.wait(Math.min(leftMs, Math.max(20, elementsMs)), signal);
      if (signal.aborted) return;
    }
  }

  async #poll(): Promise<RulesPart | null> {
    const startMs = this.#clock.steadyMs();
    const isUnchanged =
      !this.#isChanged &&
      this.#monitor.isWatching(startMs) &&
      startMs - this.#listedMs < TRUST_MS &&
      this.#failures === 0;
    const leftSec = (id: string) => this.#elements.leftSec(id);
    this.#isChanged = false;
    try {
      const read = await this.#reader.read({ isUnchanged });
      if (!isUnchanged) this.#listedMs = startMs;
      const sample = { ...read, sets: this.#elements.withCounts(read.sets), partial: this.#withNotes(read.partial) };
      this.#sample = sample;
      this.#failures = 0;
      this.#detail = '';
      const before = threadMs();
      const part = this.#rates.take(sample, leftSec);
      this.#budget.spend(sample.costMs + threadMs() - before, startMs, this.#clock.steadyMs(), true);
      return part;
    } catch (error) {
      this.#failures += 1;
      this.#detail = messageOf(error);
      const stack = await this.#reader.readSignals().catch(() => null);
      this.#budget.spend(this.#tools.takeSpentMs() + (stack?.costMs ?? 0), startMs, this.#clock.steadyMs(), true);
      return this.#rates.miss(stack, leftSec);
    }
  }

  async #readElements(): Promise<boolean> {
    const sample = this.#sample;
    if (sample === null || this.#elements.dueInMs() > 0) return false;
    const startMs = this.#clock.steadyMs();
    const before = threadMs();
    this.#tools.takeSpentMs();
    await this.#elements.read(sample);
    const costMs = this.#tools.takeSpentMs() + threadMs() - before;
    this.#elements.charge(costMs);
    this.#budget.spend(costMs, startMs, this.#clock.steadyMs(), false);
    return true;
  }

  #withNotes(partial: readonly string[]): string[] {
    return [...partial, ...this.#elements.problems, ...(this.#monitor.note === '' ? [] : [this.#monitor.note])];
  }

  #pauseMs(): number {
    const pauseMs = this.#budget.pauseMs(this.#clock.steadyMs());
    if (this.#failures === 0) return pauseMs;
    return Math.max(pauseMs, Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LAST_RETRY_MS));
  }

  #urgentMs(): number {
    if (!this.#isChanged || this.#failures > 0) return Number.POSITIVE_INFINITY;
    return this.#budget.pauseMs(this.#clock.steadyMs(), true);
  }

  #view(part: RulesPart | null): RulesView {
    const state = this.#failures === 0 ? 'live' : this.#sample === null ? 'failed' : 'stale';
    return {
      host: this.#host.name,
      state,
      detail: this.#detail,
      atMs: this.#sample?.atMs ?? 0,
      everyMs: Math.round(Math.max(1000, this.#pauseMs())),
      cost: this.#budget.share,
      through: this.#reader.through.join(', '),
      ...(part ?? { rxPps: null, rxBps: null, rows: [], ruleCount: 0, sets: [], signals: [], notes: [] }),
      openSet: this.#elements.openRows,
      topDropped: this.#elements.topDropped,
    };
  }
}
