/**
 * How much to leave out, from how busy we are: up at once, down slowly. Pure: it is told what the clock on the wall and the
 * source say, and is asked for its decision whenever a second of capture time ends.
 *
 * A level above 0 costs at most twice what the next one costs. Going down below LOW therefore ends below HIGH, and a constant load
 * settles. Where that does not hold (losses we are not the cause of), each descent that fails doubles the wait before the next.
 */
import { MAX_SHED_LEVEL } from '../records/shedding.js';

/** What was seen in an interval of wall time. */
export interface LoadInterval {
  /** Wall time, ms. */
  readonly passedMs: number;
  /** ... of which frames were decoded and counted. */
  readonly busyMs: number;
  /** Frames that came. */
  readonly frames: number;
  /** Frames lost before they came. */
  readonly dropped: number;
  /** Age of the newest frame when it was counted, the least of the interval: what waits in front of us. 0 when nothing is known. */
  readonly behindSec: number;
}

/** Share of the time above which there is no room for the rest of the thread's work. */
const HIGH = 0.85;
/** Where going up aims at, and below which the next lower level is tried: one step costs at most twice as much. */
const AIM = 0.6;
const LOW = 0.35;
/** The same for the detail, taken to be 40 % of the time at most: flows are 8 ns of 64 a packet, the wide prefixes were not measured alone. */
const LOW_FOR_DETAIL = 0.5;
/** Two levels at once from here: four times as much. */
const VERY_LOW = 0.1;
/** Lost frames or a queue mean overload only when we take this much of the time; below, shedding could win nothing. */
const GUILTY = 0.15;
/** Half of what the packet ring holds at 1 Mpps of small frames. */
const BEHIND_SEC = 0.2;
/** Levels gone up at once. */
const MAX_RISE = 4;
/** Wall time a decision rests on, at least. */
const MEASURED_MS = 400;
/** Calm before a step down: at first, and at most. */
const HOLD_MS = 5000;
const MAX_HOLD_MS = 120_000;
/** A rise this soon after a step down means that the step was wrong. */
const FAILED_MS = 20_000;
/** Of longer intervals, in which we were suspended, so much counts. */
const SUSPENDED_MS = 5000;

export class LoadGovernor {
  #level = 0;
  #passedMs = 0;
  #busyMs = 0;
  #frames = 0;
  #dropped = 0;
  #behindSec = 0;
  #calmMs = 0;
  #holdMs = HOLD_MS;
  #sinceDownMs = Number.POSITIVE_INFINITY;
  /** There was a rise since the newest step down. */
  #hasFailed = false;

  get level(): number {
    return this.#level;
  }

  /** Any number of times between two decisions. */
  note({ passedMs, busyMs, frames, dropped, behindSec }: LoadInterval): void {
    this.#passedMs += Math.min(passedMs, SUSPENDED_MS);
    this.#busyMs += busyMs;
    this.#frames += frames;
    this.#dropped += dropped;
    this.#behindSec = behindSec;
  }

  /** The level from now on. Until enough was noted it stays. */
  decide(): number {
    const passedMs = this.#passedMs;
    if (passedMs < MEASURED_MS) return this.#level;
    const busy = this.#busyMs / passedMs;
    const isLosing = busy >= GUILTY && (this.#dropped > 0 || this.#behindSec >= BEHIND_SEC);
    const lost = this.#frames > 0 ? this.#dropped / this.#frames : 0;
    this.#sinceDownMs += passedMs;
    if (busy > HIGH || isLosing) this.#rise(busy * (1 + lost));
    else if (busy < (this.#level === 1 ? LOW_FOR_DETAIL : LOW)) this.#rest(busy, passedMs);
    else this.#calmMs = 0;
    this.#passedMs = 0;
    this.#busyMs = 0;
    this.#frames = 0;
    this.#dropped = 0;
    this.#behindSec = 0;
    return this.#level;
  }

  /** `demand`: share of the time that all frames would have taken, the lost ones too. */
  #rise(demand: number): void {
    this.#calmMs = 0;
    if (this.#level === MAX_SHED_LEVEL) return;
    const steps = Math.max(1, Math.min(MAX_RISE, Math.ceil(Math.log2(demand / AIM))));
    this.#level = Math.min(MAX_SHED_LEVEL, this.#level + steps);
    if (this.#sinceDownMs >= FAILED_MS) this.#holdMs = HOLD_MS;
    else if (!this.#hasFailed) this.#holdMs = Math.min(this.#holdMs * 2, MAX_HOLD_MS);
    this.#hasFailed = true;
  }

  #rest(busy: number, passedMs: number): void {
    this.#calmMs += passedMs;
    if (this.#level === 0 || this.#calmMs < this.#holdMs) return;
    this.#level = Math.max(0, this.#level - (busy < VERY_LOW ? 2 : 1));
    this.#calmMs = 0;
    this.#sinceDownMs = 0;
    this.#hasFailed = false;
  }
}
