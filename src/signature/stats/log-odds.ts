/**
 * How much more a value belongs to one side than to the other: log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and
 * Quinn 2008, "Fightin' Words", equation 16). The prior is what the value's share is anyway, so rare values do not shout. The variance
 * keeps the terms of the rests, which equation 20 drops because words are rare: a value that all rows of both sides have is no news.
 */
export interface LogOdds {
  readonly delta: number;
  /** `delta` by its standard error. */
  readonly z: number;
}

/** `a` of `countA` rows against `b` of `countB`; `prior` of `priorSum` rows thought of besides on each side. */
export function logOdds(
  a: number,
  countA: number,
  b: number,
  countB: number,
  prior: number,
  priorSum: number,
): LogOdds {
  if (!(prior > 0)) return { delta: 0, z: 0 };
  const restA = Math.max(countA + priorSum - a - prior, LEAST);
  const restB = Math.max(countB + priorSum - b - prior, LEAST);
  const delta = Math.log((a + prior) / restA) - Math.log((b + prior) / restB);
  return { delta, z: delta / Math.sqrt(1 / (a + prior) + 1 / restA + 1 / (b + prior) + 1 / restB) };
}

/** A value that every row has leaves no rest; half a row of it keeps the logarithm finite (Haldane and Anscombe's correction). */
const LEAST = 0.5;
