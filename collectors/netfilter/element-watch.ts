/** What is known of elements between two readings of them, and when the next reading is due. */
import { byActivity, ElementRates, MAX_ELEMENT_ROWS } from '../../src/aggregate/rules/rule-elements.js';
import type { CounterSample, SetSummary } from '../../src/records/counter-sample.js';
import type { ElementRow, RulesView } from '../../src/snapshot/rules-view.js';
import type { ElementReader, ReadSet } from './element-reader.js';
import type { ReaderClock } from './reader-clock.js';

const EVERY_MS = 5000;
/** A set that was opened, or a lease that was renewed, is read at once, but not more often than this. */
const LEAST_MS = 1000;
/** Of the share of a core that reading may take, a quarter goes here: 1.25 % of a core, so eighty times what it costs. */
const COST_FACTOR = 80;
const MOST_TOP = 50;

export class ElementWatch {
  readonly #reader: ElementReader;
  readonly #clock: ReaderClock;
  readonly #rates = new ElementRates();
  readonly #counts = new Map<string, number>();
  /** Until when the lease of a mitigation lasts, steady ms. */
  #leases = new Map<string, number>();
  #openKey: string | null = null;
  #openRows: RulesView['openSet'] = null;
  #topDropped: readonly ElementRow[] = [];
  #problems: readonly string[] = [];
  #readMs = Number.NEGATIVE_INFINITY;
  #costMs = 0;
  #isHurried = false;

  constructor(reader: ElementReader, clock: ReaderClock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  get openRows(): RulesView['openSet'] {
    return this.#openRows;
  }

  get topDropped(): readonly ElementRow[] {
    return this.#topDropped;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  open(setKey: string | null): void {
    if (setKey === this.#openKey) return;
    this.#openKey = setKey;
    this.#openRows = null;
    if (setKey !== null) this.hurry();
  }

  hurry(): void {
    this.#isHurried = true;
  }

  charge(costMs: number): void {
    this.#costMs = costMs;
  }

  dueInMs(): number {
    const sinceMs = this.#clock.steadyMs() - this.#readMs;
    // A quarter of the pace is borrowed for who waits for it; the budget of all readings is paid either way.
    const everyMs = this.#isHurried
      ? Math.max(LEAST_MS, (COST_FACTOR / 4) * this.#costMs)
      : Math.max(EVERY_MS, COST_FACTOR * this.#costMs);
    return Math.max(0, everyMs - sinceMs);
  }

  /** Seconds the mitigation has left, as the kernel's own timeouts said. */
  leftSec(mitigationId: string): number | null {
    const endMs = this.#leases.get(mitigationId);
    return endMs === undefined ? null : Math.max(0, (endMs - this.#clock.steadyMs()) / 1000);
  }

  /** Sets with how many elements they had when last read. */
  withCounts(sets: readonly SetSummary[]): SetSummary[] {
    return sets.map((set) => (set.elements === null ? { ...set, elements: this.#counts.get(set.key) ?? null } : set));
  }

  async read(sample: CounterSample): Promise<void> {
    this.#isHurried = false;
    this.#readMs = this.#clock.steadyMs();
    const openKey = this.#openKey;
    const { sets, problems } = await this.#reader.read(sample, openKey);
    this.#problems = problems;
    this.#forgetGone(sample);
    const dropped: ElementRow[] = [];
    this.#leases = leasesOf(sets, this.#readMs);
    for (const { set, elements, total, isDropping, leaseOf } of sets) {
      this.#counts.set(set.key, total);
      if (leaseOf !== null && set.key !== openKey) continue;
      const rows = this.#rates.take(set.key, elements, this.#clock.steadyMs());
      if (set.key === openKey && openKey === this.#openKey) {
        this.#openRows = { key: set.key, rows: rows.slice(0, MAX_ELEMENT_ROWS), total };
      }
      if (isDropping) dropped.push(...rows.filter(({ packets }) => packets !== null && packets > 0).slice(0, MOST_TOP));
    }
    this.#topDropped = dropped.sort(byActivity).slice(0, MOST_TOP);
  }

  #forgetGone({ sets }: CounterSample): void {
    const there = new Set(sets.map(({ key }) => key));
    this.#rates.keepOnly(there);
    for (const key of this.#counts.keys()) if (!there.has(key)) this.#counts.delete(key);
    if (this.#openKey !== null && !there.has(this.#openKey)) this.#openRows = null;
  }
}

/** A lease lasts as long as the longest of its elements: one for each IP version. */
function leasesOf(sets: readonly ReadSet[], readMs: number): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { leaseOf, elements } of sets) {
    if (leaseOf === null) continue;
    const left = Math.max(0, ...elements.map(({ expiresSec }) => expiresSec ?? 0));
    ends.set(leaseOf, readMs + left * 1000);
  }
  return ends;
}
