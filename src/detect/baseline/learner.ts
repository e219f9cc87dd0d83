/**
 * What is being learned of one target: means of 10 s, held back for a minute, so that when an attack is called its onset was not learned. The seconds
 * of a /64 are the sums of its hosts.
 */
import { DoubtfulHours } from './doubtful-hours.js';
import { FEATURE_COUNT, FEATURES } from './features.js';
import { hourOfWeek } from './hour-of-week.js';
import type { WeekProfile } from './week-profile.js';
import { STEP_SEC } from './week-profile.js';

/** Steps that wait: 60 s. */
const HELD_STEPS = 6;

interface HeldStep {
  readonly step: number;
  readonly means: readonly number[];
  readonly peaks: readonly number[];
}

const zeros = () => new Array<number>(FEATURE_COUNT).fill(0);

export class Learner {
  #held: HeldStep[] = [];
  #step = Number.NaN;
  #second = Number.NaN;
  #sums = zeros();
  #peaks = zeros();
  #now = zeros();
  /** Of the target's hosts under attack. */
  #attacks = 0;
  readonly doubtful = new DoubtfulHours();
  /** Whole steps seen so far, and the mean packet rate of them. */
  steps = 0;
  pps = 0;

  /** Steps at which a place was asked for last. */
  askedAt = 0;

  constructor(readonly target: string) {}

  /** A second of the target, or of one host of it; `sec`: its end. `profile`: null while there is none. */
  learn(sec: number, values: readonly number[], profile: WeekProfile | null): void {
    if (this.#attacks > 0) return;
    const second = Math.ceil(sec) - 1;
    if (second !== this.#second) this.#beginSecond(second, profile);
    for (let i = 0; i < FEATURE_COUNT; i += 1) this.#now[i]! += values[i] as number;
  }

  #beginSecond(second: number, profile: WeekProfile | null): void {
    this.#endSecond();
    const step = Math.floor(second / STEP_SEC);
    if (step !== this.#step) {
      this.#endStep(step);
      this.#release(step, profile);
    }
    this.#second = second;
  }

  #endSecond(): void {
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      const now = (this.#now[i] as number) / (FEATURES[i]?.unit ?? 1);
      this.#sums[i]! += now;
      if (now > (this.#peaks[i] as number)) this.#peaks[i] = now;
    }
    this.#now.fill(0);
  }

  #endStep(next: number): void {
    if (next < this.#step) this.#drop();
    else if (!Number.isNaN(this.#step)) {
      const means = this.#sums.map((sum) => sum / STEP_SEC);
      this.steps += 1;
      this.pps += ((means[0] as number) - this.pps) / this.steps;
      this.#held.push({ step: this.#step, means, peaks: this.#peaks });
      this.#sums.fill(0);
      this.#peaks = zeros();
    }
    this.#step = next;
  }

  #release(step: number, profile: WeekProfile | null): void {
    while (this.#held[0] !== undefined && this.#held[0].step + HELD_STEPS < step) {
      const { step: at, means, peaks } = this.#held.shift() as HeldStep;
      profile?.add(hourOfWeek(at * STEP_SEC), means, peaks, (at + 1) * STEP_SEC);
    }
  }

  /** What waits is not learned. */
  #drop(): void {
    this.#held = [];
    this.#step = Number.NaN;
    this.#second = Number.NaN;
    this.#sums.fill(0);
    this.#peaks.fill(0);
    this.#now.fill(0);
  }

  freeze(): void {
    this.#attacks += 1;
    this.#drop();
  }

  thaw(profile: WeekProfile | null): void {
    this.#attacks = Math.max(0, this.#attacks - 1);
    if (this.#attacks === 0) this.doubtful.end(profile);
  }
}
