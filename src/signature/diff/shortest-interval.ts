/** The densest stretch of an ordered attribute. */

export interface CodeInterval {
  readonly low: number;
  readonly high: number;
  readonly mass: number;
}

/**
 * The interval of codes whose numbers lie closest together and that holds `share` of all mass in cells `from` to `to` (inclusive); of
 * equally short ones the first. `numbers[code - from]` is what a code stands for, ascending. Null without mass.
 */
export function shortestInterval(
  masses: Float64Array,
  numbers: Float64Array,
  share: number,
  from = 1,
  to: number = from + numbers.length - 1,
): CodeInterval | null {
  let all = 0;
  for (let code = from; code <= to; code += 1) all += masses[code] as number;
  if (!(all > 0)) return null;
  // A millionth of slack: sums of parts differ from the sum of all in the last digits.
  const wanted = Math.min(share, 1) * all * (1 - 1e-6);
  let best: CodeInterval | null = null;
  let shortest = Number.POSITIVE_INFINITY;
  let mass = 0;
  let low = from;
  for (let high = from; high <= to; high += 1) {
    mass += masses[high] as number;
    while (low < high && mass - (masses[low] as number) >= wanted) {
      mass -= masses[low] as number;
      low += 1;
    }
    const length = (numbers[high - from] as number) - (numbers[low - from] as number);
    if (mass >= wanted && length < shortest) {
      shortest = length;
      best = { low, high, mass };
    }
  }
  return best;
}
