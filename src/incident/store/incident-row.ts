/** What a list shows of an incident: light enough that thousands of them stay in memory. The rest is read when somebody asks for one. */
import type { Incident } from '../incident.js';
import type { JournalEvent, OperatorMark } from '../journal-event.js';
import type { StoredIncident } from '../stored-incident.js';

/** An attack has a few vectors; a hostile file has as many as it likes. */
const MOST_VECTORS = 8;
const MOST_TEXT = 256;

export interface IncidentRow
  extends Pick<
    Incident,
    | 'id'
    | 'target'
    | 'scope'
    | 'direction'
    | 'severity'
    | 'urgency'
    | 'relevance'
    | 'pulses'
    | 'state'
    | 'openedAt'
    | 'detectedAt'
    | 'acknowledgedAt'
    | 'mitigatedAt'
    | 'endedAt'
    | 'peakPps'
    | 'peakBps'
    | 'peakRps'
    | 'packets'
    | 'bytes'
  > {
  readonly vectors: readonly { readonly id: string; readonly name: string; readonly share: number }[];
  readonly sourceVerdict: Incident['sources']['verdict'];
  readonly sources: number;
  readonly origin: StoredIncident['origin'];
  readonly sensor: string;
  readonly lostSight: string | null;
  readonly mark: { readonly mark: OperatorMark; readonly of: string | null } | null;
  /** Wall clock of the first line that calls it an attack: when people could know. */
  readonly seenAt: number | null;
  /** Wall clock of the newest line. */
  readonly updatedAt: number;
}

/** What is known of an incident by its lines so far. Acts may come before the incident: two processes write. */
export interface RowDraft {
  row: IncidentRow | null;
  /** Of the newest observation, wall clock. */
  observedAt: number;
  acknowledgedAt: number | null;
  mitigatedAt: number | null;
  mark: IncidentRow['mark'];
  lostSight: string | null;
  updatedAt: number;
}

export function newDraft(): RowDraft {
  return {
    row: null,
    observedAt: Number.NEGATIVE_INFINITY,
    acknowledgedAt: null,
    mitigatedAt: null,
    mark: null,
    lostSight: null,
    updatedAt: Number.NEGATIVE_INFINITY,
  };
}

/** Adds an event of the incident. Idempotent: a line that is read twice changes nothing. */
export function addToRow(draft: RowDraft, event: JournalEvent): void {
  draft.updatedAt = Math.max(draft.updatedAt, event.at);
  switch (event.kind) {
    case 'observed':
    case 'alerted':
      observe(draft, event);
      break;
    case 'lost-sight':
      draft.lostSight = event.reason.slice(0, MOST_TEXT);
      break;
    case 'acknowledged':
      draft.acknowledgedAt = Math.min(draft.acknowledgedAt ?? event.at, event.at);
      break;
    case 'marked':
      draft.mark = event.mark === null ? null : { mark: event.mark, of: event.of?.slice(0, MOST_TEXT) ?? null };
      break;
    case 'acted':
      if (event.action.what === 'applied') draft.mitigatedAt = Math.min(draft.mitigatedAt ?? event.at, event.at);
      break;
  }
  if (draft.row !== null) draft.row = { ...draft.row, ...actsOf(draft) };
}

type Seen = Extract<JournalEvent, { kind: 'observed' | 'alerted' }>;

function observe(draft: RowDraft, event: Seen): void {
  const isOwn = event.kind === 'observed';
  // What ddostop sees itself goes before what it was told of the same incident.
  if (!isOwn && draft.row?.origin === 'ddostop') return;
  if (event.at < draft.observedAt && !(isOwn && draft.row?.origin !== 'ddostop')) return;
  draft.observedAt = event.at;
  draft.lostSight = null;
  draft.row = rowOf(event, draft);
}

function rowOf(event: Seen, draft: RowDraft): IncidentRow {
  const { incident } = event;
  const text = (value: string) => value.slice(0, MOST_TEXT);
  return {
    id: incident.id,
    target: text(incident.target),
    scope: incident.scope,
    direction: incident.direction,
    severity: incident.severity,
    urgency: incident.urgency,
    relevance: incident.relevance,
    pulses: incident.pulses,
    state: incident.state,
    openedAt: incident.openedAt,
    detectedAt: incident.detectedAt,
    endedAt: incident.endedAt,
    peakPps: incident.peakPps,
    peakBps: incident.peakBps,
    peakRps: incident.peakRps,
    packets: incident.packets,
    bytes: incident.bytes,
    vectors: incident.vectors
      .slice(0, MOST_VECTORS)
      .map(({ id, name, share }) => ({ id: text(id), name: text(name), share })),
    sourceVerdict: incident.sources.verdict,
    sources: incident.sources.distinct,
    origin: event.kind === 'observed' ? 'ddostop' : event.alert.from,
    sensor: event.kind === 'observed' ? text(event.sensor) : event.alert.from,
    seenAt: draft.row?.seenAt ?? (incident.detectedAt === null ? null : event.at),
    ...actsOf(draft),
    acknowledgedAt: draft.acknowledgedAt ?? incident.acknowledgedAt,
    mitigatedAt: draft.mitigatedAt ?? incident.mitigatedAt,
  };
}

function actsOf(draft: RowDraft) {
  return {
    acknowledgedAt: draft.acknowledgedAt ?? draft.row?.acknowledgedAt ?? null,
    mitigatedAt: draft.mitigatedAt ?? draft.row?.mitigatedAt ?? null,
    mark: draft.mark,
    lostSight: draft.row?.state === 'ended' ? null : draft.lostSight,
    updatedAt: draft.updatedAt,
  };
}
