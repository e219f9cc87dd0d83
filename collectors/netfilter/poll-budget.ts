/**
 * How often a host may be asked: reading takes at most a twentieth of one core. What a cheap poll leaves unused is saved up to a quarter of a second, so
 * that one slow poll on a busy machine makes no pause; a dear one is paid off before the next. Two seconds are given for the first ten: a rate needs
 * two readings, and of 50 000 rules the second would come after a minute.
 */

/** A twentieth of a core is promised; a quarter of that is left for what nobody accounts for (the bench netfilter-poll finds it). */
const SHARE = 0.036;
const MOST_SAVED_MS = 250;
const GIVEN_MS = 2000;
const GIVEN_FOR_MS = 10_000;
const LEAST_PAUSE_MS = 1000;
/** Dearer than this and nothing is spared: a poll of more than 30 s of processor time is no monitoring. */
const MOST_PAUSE_MS = 600_000;
/** Of the newest readings, for what is told of the cost. */
const SMOOTHING = 0.3;

export class PollBudget {
  #savedMs = GIVEN_MS;
  #startMs: number | null = null;
  #lastMs: number | null = null;
  #readMs = Number.NEGATIVE_INFINITY;
  #shareNow = 0;
  #spentSinceRead = 0;

  /** Of one core, 0..1, as of late. */
  get share(): number {
    return this.#shareNow;
  }

  /** What was just spent; `isPoll`: it was a reading of the rules that began at `startMs`. */
  spend(costMs: number, startMs: number, nowMs: number, isPoll: boolean): void {
    this.#earn(nowMs);
    this.#savedMs = Math.max(this.#savedMs - costMs, -MOST_PAUSE_MS * SHARE);
    this.#spentSinceRead += costMs;
    if (!isPoll) return;
    const elapsedMs = startMs - this.#readMs;
    if (Number.isFinite(elapsedMs) && elapsedMs > 0) {
      const share = this.#spentSinceRead / elapsedMs;
      this.#shareNow = this.#shareNow === 0 ? share : this.#shareNow * (1 - SMOOTHING) + share * SMOOTHING;
    }
    this.#spentSinceRead = 0;
    this.#readMs = startMs;
  }

  /** Milliseconds from now to the next poll. `isUrgent`: somebody changed the rules; a little may be borrowed then. */
  pauseMs(nowMs: number, isUrgent = false): number {
    this.#earn(nowMs);
    const owedMs = Math.max(0, -this.#savedMs - (isUrgent ? MOST_SAVED_MS : 0));
    const sinceRead = nowMs - this.#readMs;
    return Math.max(0, LEAST_PAUSE_MS - sinceRead, owedMs / SHARE);
  }

  #earn(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#startMs ??= nowMs;
    this.#lastMs = Math.max(nowMs, this.#lastMs ?? nowMs);
    const mostMs = nowMs - this.#startMs < GIVEN_FOR_MS ? GIVEN_MS : MOST_SAVED_MS;
    this.#savedMs = Math.min(mostMs, this.#savedMs + elapsedMs * SHARE);
  }
}
