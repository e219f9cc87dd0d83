/**
 * What a target usually receives, by hour of the week: for each hour and feature a histogram of 10 s means on a log scale. An hour of the week is
 * believed by itself when three weeks of it were seen, so that one week's attack in it is outvoted; until then the same hour of all days stands
 * in (three days), then that hour and those beside it, then all hours.
 *
 * An hour is 6 features × 64 bins × 2 B = 768 B. A day is made when something of it is first learned: 18 KiB; a week has 126 KiB.
 */
import { FEATURE_COUNT } from './features.js';
import { DAY_HOURS, HOURS } from './hour-of-week.js';
import { BINS, binOf } from './log-histogram.js';

export const STEP_SEC = 10;
/** Numbers of one hour. */
export const HOUR_BINS = FEATURE_COUNT * BINS;
const HOUR_STEPS = 360;
/** Eight weeks of an hour; then all its counts are halved, so old weeks fade. */
export const MOST_STEPS = 8 * HOUR_STEPS;
/** Four fifths of so many hours: a monitor is restarted, a target is silent at times. */
const stepsOf = (hours: number) => hours * HOUR_STEPS * 0.8;
const ENOUGH_OWN = stepsOf(3);
const ENOUGH_DAILY = stepsOf(3);
/** Of a day they are three at most, so they are of three days. */
const ENOUGH_AROUND = stepsOf(9);
/** Six hours. */
const ENOUGH_ALL = 6 * HOUR_STEPS;
/** Weight of the newest step in what the largest second has above its mean, once a few are known. */
const BURST_WEIGHT = 1 / 300;

/** From which hours a baseline comes. */
export type Basis = 'hour' | 'daily' | 'around' | 'all';

export class WeekProfile {
  /** By day; hour × feature × bin. Null: nothing learned. */
  readonly #days: (Uint16Array | null)[] = new Array<Uint16Array | null>(HOURS / DAY_HOURS).fill(null);
  /** Steps in each hour. */
  readonly steps = new Uint16Array(HOURS);
  /** By feature, on the log scale: how far the largest second of a step is above its mean, on average. */
  readonly bursts = new Array<number>(FEATURE_COUNT).fill(0);
  /** All steps ever learned. */
  learnedSteps = 0;
  /** Moving mean of packets a second. */
  pps = 0;
  heardSec = 0;

  /** `sinceSec`: epoch seconds at which it began. */
  constructor(readonly sinceSec: number) {}

  /** One step. `means` and `peaks`: by feature, in its units; null: not known. */
  add(hour: number, means: readonly number[], peaks: readonly number[] | null, sec: number): void {
    const day = this.#dayOf(hour);
    const at = (hour % DAY_HOURS) * HOUR_BINS;
    this.learnedSteps += 1;
    const weight = Math.max(BURST_WEIGHT, 1 / this.learnedSteps);
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      day[at + i * BINS + binOf(means[i] as number)]! += 1;
      if (peaks === null) continue;
      const above = Math.log1p(peaks[i] as number) - Math.log1p(means[i] as number);
      this.bursts[i]! += (Math.max(0, above) - (this.bursts[i] as number)) * weight;
    }
    this.pps += ((means[0] as number) - this.pps) * weight;
    this.heardSec = Math.max(this.heardSec, sec);
    this.steps[hour]! += 1;
    if ((this.steps[hour] as number) >= MOST_STEPS) this.#fade(hour, day.subarray(at, at + HOUR_BINS));
  }

  #dayOf(hour: number): Uint16Array {
    const day = Math.floor(hour / DAY_HOURS);
    const known = this.#days[day] ?? new Uint16Array(DAY_HOURS * HOUR_BINS);
    this.#days[day] = known;
    return known;
  }

  /** Feature × bin of one hour, to be read or filled; null: nothing learned. */
  cellOf(hour: number): Uint16Array | null {
    const at = (hour % DAY_HOURS) * HOUR_BINS;
    return this.steps[hour] === 0 ? null : this.#dayOf(hour).subarray(at, at + HOUR_BINS);
  }

  #fade(hour: number, cell: Uint16Array): void {
    for (let i = 0; i < cell.length; i += 1) cell[i] = (cell[i] as number) >> 1;
    this.steps[hour] = (this.steps[hour] as number) >> 1;
  }

  get learnedSec(): number {
    return this.learnedSteps * STEP_SEC;
  }

  /** Which hours say what is usual in this one; null: too little is known. */
  basisAt(hour: number): Basis | null {
    if ((this.steps[hour] as number) >= ENOUGH_OWN) return 'hour';
    const daily = this.#stepsDaily(hour);
    if (daily >= ENOUGH_DAILY) return 'daily';
    if (daily + this.#stepsDaily(hour + 1) + this.#stepsDaily(hour - 1) >= ENOUGH_AROUND) return 'around';
    return this.learnedSteps >= ENOUGH_ALL && this.#stepsOfAll() >= ENOUGH_ALL / 2 ? 'all' : null;
  }

  /** Every day of the week has something of this hour of the day. */
  hasAllDays(hour: number): boolean {
    for (let at = hour % DAY_HOURS; at < HOURS; at += DAY_HOURS) if (this.steps[at] === 0) return false;
    return true;
  }

  /** Adds the counts of the hours that `basis` takes to `out`, BINS long. */
  addCounts(hour: number, basis: Basis, feature: number, out: Float64Array): void {
    if (basis === 'hour') this.#addCell(hour, feature, out);
    else if (basis === 'all') for (let at = 0; at < HOURS; at += 1) this.#addCell(at, feature, out);
    else {
      const around = basis === 'around' ? 1 : 0;
      for (let of = hour - around; of <= hour + around; of += 1) {
        for (let day = 0; day < HOURS; day += DAY_HOURS) this.#addCell((of + HOURS + day) % HOURS, feature, out);
      }
    }
  }

  #addCell(hour: number, feature: number, out: Float64Array): void {
    const day = this.#days[Math.floor(hour / DAY_HOURS)];
    if (this.steps[hour] === 0 || day === null || day === undefined) return;
    const at = (hour % DAY_HOURS) * HOUR_BINS + feature * BINS;
    for (let i = 0; i < BINS; i += 1) out[i]! += day[at + i] as number;
  }

  #stepsDaily(hour: number): number {
    let sum = 0;
    for (let at = (hour + DAY_HOURS) % DAY_HOURS; at < HOURS; at += DAY_HOURS) sum += this.steps[at] as number;
    return sum;
  }

  #stepsOfAll(): number {
    return this.steps.reduce((sum, steps) => sum + steps, 0);
  }
}
