/** One line of `ddostop watch`: schema `ddostop.watch/1`. Names of events and keys are stable. */

import type { Incident } from '../incident/incident.js';
import type { IncidentChange } from '../incident/incident-changes.js';
import type { AuditRecord } from '../mitigation/audit-log.js';
import type { Counters, SourceStatus } from '../snapshot/snapshot.js';

export interface WatchHead {
  readonly schema: 'ddostop.watch/1';
  /** ISO 8601, UTC, wall clock: when it was told. */
  readonly time: string;
  readonly sensor: string;
}

export type WatchEvent = WatchHead &
  (
    | { readonly event: `incident.${IncidentChange['kind']}`; readonly why?: string; readonly incident: Incident }
    | { readonly event: `source.${SourceStatus['state']}`; readonly source: SourceStatus; readonly counters: Counters }
    | { readonly event: 'source.news'; readonly text: string }
    | { readonly event: `mitigation.${AuditRecord['action']}`; readonly mitigation: MitigationNews }
    | { readonly event: 'hook.delivered' | 'hook.failed'; readonly delivery: object }
    | { readonly event: 'config.changed' | 'config.failed' | 'store.trouble'; readonly text: string }
  );

export interface MitigationNews {
  readonly id: string;
  readonly ok: boolean;
  readonly user: string;
  readonly host: string;
  readonly backend: string;
  readonly message: string;
}

export function headOf(nowMs: number, sensor: string): WatchHead {
  return { schema: 'ddostop.watch/1', time: new Date(nowMs).toISOString(), sensor };
}

export function incidentEvent(head: WatchHead, { kind, incident, why }: IncidentChange): WatchEvent {
  return { ...head, event: `incident.${kind}`, ...(why === '' ? {} : { why }), incident };
}

export function sourceEvent(head: WatchHead, source: SourceStatus, counters: Counters): WatchEvent {
  return { ...head, event: `source.${source.state}`, source, counters };
}

/** Null: an intent, which says nothing of what became of it. */
export function mitigationEvent(head: WatchHead, record: AuditRecord): WatchEvent | null {
  if (record.event === 'intent') return null;
  const { id, ok = false, user, host = '', backend = 'nft', message = '', action } = record;
  return { ...head, event: `mitigation.${action}`, mitigation: { id, ok, user, host, backend, message } };
}
