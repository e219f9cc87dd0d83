/**
 * Counters over time: what they were at the end of each of the last seconds, so that what came in a window is a difference.
 * One small object a second of capture time, at most `ENDS` of them. Silence needs no call.
 */
import { BLOCK_SECONDS, BLOCKS, type Scope } from './window-scope.js';

/** One more than the longest window looks back on, plus the one before it. */
const ENDS = (BLOCKS + 1) * BLOCK_SECONDS + 2;

interface SecondEnd<Counts> {
  readonly sec: number;
  readonly counts: Counts;
}

export class CountHistory<Counts extends { readonly [Name in keyof Counts]: number }> {
  /** Oldest first. */
  #ends: SecondEnd<Counts>[] = [];
  /** What was counted before the oldest of them. */
  #base: Counts | null = null;

  /** Second `sec` is over, with these counts since the start. They are copied. */
  note(sec: number, counts: Counts): void {
    this.#ends.push({ sec, counts: { ...counts } });
    if (this.#ends.length > ENDS) this.#base = this.#ends.shift()?.counts ?? null;
  }

  /** The clock was set: what was counted so far lies in no window. */
  forget(counts: Counts): void {
    this.#ends = [];
    this.#base = { ...counts };
  }

  /** What came in the scope. `now`: the counts since the start. */
  within({ fromSec, hasRunning }: Scope, now: Counts): Counts {
    if (fromSec === Number.NEGATIVE_INFINITY) return { ...now };
    const before = this.#before(fromSec);
    const until = hasRunning ? now : (this.#ends.at(-1)?.counts ?? before);
    const names = Object.keys(now) as (keyof Counts)[];
    const came = names.map((name) => [name, until === null ? 0 : until[name] - (before?.[name] ?? 0)]);
    return Object.fromEntries(came) as Counts;
  }

  /** At the end of the last second before `sec`; null: nothing had been counted then. */
  #before(sec: number): Counts | null {
    for (let i = this.#ends.length - 1; i >= 0; i -= 1) {
      const end = this.#ends[i] as SecondEnd<Counts>;
      if (end.sec < sec) return end.counts;
    }
    return this.#base;
  }
}
