/** How many independent rows some rows are worth: rows weigh differently, and rows of one flow or network are alike. */

/** Kish (1965): (sum of weights)² / sum of squares, of rows `from` to `to`. */
export function effectiveSize(weights: Float64Array, from = 0, to: number = weights.length): number {
  let sum = 0;
  let squares = 0;
  for (let i = from; i < to; i += 1) {
    const weight = weights[i] as number;
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/** The sums by cluster of a share: of all weight, and of the weight that hits. Clusters are numbers below the length. */
export interface ClusterSums {
  readonly all: Float64Array;
  readonly hit: Float64Array;
}

/**
 * Rows of simple random sampling that would give the variance that the clusters give: variance of a ratio by Taylor linearisation
 * (Cochran 1977, 11.12). Infinity where the clusters do not differ at all: the caller then counts rows or clusters.
 */
export function clusteredSize({ all, hit }: ClusterSums): number {
  let clusters = 0;
  let total = 0;
  let hits = 0;
  for (let i = 0; i < all.length; i += 1) {
    if ((all[i] as number) <= 0) continue;
    clusters += 1;
    total += all[i] as number;
    hits += hit[i] as number;
  }
  if (clusters < 2) return clusters;
  const share = hits / total;
  let squares = 0;
  for (let i = 0; i < all.length; i += 1) squares += ((hit[i] as number) - share * (all[i] as number)) ** 2;
  const variance = (squares / (total * total)) * (clusters / (clusters - 1));
  return variance > 0 ? (share * (1 - share)) / variance : Number.POSITIVE_INFINITY;
}
