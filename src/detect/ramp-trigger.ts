/**
 * Slow rises, each second of which is little more than the one before: a cumulative sum of what is above two spreads of the usual (CUSUM, Page 1954).
 * S = max(0, S + z - 2) once a second of the mean over some 10 s; over 12 it is an attack. It compares with what is usual at the hour, which does not
 * follow: three weeks of an hour are not moved by one. Only where the hour is known (or the same hour of all seven days), else every morning were one.
 *
 * Caught within, after three weeks of traffic that is log-normal with sigma 0.1 | 0.35 (test/detect/baseline-ramps.test.ts bounds and prints it):
 * +1 % a second 2 | 4 min; +5 % a minute 20 | 25 min; ten times as much in an hour 25 | 30 min, in a day 8 | 10 h. That is at twice to three times the
 * usual, where that is enough to matter (see leastRate).
 */
import { baselineWords } from './baseline/baseline-words.js';
import type { Baselines } from './baseline/baselines.js';
import { classOfFeature, FEATURE_COUNT, FEATURES } from './baseline/features.js';
import { heldLimit, RAMP_Z, type UsualNow, type UsualRate, zOf } from './baseline/usual.js';
import type { Rates } from './rate-window.js';
import { type CrossedLimit, NOTHING_CROSSED, type Trigger } from './trigger.js';

const FIRES_OVER = 12;
/** So that it is over soon when the traffic is. */
const MOST = 24;
/** Weight of the newest second in the mean. */
const WEIGHT = 0.1;
/** Without news for so long it begins anew. */
const FORGOTTEN_SEC = 60;

interface Ramp {
  second: number;
  /** By feature. */
  readonly means: number[];
  readonly sums: number[];
}

export class RampTrigger implements Trigger {
  readonly name = 'ramp';
  readonly #ramps = new WeakMap<object, Ramp>();

  constructor(readonly baselines: Baselines) {}

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    const usual = this.baselines.usualOf(rates, sec);
    if (usual === null) return NOTHING_CROSSED;
    const ramp = this.#rampOf(rates.key);
    const values = this.baselines.valuesOf(rates);
    const second = Math.floor(sec);
    if (second !== ramp.second) this.#addSecond(ramp, second, values, usual);
    let over: CrossedLimit[] | null = null;
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      const of = usual.rates[i] as UsualRate;
      const isRising = (ramp.sums[i] as number) > FIRES_OVER * factor;
      if (!isRising || (values[i] as number) < heldLimit(of.rate, of.rampLimit, factor)) continue;
      over ??= [];
      over.push(limitOf(rates, i, values[i] as number, ramp, usual));
    }
    return over ?? NOTHING_CROSSED;
  }

  /** Of each host of a /64 its own. */
  #rampOf(key: object): Ramp {
    const known = this.#ramps.get(key);
    if (known !== undefined) return known;
    const zeros = () => new Array<number>(FEATURE_COUNT).fill(0);
    const ramp = { second: Number.NaN, means: zeros(), sums: zeros() };
    this.#ramps.set(key, ramp);
    return ramp;
  }

  #addSecond(ramp: Ramp, second: number, values: readonly number[], usual: UsualNow): void {
    const passed = second - ramp.second;
    const isNew = !(passed > 0 && passed <= FORGOTTEN_SEC);
    ramp.second = second;
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      const of = usual.rates[i] as UsualRate;
      const value = values[i] as number;
      const before = isNew ? of.rate : (ramp.means[i] as number) * (1 - WEIGHT) ** (passed - 1);
      const mean = before + (value - before) * WEIGHT;
      ramp.means[i] = mean;
      const sum = isNew || of.rampLimit === Number.POSITIVE_INFINITY ? 0 : (ramp.sums[i] as number);
      ramp.sums[i] = Math.min(MOST, Math.max(0, sum + zOf(i, mean, of) - RAMP_Z));
    }
  }
}

function limitOf(rates: Rates, feature: number, rate: number, ramp: Ramp, usual: UsualNow): CrossedLimit {
  const of = usual.rates[feature] as UsualRate;
  const mean = ramp.means[feature] as number;
  const words = baselineWords(feature, mean, of, zOf(feature, mean, of), usual.profile?.learnedSec ?? 0);
  return {
    trigger: 'ramp',
    trafficClass: classOfFeature(rates, feature),
    what: FEATURES[feature]?.what ?? 'packets',
    rate,
    limit: of.rampLimit,
    words: `rises slowly: ${words}`,
  };
}
