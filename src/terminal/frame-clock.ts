/**
 * When to draw: at most `fps` frames per second, never while the terminal has not taken the last one, never beyond the byte
 * budget; but a key press gets the next frame at once. Nothing is queued: the newest state is drawn when its turn comes.
 */
import type { ByteGovernor } from './byte-governor.js';

export interface FrameClockOptions {
  readonly fps: number;
  readonly governor: ByteGovernor;
  /** The terminal still holds bytes of ours. */
  readonly isBusy: () => boolean;
  /** Draws the newest state and returns the bytes sent. */
  readonly draw: () => number;
  readonly nowMs: () => number;
}

export class FrameClock {
  readonly #options: FrameClockOptions;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #lastDrawMs = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  #isUrgent = false;
  #isStopped = false;

  constructor(options: FrameClockOptions) {
    this.#options = options;
  }

  /** Something changed. `urgent`: the user is waiting for it. */
  request(urgent = false): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    if (urgent) this.#isUrgent = true;
    this.#plan();
  }

  /** The terminal took what it held. */
  drained(): void {
    if (this.#isWanted) this.#plan();
  }

  stop(): void {
    this.#isStopped = true;
    this.#isWanted = false;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #plan(): void {
    if (this.#isStopped || this.#options.isBusy()) return; // drained() comes back here
    const nowMs = this.#options.nowMs();
    const dueInMs = this.#isUrgent
      ? 0
      : Math.max(this.#lastDrawMs + 1000 / this.#options.fps - nowMs, this.#options.governor.waitMs(nowMs));
    if (dueInMs <= 0) {
      // After the I/O of this turn, so several keys in one read make one frame.
      this.#immediate ??= setImmediate(() => {
        this.#immediate = null;
        this.#draw();
      });
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        if (this.#isWanted) this.#plan();
      }, Math.ceil(dueInMs));
    }
  }

  #draw(): void {
    if (!this.#isWanted || this.#isStopped) return;
    if (this.#options.isBusy()) return;
    this.#isWanted = false;
    this.#isUrgent = false;
    this.#lastDrawMs = this.#options.nowMs();
    const bytes = this.#options.draw();
    if (bytes > 0) this.#options.governor.spend(bytes, this.#options.nowMs());
  }
}
