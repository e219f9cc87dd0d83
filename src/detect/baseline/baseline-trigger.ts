/** Against what is usual at this hour of the week: a rate of six spreads above the median, at least twice as much, and enough to matter. */
import type { Rates } from '../rate-window.js';
import { type CrossedLimit, NOTHING_CROSSED, type Trigger } from '../trigger.js';
import { baselineWords } from './baseline-words.js';
import type { Baselines } from './baselines.js';
import { classOfFeature, FEATURE_COUNT, FEATURES } from './features.js';
import { heldLimit, type UsualNow, type UsualRate, zOf } from './usual.js';

/** The one of the triggers that share `baselines` that learns. */
export class BaselineTrigger implements Trigger {
  readonly name = 'baseline';

  constructor(readonly baselines: Baselines) {}

  crossed(rates: Rates, sec: number, factor: number): readonly CrossedLimit[] {
    const usual = this.baselines.usualOf(rates, sec);
    if (usual === null) return NOTHING_CROSSED;
    const values = this.baselines.valuesOf(rates);
    if (factor === 1) this.baselines.doubt(rates, sec, values);
    let over: CrossedLimit[] | null = null;
    for (let i = 0; i < FEATURE_COUNT; i += 1) {
      const of = usual.rates[i] as UsualRate;
      const value = values[i] as number;
      if (value < heldLimit(of.rate, of.limit, factor)) continue;
      over ??= [];
      over.push(limitOf(rates, i, value, usual));
    }
    return over ?? NOTHING_CROSSED;
  }

  learn(rates: Rates, sec: number): void {
    this.baselines.learn(rates, sec);
  }

  attackBegan(rates: Rates): void {
    this.baselines.freeze(rates);
  }

  attackEnded(rates: Rates): void {
    this.baselines.thaw(rates);
  }
}

function limitOf(rates: Rates, feature: number, rate: number, usual: UsualNow): CrossedLimit {
  const of = usual.rates[feature] as UsualRate;
  const z = zOf(feature, rate, of, of.burst);
  return {
    trigger: 'baseline',
    trafficClass: classOfFeature(rates, feature),
    what: FEATURES[feature]?.what ?? 'packets',
    rate,
    limit: of.limit,
    words: baselineWords(feature, rate, of, z, usual.profile?.learnedSec ?? 0),
  };
}
