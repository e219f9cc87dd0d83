/** What stands first in a list of incidents: what somebody has to look at. Pure. */
import { formatDateTime } from '../../format/time-format.js';
import type { IncidentRow } from './incident-row.js';

export interface RowFilter {
  readonly state?: 'open' | 'ended' | 'all';
  /** Those that went on, or were seen, in the last so many seconds of the wall clock. */
  readonly withinSec?: number;
  readonly unacknowledged?: boolean;
  readonly limit?: number;
}

/** Where nobody judged the urgency: the middle of the band that a severity stands for. */
const URGENCY_OF = { low: 15, medium: 40, high: 65, critical: 90 } as const satisfies Record<
  IncidentRow['severity'],
  number
>;

export function filteredRows(rows: readonly IncidentRow[], filter: RowFilter, nowSec: number): IncidentRow[] {
  const { state = 'all', withinSec, unacknowledged = false, limit } = filter;
  const wanted = rows
    .map((row) => withSight(row, nowSec))
    .filter((row) => {
      if (state !== 'all' && (row.state === 'ended') !== (state === 'ended')) return false;
      if (unacknowledged && row.acknowledgedAt !== null) return false;
      return withinSec === undefined || isWithin(row, nowSec - withinSec);
    });
  return wanted.sort(byUrgency).slice(0, limit);
}

function isWithin({ state, endedAt, openedAt, seenAt }: IncidentRow, sinceSec: number): boolean {
  return state !== 'ended' || Math.max(endedAt ?? openedAt, seenAt ?? openedAt) >= sinceSec;
}

/** A monitor writes of an open one every half minute; one that was killed says nothing more. Others tell the begin and the end, if they live that long. */
const SILENT_SEC = 180;
const UNTOLD_SEC = 86_400;

/** An open incident that nobody has written of for long is not watched any more. */
export function withSight(row: IncidentRow, nowSec: number): IncidentRow {
  const silentSec = nowSec - row.updatedAt;
  const isOwn = row.origin === 'ddostop';
  if (row.state === 'ended' || row.lostSight !== null || silentSec < (isOwn ? SILENT_SEC : UNTOLD_SEC)) return row;
  const since = formatDateTime(row.updatedAt);
  return { ...row, lostSight: isOwn ? `its monitor wrote last at ${since}` : `nobody has told its end since ${since}` };
}

/** Open before over, those that are watched first; what turned out to be nothing last; then by urgency, the newest first. */
export function byUrgency(a: IncidentRow, b: IncidentRow): number {
  return (
    Number(a.state === 'ended') - Number(b.state === 'ended') ||
    Number(isNothing(a)) - Number(isNothing(b)) ||
    Number(a.lostSight !== null) - Number(b.lostSight !== null) ||
    urgencyOf(b) - urgencyOf(a) ||
    b.openedAt - a.openedAt ||
    (a.id < b.id ? -1 : 1)
  );
}

export function urgencyOf({ urgency, severity }: IncidentRow): number {
  return urgency ?? URGENCY_OF[severity];
}

function isNothing({ mark }: IncidentRow): boolean {
  return mark !== null && mark.mark !== 'true-positive';
}
