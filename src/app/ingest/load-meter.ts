/** How busy a live source keeps us: wall time around the pipeline, for the governor, who knows no clock. */
import type { LoadGovernor } from '../../pipeline/load-governor.js';
import type { FrameBatch } from '../../records/frame-batch.js';

/** Wall time of an interval. */
const INTERVAL_MS = 250;

export interface MeterClock {
  /** Any steady clock. */
  monotonicMs(): number;
  /** The clock that stamps the frames: of this machine. */
  epochMs(): number;
}

export const MACHINE_CLOCK: MeterClock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() };

/** What is measured. */
interface Counting {
  pushFrames(batch: FrameBatch): void;
  readonly nowSec: number;
}

export class LoadMeter {
  #fromMs = Number.NaN;
  #busyMs = 0;
  #frames = 0;
  /** Least age of a newest frame, NaN while there is none. */
  #behindSec = Number.NaN;
  /** Absolute, as the source says. */
  #dropped = 0;
  #droppedBefore = 0;

  constructor(
    readonly governor: LoadGovernor,
    readonly clock: MeterClock = MACHINE_CLOCK,
  ) {}

  /** Hands the batch on. Called once a batch: two looks at the clock for some hundred frames. */
  push(batch: FrameBatch, to: Counting): void {
    const { count } = batch;
    const startMs = this.clock.monotonicMs();
    if (Number.isNaN(this.#fromMs)) this.#fromMs = startMs;
    to.pushFrames(batch);
    const endMs = this.clock.monotonicMs();
    this.#busyMs += endMs - startMs;
    this.#frames += count;
    // The least of the interval: a moment in which another process ran is no queue.
    const behindSec = this.clock.epochMs() / 1000 - to.nowSec;
    if (!(behindSec >= this.#behindSec)) this.#behindSec = behindSec;
    if (endMs - this.#fromMs >= INTERVAL_MS) this.#note(endMs);
  }

  /** Time passes without frames too. */
  tick(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#fromMs >= INTERVAL_MS) this.#note(nowMs);
  }

  /** Frames lost before they reached us, since the start. */
  dropped(frames: number): void {
    this.#dropped = frames;
  }

  #note(endMs: number): void {
    this.governor.note({
      passedMs: endMs - this.#fromMs,
      busyMs: this.#busyMs,
      frames: this.#frames,
      dropped: Math.max(0, this.#dropped - this.#droppedBefore),
      behindSec: Math.max(0, this.#behindSec) || 0,
    });
    this.#fromMs = endMs;
    this.#busyMs = 0;
    this.#frames = 0;
    this.#behindSec = Number.NaN;
    this.#droppedBefore = this.#dropped;
  }
}
