/** Capture time while no packet brings it along: our own clock since the last packet, some way behind. */

/** Packets of this long ago may still be on their way to us; ahead of them, time would make them late. */
const BEHIND_MS = 1000;

export class SilenceClock {
  #fromSec = Number.NaN;
  #silentMs = 0;
  #lastMs = Number.NaN;

  /** `tickMs`: time between calls of `advance`. */
  constructor(readonly tickMs: number) {}

  /** A packet came. */
  end(): void {
    this.#silentMs = 0;
    this.#lastMs = Number.NaN;
  }

  /** Capture time by now, epoch seconds; NaN while nothing can be said. `nowSec`: of the newest packet. `monotonicMs`: any steady clock. */
  advance(nowSec: number, monotonicMs: number): number {
    if (Number.isNaN(this.#lastMs)) this.#fromSec = nowSec;
    // A step longer than two ticks: we were suspended, and nobody listened.
    else this.#silentMs += Math.min(monotonicMs - this.#lastMs, 2 * this.tickMs);
    this.#lastMs = monotonicMs;
    return this.#silentMs > BEHIND_MS ? this.#fromSec + (this.#silentMs - BEHIND_MS) / 1000 : Number.NaN;
  }
}
