/** The figures of an edge's view, as its aggregates have them. Called four times a second at most; some milliseconds with every role. */
import type { EdgeAggregate } from '../aggregate/edge/edge-aggregate.js';
import { STATUS_CLASSES, Sum, scoreShares } from '../aggregate/edge/edge-sums.js';
import type { EdgeTables } from '../aggregate/edge/edge-tables.js';
import type { RecentSeries } from '../aggregate/timeline.js';
import { EVERYTHING, type Scope, windowStart } from '../aggregate/window-scope.js';
import { EDGE_ROLES, type EdgeRole, type EdgeViewRequest } from '../records/edge-role.js';
import type { EdgeCounts, EdgeSeries, EdgeView } from './edge-view.js';
import { talkerOf } from './ranked-text.js';
import type { Talker, TalkerTop } from './snapshot.js';

/** What the view has from the records themselves; sessions and losses are the collector's. */
export interface EdgeFigures extends Omit<EdgeView, 'tick' | 'zones' | 'lagSec' | 'counts' | 'onsets'> {
  readonly counts: Omit<EdgeCounts, 'unparsable' | 'shed'>;
}

export interface EdgeFigureInput {
  readonly aggregate: EdgeAggregate;
  readonly series: RecentSeries;
  readonly view: EdgeViewRequest;
  readonly late: number;
  /** Newest time of a record, epoch seconds; NaN before the first. */
  readonly nowSec: number;
  readonly firstSec: number;
  readonly runningSec: number;
}

/** Shorter spans would show a first tick as a spike, seconds. */
const SHORTEST_SEC = 0.25;
/** A text may be 1 kB. */
const MOST_ROWS = 500;

export function takeEdgeFigures(input: EdgeFigureInput): EdgeFigures {
  const { aggregate, view, late, nowSec } = input;
  const { scope, windowSec, tableSec } = windowOf(input);
  const { cells } = aggregate.sums;
  const sums = aggregate.sums.within(scope);
  const perSec = (sum: number) => (sums[sum] as number) / windowSec;
  return {
    counts: {
      records: cells[Sum.records] as number,
      late,
      requests: cells[Sum.requests] as number,
      bytes: cells[Sum.bytes] as number,
    },
    nowSec,
    rates: {
      requests: perSec(Sum.requests),
      stopped: perSec(Sum.stopped),
      answeredAtEdge: perSec(Sum.answeredAtEdge),
      toOrigin: perSec(Sum.toOrigin),
      bps: perSec(Sum.bytes) * 8,
    },
    windowSec,
    series: seriesOf(input),
    sampleInterval: sums[Sum.records] === 0 ? 1 : (sums[Sum.requests] as number) / (sums[Sum.records] as number),
    statusClasses: Array.from({ length: STATUS_CLASSES }, (_, at) => perSec(Sum.status + at)),
    botScores: scoreShares(sums, Sum.bot),
    wafScores: scoreShares(sums, Sum.waf),
    view,
    sampled: aggregate.filtered?.isSampled ?? false,
    seen: aggregate.seenRoles(EDGE_ROLES),
    tops: topsOf(aggregate.shown, view, scope, tableSec),
  };
}

/** Of all requests, and of the tables, which a filter may have begun later. */
function windowOf({ aggregate, view, nowSec, firstSec, runningSec }: EdgeFigureInput): {
  scope: Scope;
  windowSec: number;
  tableSec: number;
} {
  const filterSec = aggregate.filtered?.fromSec ?? Number.NEGATIVE_INFINITY;
  const name = view.window === 'auto' ? '3s' : view.window;
  if (Number.isNaN(nowSec)) return { scope: EVERYTHING, windowSec: 1, tableSec: 1 };
  if (name === 'all') {
    const since = (from: number) => Math.max(1, nowSec - from);
    const scope = { ...EVERYTHING, isStable: false };
    return { scope, windowSec: since(firstSec), tableSec: since(Math.max(firstSec, filterSec)) };
  }
  const fromSec = windowStart(name, runningSec);
  // The last second is the last full one, once there is one.
  const hasRunning = name !== '1s' || fromSec < Math.floor(firstSec);
  const endSec = hasRunning ? nowSec : runningSec;
  const since = (from: number) => Math.max(SHORTEST_SEC, endSec - Math.max(fromSec, from));
  return {
    scope: { fromSec, hasRunning, isStable: false },
    windowSec: since(firstSec),
    tableSec: since(Math.max(firstSec, filterSec)),
  };
}

/** A second that is still running would look like a drop. */
function seriesOf({ series, runningSec }: EdgeFigureInput): EdgeSeries {
  const { startSec, packets, attackPackets } = series.read(runningSec);
  // Of a gap nothing is known, what was stopped in it either.
  const stopped = attackPackets.map((requests, at) => (Number.isNaN(packets[at]) ? Number.NaN : requests));
  return { startSec, requests: packets, stopped, attack: [] };
}

function topsOf(
  tables: EdgeTables,
  { roles, rows }: EdgeViewRequest,
  scope: Scope,
  windowSec: number,
): Partial<Record<EdgeRole, TalkerTop>> {
  const tops: Partial<Record<EdgeRole, TalkerTop>> = {};
  for (const role of roles) {
    if (!tables.isSeen(role)) continue;
    const byKey = new Map<string, Talker>();
    for (const { key, row } of tables.top(role, Math.min(rows, MOST_ROWS), scope)) {
      const talker = talkerOf(key, row, windowSec);
      const other = byKey.get(key);
      byKey.set(key, other === undefined ? talker : sumOf(other, talker));
    }
    tops[role] = { rows: [...byKey.values()], ...tables.distinct(role) };
  }
  return tops;
}

/** Different bytes may read the same: where a text is cut, was not kept, or is no UTF-8. A row is what its text says. */
function sumOf(a: Talker, b: Talker): Talker {
  return {
    key: a.key,
    pps: a.pps + b.pps,
    bps: a.bps + b.bps,
    packets: a.packets + b.packets,
    bytes: a.bytes + b.bytes,
  };
}
