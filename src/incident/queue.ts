/** One list for whoever is on duty: what is seen now, what earlier runs left, what others told, the most urgent first. */
import type { Incident } from './incident.js';
import { byUrgency, urgencyOf } from './store/incident-order.js';
import type { IncidentRow } from './store/incident-row.js';
import { relatedOf } from './store/related.js';

export interface QueueRow extends IncidentRow {
  /** Seen by this program now; its figures move. */
  readonly isLive: boolean;
  /** Others in the list of the same target and time. */
  readonly related: number;
}

/** Watch, act soon, act now: a list must not change its order with every figure. */
const BANDS = [30, 60] as const;

/** `live` goes before what the store has of the same id, but for what people did. */
export function queueOf(live: readonly Incident[], stored: readonly IncidentRow[]): QueueRow[] {
  const byId = new Map(stored.map((row) => [row.id, row]));
  const rows = live.map((incident) => ({ ...ofLive(incident, byId.get(incident.id) ?? null), isLive: true }));
  const seen = new Set(live.map(({ id }) => id));
  for (const row of stored) if (!seen.has(row.id)) rows.push({ ...row, isLive: false });
  const related = relatedOf(rows);
  return rows
    .sort((a, b) => byUrgency(banded(a), banded(b)))
    .map((row) => ({ ...row, related: related.get(row.id)?.length ?? 0 }));
}

function ofLive(incident: Incident, row: IncidentRow | null): IncidentRow {
  const { sources } = incident;
  return {
    ...incident,
    sources: sources.distinct,
    sourceVerdict: sources.verdict,
    acknowledgedAt: row?.acknowledgedAt ?? incident.acknowledgedAt,
    mitigatedAt: row?.mitigatedAt ?? incident.mitigatedAt,
    mark: row?.mark ?? null,
    origin: 'ddostop',
    sensor: row?.sensor ?? '',
    lostSight: null,
    seenAt: row?.seenAt ?? null,
    updatedAt: row?.updatedAt ?? incident.endedAt ?? Number.POSITIVE_INFINITY,
  };
}

function banded(row: IncidentRow): IncidentRow {
  const urgency = urgencyOf(row);
  return { ...row, urgency: BANDS.filter((edge) => urgency >= edge).length };
}

/** "SYN flood + DNS amplification". */
export function vectorNames({ vectors }: Pick<IncidentRow, 'vectors'>): string {
  return vectors.map(({ name }) => name).join(' + ') || 'unnamed';
}

/** The oldest other one of the same target; null: there is none. */
export function duplicateOf(rows: readonly QueueRow[], incidentId: string): QueueRow | null {
  const target = rows.find(({ id }) => id === incidentId)?.target;
  const others = rows.filter((row) => row.id !== incidentId && row.target === target && row.mark?.mark !== 'duplicate');
  return others.toSorted((a, b) => a.openedAt - b.openedAt)[0] ?? null;
}
