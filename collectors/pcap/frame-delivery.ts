/** Hands batches to the sink: at once, or when their frames are due; and lets the event loop breathe in between. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { CollectorSink } from '../../src/records/collector.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { copyRows, ReplayPace } from './replay.js';

/** Control messages and timers of the thread run at least this often, however fast the source is. */
const TURN_MS = 20;
/** Frames due this soon go out together: one wake-up instead of one per packet. */
const COALESCE_MS = 5;
/** Longest single sleep; only bounds what a wrong clock can do. */
const MAX_SLEEP_MS = 1000;

export interface DeliveryClock {
  nowMs(): number;
  /** Resolves early, without an error, when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const REAL_CLOCK: DeliveryClock = {
  // Monotonic, and without node:perf_hooks to load.
  nowMs: () => process.uptime() * 1000,
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
};

export class FrameDelivery {
  readonly #sink: CollectorSink;
  readonly #signal: AbortSignal;
  readonly #clock: DeliveryClock;
  readonly #pace: ReplayPace | null;
  readonly #part: FrameBatch | null;
  #turnEndsMs: number;

  constructor(sink: CollectorSink, signal: AbortSignal, speed: number | 'max', clock: DeliveryClock) {
    this.#sink = sink;
    this.#signal = signal;
    this.#clock = clock;
    this.#pace = speed === 'max' ? null : new ReplayPace(speed, clock.nowMs);
    this.#part = speed === 'max' ? null : new FrameBatch();
    this.#turnEndsMs = clock.nowMs() + TURN_MS;
  }

  /** Null when all frames went out at once; else resolves when they did, or the signal aborted. */
  deliver(batch: FrameBatch): Promise<void> | null {
    if (this.#pace !== null && this.#part !== null) return this.#deliverWhenDue(batch, this.#pace, this.#part);
    this.#sink.pushFrames(batch);
    return this.breathe();
  }

  /** Gives the event loop a turn when the last one is long ago; null when it is not. */
  breathe(): Promise<void> | null {
    return this.#clock.nowMs() < this.#turnEndsMs ? null : this.#turn();
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#turnEndsMs = this.#clock.nowMs() + TURN_MS;
  }

  async #deliverWhenDue(batch: FrameBatch, pace: ReplayPace, part: FrameBatch): Promise<void> {
    let sent = 0;
    for (let row = 0; row < batch.count && !this.#signal.aborted; row += 1) {
      let delayMs = pace.delayMs(batch.sec[row]!, batch.nsec[row]!);
      if (delayMs <= COALESCE_MS) continue;
      if (row > sent) this.#push(batch, sent, row, part);
      sent = row;
      while (delayMs > 0 && !this.#signal.aborted) {
        await this.#clock.sleep(Math.min(delayMs, MAX_SLEEP_MS), this.#signal);
        delayMs = pace.delayMs(batch.sec[row]!, batch.nsec[row]!);
      }
      this.#turnEndsMs = this.#clock.nowMs() + TURN_MS;
    }
    if (!this.#signal.aborted && batch.count > sent) this.#push(batch, sent, batch.count, part);
    await this.breathe();
  }

  #push(batch: FrameBatch, from: number, to: number, part: FrameBatch): void {
    if (from === 0 && to === batch.count) this.#sink.pushFrames(batch);
    else {
      copyRows(batch, from, to, part);
      this.#sink.pushFrames(part);
    }
  }
}
