/**
 * Rates counted on a log scale, and what the counts say: median, spread, quantiles. 64 bins of log(1 + x), each 0.25 wide (28 % more than the one
 * before), so up to e^15.75 - 1 = 6.9 million units; what is above counts in the last. Between the edges of a bin all is taken to lie evenly.
 */
export const BINS = 64;
const WIDTH = 0.25;
/** Halvings of the search for the median deviation: 16 / 2^14 = 0.001. */
const STEPS = 14;

/** `value`: in units. */
export function binOf(value: number): number {
  return Math.min(BINS - 1, Math.floor(Math.log1p(value) / WIDTH));
}

/** What a position on the scale stands for, in units. */
export function valueAt(at: number): number {
  return Math.expm1(at);
}

export interface LogSpread {
  /** On the scale. */
  readonly median: number;
  /** Median of the distances from the median, on the scale. */
  readonly mad: number;
  /** A tenth lies below, a tenth above; on the scale. */
  readonly low: number;
  readonly high: number;
}

/** `counts`: BINS of them, not all zero. */
export function spreadOf(counts: ArrayLike<number>): LogSpread {
  const below = new Float64Array(BINS + 1);
  for (let i = 0; i < BINS; i += 1) below[i + 1] = (below[i] as number) + (counts[i] as number);
  const median = quantile(below, 0.5);
  return { median, mad: medianDistance(below, median), low: quantile(below, 0.1), high: quantile(below, 0.9) };
}

/** `below`: counts below each edge. */
function quantile(below: Float64Array, share: number): number {
  const rank = (below[BINS] as number) * share;
  let bin = 0;
  while (bin < BINS - 1 && (below[bin + 1] as number) < rank) bin += 1;
  const from = below[bin] as number;
  const count = (below[bin + 1] as number) - from;
  return (bin + (count === 0 ? 0 : (rank - from) / count)) * WIDTH;
}

function countBelow(below: Float64Array, at: number): number {
  const place = Math.max(0, Math.min(BINS, at / WIDTH));
  const bin = Math.min(BINS - 1, Math.floor(place));
  const from = below[bin] as number;
  return from + ((below[bin + 1] as number) - from) * (place - bin);
}

function medianDistance(below: Float64Array, median: number): number {
  const half = (below[BINS] as number) / 2;
  let from = 0;
  let to = BINS * WIDTH;
  for (let i = 0; i < STEPS; i += 1) {
    const distance = (from + to) / 2;
    if (countBelow(below, median + distance) - countBelow(below, median - distance) < half) from = distance;
    else to = distance;
  }
  return to;
}
