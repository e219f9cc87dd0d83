/** Token bucket over the bytes sent to the terminal, so that a slow line is never asked for more than it carries. */

export class ByteGovernor {
  #tokens: number;
  #lastMs = Number.NaN;

  /** `bytesPerSec`: Infinity = no limit. One second's worth may go out at once; a bigger frame puts the bucket in debt. */
  constructor(readonly bytesPerSec: number) {
    this.#tokens = bytesPerSec;
  }

  spend(bytes: number, nowMs: number): void {
    this.#refill(nowMs);
    if (this.bytesPerSec !== Infinity) this.#tokens -= bytes;
  }

  /** Milliseconds until the next frame may go out; 0 = now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    if (this.bytesPerSec === Infinity || this.#tokens > 0) return 0;
    return Math.ceil(((1 - this.#tokens) / this.bytesPerSec) * 1000);
  }

  #refill(nowMs: number): void {
    if (this.bytesPerSec === Infinity) return;
    if (nowMs > this.#lastMs) {
      this.#tokens = Math.min(this.bytesPerSec, this.#tokens + ((nowMs - this.#lastMs) / 1000) * this.bytesPerSec);
    }
    this.#lastMs = nowMs;
  }
}
