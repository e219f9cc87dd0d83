/** Replay: when a frame of a capture is due, and how its time goes on when the capture starts over. */
import type { FrameBatch } from '../../src/records/frame-batch.js';

const NANO_PER_SEC = 1_000_000_000;
const NANO_PER_MS = 1_000_000;
/** A gap longer than this is skipped: a wrong timestamp must not stop a replay for years, and nobody waits out a silent minute. */
const MAX_GAP_SEC = 60;

/** Turns capture time into the time to wait. The clock is the caller's, so tests drive it. */
export class ReplayPace {
  readonly #speed: number;
  readonly #nowMs: () => number;
  /** Frame time and clock time that belong together; moved by jumps. */
  #anchorSec = Number.NaN;
  #anchorNsec = 0;
  #anchorMs = 0;
  /** Seconds since the anchor of the latest frame asked about. */
  #latestSec = 0;

  /** `speed`: seconds of capture per second of clock, above 0. */
  constructor(speed: number, nowMs: () => number) {
    if (!(speed > 0 && speed < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`ReplayPace: expected a speed above 0, got ${speed}.`);
    }
    this.#speed = speed;
    this.#nowMs = nowMs;
  }

  /** Milliseconds until the frame is due; 0 or less = now. Frames are asked about in file order. */
  delayMs(sec: number, nsec: number): number {
    const nowMs = this.#nowMs();
    if (Number.isNaN(sec)) return 0;
    if (Number.isNaN(this.#anchorSec)) this.#moveAnchor(sec, nsec, nowMs);
    const sinceSec = sec - this.#anchorSec + (nsec - this.#anchorNsec) / NANO_PER_SEC;
    if (Math.abs(sinceSec - this.#latestSec) > MAX_GAP_SEC) {
      this.#moveAnchor(sec, nsec, this.#anchorMs + (this.#latestSec * 1000) / this.#speed);
      return this.#anchorMs - nowMs;
    }
    this.#latestSec = Math.max(this.#latestSec, sinceSec);
    return this.#anchorMs + (sinceSec * 1000) / this.#speed - nowMs;
  }

  #moveAnchor(sec: number, nsec: number, ms: number): void {
    this.#anchorSec = sec;
    this.#anchorNsec = nsec;
    this.#anchorMs = ms;
    this.#latestSec = 0;
  }
}

/** Shifts the times of later rounds so that capture time never goes back between rounds. */
export class LoopShift {
  #offsetSec = 0;
  #offsetNsec = 0;
  #firstSec = Number.NaN;
  #firstNsec = 0;
  #lastSec = Number.NaN;
  #lastNsec = 0;
  #frames = 0;

  /** Notes and shifts the times of one batch, in place. */
  apply(batch: FrameBatch): void {
    for (let row = 0; row < batch.count; row += 1) this.#note(batch.sec[row]!, batch.nsec[row]!);
    this.#frames += batch.count;
    if (this.#offsetSec === 0 && this.#offsetNsec === 0) return;
    for (let row = 0; row < batch.count; row += 1) {
      const nsec = batch.nsec[row]! + this.#offsetNsec;
      batch.nsec[row] = nsec % NANO_PER_SEC;
      batch.sec[row] = batch.sec[row]! + this.#offsetSec + (nsec >= NANO_PER_SEC ? 1 : 0);
    }
  }

  /** The capture starts over: the next round begins one mean gap (at least 1 ms) after the latest frame of this one. False when it had none. */
  nextRound(): boolean {
    if (this.#frames === 0) return false;
    if (!Number.isNaN(this.#firstSec)) {
      const spanNsec = (this.#lastSec - this.#firstSec) * NANO_PER_SEC + (this.#lastNsec - this.#firstNsec);
      const periodNsec = spanNsec + Math.max(NANO_PER_MS, Math.round(spanNsec / this.#frames));
      const nsec = this.#offsetNsec + (periodNsec % NANO_PER_SEC);
      this.#offsetSec += Math.floor(periodNsec / NANO_PER_SEC) + Math.floor(nsec / NANO_PER_SEC);
      this.#offsetNsec = nsec % NANO_PER_SEC;
    }
    this.#frames = 0;
    this.#firstSec = Number.NaN;
    this.#lastSec = Number.NaN;
    return true;
  }

  #note(sec: number, nsec: number): void {
    if (Number.isNaN(sec)) return;
    if (Number.isNaN(this.#firstSec) || sec < this.#firstSec || (sec === this.#firstSec && nsec < this.#firstNsec)) {
      this.#firstSec = sec;
      this.#firstNsec = nsec;
    }
    if (Number.isNaN(this.#lastSec) || sec > this.#lastSec || (sec === this.#lastSec && nsec > this.#lastNsec)) {
      this.#lastSec = sec;
      this.#lastNsec = nsec;
    }
  }
}

/** Copies rows [from, to) of `batch` to the start of `part`, over the same slab. */
export function copyRows(batch: FrameBatch, from: number, to: number, part: FrameBatch): void {
  part.bytes = batch.bytes;
  part.view = batch.view;
  part.count = to - from;
  part.at.set(batch.at.subarray(from, to));
  part.capLen.set(batch.capLen.subarray(from, to));
  part.wireLen.set(batch.wireLen.subarray(from, to));
  part.sec.set(batch.sec.subarray(from, to));
  part.nsec.set(batch.nsec.subarray(from, to));
  part.linkType.set(batch.linkType.subarray(from, to));
}
