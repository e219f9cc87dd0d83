/** Rates of each system over time. A bucket that no answer covered is not known; nor is one so new that its rows may still come. */
import { type EdgeNetworkTally, SERIES_SEC } from '../aggregate/edge/edge-network-tally.js';
import { EDGE_SYSTEMS, type EdgePoint, type EdgeSystem } from '../records/edge-network-rows.js';
import type { EdgeSystemSeries } from './edge-network-view.js';

export const BUCKET_SEC = 10;
const BUCKETS = SERIES_SEC / BUCKET_SEC;
/** Data later than this was not seen; an edge without traffic has no rows. */
const SETTLED_SEC = 300;

export function seriesStart(nowSec: number): number {
  return Math.floor(nowSec / BUCKET_SEC) * BUCKET_SEC - SERIES_SEC + BUCKET_SEC;
}

export function systemSeries(tally: EdgeNetworkTally, nowSec: number): EdgeSystemSeries[] {
  return EDGE_SYSTEMS.filter((system) => tally.covered.has(system)).map((system) => seriesOf(tally, system, nowSec));
}

function seriesOf(tally: EdgeNetworkTally, system: EdgeSystem, nowSec: number): EdgeSystemSeries {
  const startSec = seriesStart(nowSec);
  const points = tally.points.get(system) ?? [];
  const newestSec = points.reduce((newest, { sec }) => Math.max(newest, sec), 0);
  const empty = Array.from({ length: BUCKETS }, (_, i) => {
    const sec = startSec + i * BUCKET_SEC;
    const isSettled = sec <= Math.max(newestSec, nowSec - SETTLED_SEC);
    return isSettled && isCovered(tally, system, sec) ? 0 : Number.NaN;
  });
  const sums = (isDropped: boolean, of: (point: EdgePoint) => number) => {
    const rates = [...empty];
    for (const point of points) {
      const at = Math.floor((point.sec - startSec) / BUCKET_SEC);
      if (point.isDropped !== isDropped || at < 0 || at >= BUCKETS) continue;
      rates[at] = (rates[at] || 0) + of(point) / BUCKET_SEC;
    }
    return rates;
  };
  return {
    system,
    passedBps: sums(false, ({ bits }) => bits),
    droppedBps: sums(true, ({ bits }) => bits),
    passedPps: sums(false, ({ packets }) => packets),
    droppedPps: sums(true, ({ packets }) => packets),
  };
}

/** The newest bucket is covered by the part of it that was. */
function isCovered(tally: EdgeNetworkTally, system: EdgeSystem, sec: number): boolean {
  return tally.covered.get(system)?.has(sec, sec + 1) ?? false;
}
