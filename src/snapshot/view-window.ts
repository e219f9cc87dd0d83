/** The window of a view: what its rows are ranked by, and the seconds their rates are means of. */
import type { TrafficAggregate } from '../aggregate/traffic-aggregate.js';
import { EVERYTHING, type Scope, windowStart } from '../aggregate/window-scope.js';
import type { ViewRequest, WindowName } from '../records/view-request.js';
import type { SourceStatus } from './snapshot.js';

/** Shorter spans would show a first tick as a spike, seconds. */
const SHORTEST_SEC = 0.25;

export interface ViewWindow {
  readonly name: WindowName;
  readonly scope: Scope;
  /** Seconds the tables cover: never more than what the source, or its filter, has lasted. */
  readonly tableSec: number;
  /** Seconds the mix covers, which knows no filter. */
  readonly mixSec: number;
}

interface WindowInput {
  readonly aggregate: TrafficAggregate;
  readonly source: SourceStatus;
  readonly view: ViewRequest;
  readonly nowSec: number;
  readonly firstSec: number;
  readonly runningSec: number;
}

/** A capture that was read to its end as fast as it went, and nobody asked for a part of it. */
export function isWhole({ source, view, nowSec }: WindowInput): boolean {
  return view.window === 'auto' && source.state === 'ended' && !source.paced && !Number.isNaN(nowSec);
}

export function windowOf(input: WindowInput): ViewWindow {
  const { aggregate, view, nowSec, firstSec, runningSec } = input;
  const filterSec = aggregate.filtered?.fromSec ?? Number.NEGATIVE_INFINITY;
  const wanted = view.window === 'auto' ? (isWhole(input) ? 'all' : '3s') : view.window;
  const name = aggregate.options.windows ? wanted : 'all';
  if (Number.isNaN(nowSec)) return { name, scope: EVERYTHING, tableSec: 1, mixSec: 1 };
  if (name === 'all') {
    // Equal counts by key only where there is one picture, not four a second.
    const scope = { ...EVERYTHING, isStable: input.source.state === 'ended' };
    const from = Math.max(firstSec, filterSec);
    return { name, scope, tableSec: Math.max(1, nowSec - from), mixSec: Math.max(1, nowSec - firstSec) };
  }
  const fromSec = windowStart(name, runningSec);
  // The last second is the last full one, once there is one.
  const hasRunning = name !== '1s' || fromSec < Math.floor(firstSec);
  const endSec = hasRunning ? nowSec : runningSec;
  const since = (from: number) => Math.max(SHORTEST_SEC, endSec - Math.max(fromSec, from));
  const tableSec = since(Math.max(firstSec, filterSec));
  return { name, scope: { fromSec, hasRunning, isStable: false }, tableSec, mixSec: since(firstSec) };
}
