/** How much of an edge's requests is more than there were before: the only split there is while no rule tells good from bad. An estimate, and called one. */
import type { EdgeOnsetView, EdgeSeries } from './edge-view.js';

/** What was before an onset is the median of so much. */
const BEFORE_SEC = 120;

/** `series` with what is above the level of before, from the first onset in sight on until the last one ended. */
export function withExcess(series: EdgeSeries, onsets: readonly EdgeOnsetView[]): EdgeSeries {
  const first = onsets.reduce<EdgeOnsetView | null>(
    (earliest, onset) => (earliest === null || onset.sinceSec < earliest.sinceSec ? onset : earliest),
    null,
  );
  const newestSec = series.startSec + series.requests.length - 1;
  if (first === null) return series;
  const from = first.sinceSec - series.startSec;
  const level = median(series.requests.slice(Math.max(0, from - BEFORE_SEC), Math.max(0, from)));
  const untilSec = Math.max(...onsets.map(({ endSec }) => endSec ?? newestSec));
  if (level === null) return series;
  const attack = series.requests.map((requests, at) => {
    if (Number.isNaN(requests)) return Number.NaN;
    return at >= from && series.startSec + at <= untilSec ? Math.max(0, requests - level) : 0;
  });
  return { ...series, attack };
}

function median(values: readonly number[]): number | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return known.length === 0 ? null : (known[known.length >> 1] as number);
}
