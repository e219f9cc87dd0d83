/** Many values are looked at, so some stand out by chance: Benjamini and Hochberg (1995) keep the share of those among the finds. */

/** The largest p-value that is still a find at `rate` among all `tests` (those that are not in the list have larger ones); -1: none. */
export function benjaminiHochberg(pValues: readonly number[], rate: number, tests: number = pValues.length): number {
  const sorted = Float64Array.from(pValues).sort();
  for (let i = sorted.length - 1; i >= 0; i -= 1) {
    const p = sorted[i] as number;
    if (p <= ((i + 1) / Math.max(tests, sorted.length)) * rate) return p;
  }
  return -1;
}
