/** Jensen-Shannon divergence in bits (Lin 1991): 0 for the same distribution, 1 for two without a common value. */

/** Masses of the same values; each side is brought to sum 1. A side without mass has no distribution: NaN. */
export function jensenShannon(p: Float64Array, q: Float64Array): number {
  const [sumP, sumQ] = [sumOf(p), sumOf(q)];
  if (!(sumP > 0) || !(sumQ > 0)) return Number.NaN;
  let bits = 0;
  for (let i = 0; i < p.length; i += 1) {
    const x = (p[i] as number) / sumP;
    const y = (q[i] as number) / sumQ;
    const middle = (x + y) / 2;
    if (x > 0) bits += (x / 2) * Math.log2(x / middle);
    if (y > 0) bits += (y / 2) * Math.log2(y / middle);
  }
  return Math.min(1, Math.max(0, bits));
}

function sumOf(masses: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < masses.length; i += 1) sum += masses[i] as number;
  return sum;
}
