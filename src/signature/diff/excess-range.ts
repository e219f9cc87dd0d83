/** Where 90 % of the excess of an ordered attribute lies: not quantiles of the window, whose tails are its good traffic. */
import type { ContrastColumn } from '../contrast.js';
import { excessShare, type Weights } from './divergence.js';
import { shortestInterval } from './shortest-interval.js';
import type { ValueCounts } from './value-counts.js';

export interface DiffRange {
  readonly low: number;
  readonly high: number;
  /** Of the excess that has the attribute. */
  readonly share: number;
  readonly goodShare: number | null;
}

const SHARE = 0.9;
/** Of the attack that must have the attribute for its range to be worth a line. */
const LEAST_PRESENT = 0.01;

export function excessRange(column: ContrastColumn, counts: ValueCounts, weights: Weights): DiffRange | null {
  const { numbers, valueCount } = column;
  if (!column.attribute.hasRanges || numbers === null || !(weights.attack > 0)) return null;
  const excess = new Float64Array(valueCount + 1);
  let all = 0;
  for (let code = 1; code <= valueCount; code += 1) {
    excess[code] = excessShare(counts.attack[code] as number, counts.good[code] as number, weights);
    all += excess[code] as number;
  }
  const interval = all < LEAST_PRESENT ? null : shortestInterval(excess, numbers, SHARE);
  if (interval === null) return null;
  let good = 0;
  for (let code = interval.low; code <= interval.high; code += 1) good += counts.good[code] as number;
  return {
    low: numbers[interval.low - 1] as number,
    high: numbers[interval.high - 1] as number,
    share: interval.mass / all,
    goodShare: weights.good > 0 ? good / weights.good : null,
  };
}
