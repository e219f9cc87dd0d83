/** The few statistics of the benches. */

/** Middle of the values; the lower one of two. */
export function median(values) {
  return spread(values).median;
}

/** `{ low, median, high }` of at least one number. */
export function spread(values) {
  if (values.length === 0) throw new RangeError('spread: expected at least one value.');
  const sorted = [...values].sort((a, b) => a - b);
  return { low: sorted[0], median: sorted[Math.floor((sorted.length - 1) / 2)], high: sorted[sorted.length - 1] };
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Least squares line through `points` of [x, y]: slope, its standard error, and the height at x = 0. */
export function regression(points) {
  const count = points.length;
  if (count < 3) throw new RangeError(`regression: expected at least 3 points, got ${count}.`);
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const sumXx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / sumXx;
  const start = meanY - slope * meanX;
  const residual = points.reduce((sum, [x, y]) => sum + (y - start - slope * x) ** 2, 0);
  return { slope, start, standardError: Math.sqrt(residual / (count - 2) / sumXx) };
}

/** `points` of [x, y] as the means of at most `blocks` runs of neighbours: what lies close in time is not independent. */
export function blockMeans(points, blocks) {
  const size = Math.max(1, Math.ceil(points.length / blocks));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, block) => {
    const part = points.slice(block * size, (block + 1) * size);
    return [mean(part.map(([x]) => x)), mean(part.map(([, y]) => y))];
  });
}
