/**
 * What is usual of a target in the running hour, and from where on a rate is not: worked out once a minute, so that a tick costs some comparisons.
 *
 * z = (log(1 + x) - median) / (1.4826 MAD + 0.15). The last summand is for traffic that hardly varies; while other hours stand in for this one, more
 * is added, since they differ. A second is compared with the largest seconds of the 10 s that were learned, a mean of 10 s with their means.
 */
import type { Floors } from '../floors.js';
import { FEATURE_COUNT, FEATURES, leastRate } from './features.js';
import { HOUR_SEC, HOURS, hourOfWeek } from './hour-of-week.js';
import { BINS, spreadOf, valueAt } from './log-histogram.js';
import type { Basis, WeekProfile } from './week-profile.js';

/** What makes a MAD the deviation of a normal distribution. */
const MAD_SCALE = 1.4826;
const LEAST_SPREAD = 0.15;
const MORE_SPREAD: Readonly<Record<Basis, number>> = { hour: 0, daily: 0.2, around: 0.25, all: 0.45 };
/** z at which a second is abnormal. */
export const ALARM_Z = 6;
/** z that a ramp adds nothing at; what is above it adds up. */
export const RAMP_Z = 2;
/** Nothing is called abnormal below this multiple of the usual. */
const LEAST_TIMES = 2;
/** Limits of prefixes are those of hosts times this, as of floors. */
const PREFIX_FACTOR = 2;
/** People are not on time: so near to an hour its rates are usual too. */
const NEAR_SEC = 600;
const MINUTE_SEC = 60;

/** Scratch: one for all of them, since there are thousands. */
const COUNTS = new Float64Array(BINS);

export interface UsualRate {
  readonly basis: Basis;
  readonly hour: number;
  /** On the log scale. */
  readonly median: number;
  readonly spread: number;
  readonly burst: number;
  /** Per second, in the feature's own measure: median, and what a tenth lies below and above. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** A second is abnormal from there on. */
  readonly limit: number;
  /** A mean of 10 s that stays above is; Infinity: too little is known to tell a ramp from the hours. */
  readonly rampLimit: number;
}

export class UsualNow {
  /** By feature; null: not known. */
  readonly rates: (UsualRate | null)[] = new Array<UsualRate | null>(FEATURE_COUNT).fill(null);
  #minute = Number.NaN;
  #floors: Floors | null = null;
  #profile: WeekProfile | null = null;

  /** `phase`: seconds into the minute at which it is worked out (some 50 µs), so that a thousand targets do not take one tick for it. */
  constructor(readonly phase = 0) {}

  /** True: something is known of this hour. */
  look(sec: number, floors: Floors, isHost: boolean, profileOf: () => WeekProfile | null): boolean {
    const minute = Math.floor((sec - this.phase) / MINUTE_SEC);
    if (minute !== this.#minute || floors !== this.#floors) {
      this.#minute = minute;
      this.#floors = floors;
      this.#profile = profileOf();
      this.#workOut(sec, floors, isHost ? 1 : PREFIX_FACTOR);
    }
    return this.rates[0] !== null;
  }

  get profile(): WeekProfile | null {
    return this.#profile;
  }

  #workOut(sec: number, floors: Floors, times: number): void {
    const profile = this.#profile;
    if (profile === null || profile.learnedSteps === 0) {
      this.rates.fill(null);
      return;
    }
    const hours = hoursAt(sec);
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      this.rates[i] = hours
        .map((hour) => this.#usualIn(profile, hour, i, leastRate(i, floors) * times))
        .reduce((most, one) => (most === null || (one !== null && one.limit > most.limit) ? one : most), null);
    }
  }

  #usualIn(profile: WeekProfile, hour: number, feature: number, least: number): UsualRate | null {
    const basis = profile.basisAt(hour);
    if (basis === null) return null;
    COUNTS.fill(0);
    profile.addCounts(hour, basis, feature, COUNTS);
    const { median, mad, low, high } = spreadOf(COUNTS);
    const { unit } = FEATURES[feature] as (typeof FEATURES)[number];
    const spread = MAD_SCALE * mad + LEAST_SPREAD + MORE_SPREAD[basis];
    const burst = profile.bursts[feature] as number;
    const rate = valueAt(median) * unit;
    const above = (at: number) => Math.max(least, LEAST_TIMES * rate, valueAt(at) * unit);
    const knowsRamps = basis === 'hour' || (basis === 'daily' && profile.hasAllDays(hour));
    return {
      basis, hour, median, spread, burst, rate,
      low: valueAt(low) * unit,
      high: valueAt(high) * unit,
      limit: above(median + burst + ALARM_Z * spread),
      rampLimit: knowsRamps ? above(median + RAMP_Z * spread) : Number.POSITIVE_INFINITY,
    }; // biome-ignore format: one record
  }
}

/** The hour, and near its begin or end its neighbour. */
function hoursAt(sec: number): number[] {
  const hour = hourOfWeek(sec);
  const into = sec - Math.floor(sec / HOUR_SEC) * HOUR_SEC;
  if (into < NEAR_SEC) return [hour, (hour + HOURS - 1) % HOURS];
  return into >= HOUR_SEC - NEAR_SEC ? [hour, (hour + 1) % HOURS] : [hour];
}

/** `value`: per second, in the feature's own measure. */
export function zOf(feature: number, value: number, { median, spread }: UsualRate, burst = 0): number {
  return (Math.log1p(value / (FEATURES[feature]?.unit ?? 1)) - median - burst) / spread;
}

/** Between usual and limit, for what must fall to half. */
export function heldLimit(usual: number, limit: number, factor: number): number {
  return usual + (limit - usual) * factor;
}
