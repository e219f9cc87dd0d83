/** One list for whoever is on duty: what is seen now, what earlier runs left, what others told, the most urgent first. */
import type { Incident } from './incident.js';
import type { OperatorMark } from './journal-event.js';
import type { IncidentRow } from './store/incident-row.js';

export interface QueueRow {
  readonly id: string;
  readonly target: string;
  readonly state: Incident['state'];
  readonly vectors: string;
  readonly severity: Incident['severity'];
  readonly urgency: number | null;
  readonly peakPps: number;
  readonly peakBps: number;
  readonly peakRps: number | null;
  readonly sources: number;
  readonly verdict: Incident['sources']['verdict'];
  readonly openedAt: number;
  readonly endedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly mark: OperatorMark | null;
  readonly origin: IncidentRow['origin'];
  /** Seen by this program now; its figures move. */
  readonly isLive: boolean;
  readonly lostSight: string | null;
  /** Others in the list of the same target and time. */
  readonly related: number;
}

/** Before and after a span in which two reports of one target are taken for the same attack. */
const SLACK_SEC = 60;
/** An unacknowledged end stays above what somebody has dealt with. */
const STATE_RANK: Readonly<Record<Incident['state'], number>> = { attack: 3, ending: 3, suspect: 2, ended: 0 };

/** `live` goes before what the store has of the same id, but for what people did. */
export function queueOf(live: readonly Incident[], stored: readonly IncidentRow[]): QueueRow[] {
  const byId = new Map(stored.map((row) => [row.id, row]));
  const rows = live.map((incident) => ofLive(incident, byId.get(incident.id) ?? null));
  const seen = new Set(live.map(({ id }) => id));
  for (const row of stored) if (!seen.has(row.id)) rows.push(ofStored(row));
  const related = rows.map((row) => ({ ...row, related: rows.filter((other) => isRelated(row, other)).length }));
  return related.sort((a, b) => rankOf(b) - rankOf(a) || bandOf(b) - bandOf(a) || b.openedAt - a.openedAt);
}

function ofLive(incident: Incident, row: IncidentRow | null): QueueRow {
  const { sources, vectors, id, target, state, severity, urgency, peakPps, peakBps, peakRps, openedAt, endedAt } =
    incident;
  return {
    ...{ id, target, state, severity, urgency, peakPps, peakBps, peakRps, openedAt, endedAt },
    vectors: namesOf(vectors),
    sources: sources.distinct,
    verdict: sources.verdict,
    acknowledgedAt: row?.acknowledgedAt ?? incident.acknowledgedAt,
    mitigatedAt: row?.mitigatedAt ?? incident.mitigatedAt,
    mark: row?.mark?.mark ?? null,
    origin: 'ddostop',
    isLive: true,
    lostSight: null,
    related: 0,
  };
}

function ofStored(row: IncidentRow): QueueRow {
  const { id, target, state, severity, urgency, peakPps, peakBps, peakRps, openedAt, endedAt, lostSight } = row;
  return {
    ...{ id, target, state, severity, urgency, peakPps, peakBps, peakRps, openedAt, endedAt, lostSight },
    vectors: namesOf(row.vectors),
    sources: row.sources,
    verdict: row.sourceVerdict,
    acknowledgedAt: row.acknowledgedAt,
    mitigatedAt: row.mitigatedAt,
    mark: row.mark?.mark ?? null,
    origin: row.origin,
    isLive: false,
    related: 0,
  };
}

function namesOf(vectors: readonly { readonly name: string }[]): string {
  return vectors.map(({ name }) => name).join(' + ') || 'unnamed';
}

function isRelated(a: QueueRow, b: QueueRow): boolean {
  if (a.id === b.id || a.target !== b.target) return false;
  const end = (row: QueueRow) => (row.endedAt ?? Number.POSITIVE_INFINITY) + SLACK_SEC;
  return a.openedAt <= end(b) && b.openedAt <= end(a);
}

/** Open, then what nobody has looked at, then the rest; what was marked as nothing goes last. */
function rankOf({ state, acknowledgedAt, mark, lostSight }: QueueRow): number {
  if (mark === 'false-positive' || mark === 'duplicate' || mark === 'test') return -1;
  const rank = lostSight === null ? STATE_RANK[state] : 1;
  return rank + (acknowledgedAt === null ? 0.5 : 0);
}

/** Bands, not points: a list must not change its order with every figure. */
function bandOf({ urgency }: QueueRow): number {
  return urgency === null ? 0 : urgency > 60 ? 3 : urgency >= 30 ? 2 : 1;
}

/** The oldest other one of the same target; null: there is none. */
export function duplicateOf(rows: readonly QueueRow[], incidentId: string): QueueRow | null {
  const target = rows.find(({ id }) => id === incidentId)?.target;
  const others = rows.filter((row) => row.id !== incidentId && row.target === target && row.mark !== 'duplicate');
  return others.toSorted((a, b) => a.openedAt - b.openedAt)[0] ?? null;
}
