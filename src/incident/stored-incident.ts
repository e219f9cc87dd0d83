/** An incident with all that happened to it since: what the lines of the journal add up to. */
import type { Incident } from './incident.js';
import type {
  ActionRecord,
  DeliveryRecord,
  EffectRecord,
  EvidenceRecord,
  OperatorMark,
  OutsideAlert,
  PeakPicture,
  SignatureRecord,
} from './journal-event.js';

export interface TimelineEntry {
  /** Epoch seconds. */
  readonly at: number;
  /** detected, peak, vector, acknowledged, marked, noted, acted, measured, signed, told, ended... */
  readonly what: string;
  readonly words: string;
  /** "" = the program itself, from the traffic. */
  readonly by: string;
}

export interface StoredIncident {
  /** With `acknowledgedAt` and `mitigatedAt` as the journal knows them. */
  readonly incident: Incident;
  /** ddostop, or who else saw it. */
  readonly origin: 'ddostop' | OutsideAlert['from'];
  /** Which program on which source. */
  readonly sensor: string;
  /** Open in the journal, and nobody watches it any more: null = it is watched, or over. */
  readonly lostSight: string | null;
  readonly mark: {
    readonly mark: OperatorMark;
    readonly of: string | null;
    readonly reason: string;
    readonly by: string;
  } | null;
  readonly notes: readonly { readonly at: number; readonly by: string; readonly text: string }[];
  readonly alerts: readonly OutsideAlert[];
  readonly actions: readonly (ActionRecord & { readonly at: number; readonly by: string })[];
  readonly effects: readonly (EffectRecord & { readonly at: number })[];
  /** The newest. */
  readonly signature: SignatureRecord | null;
  /** Of the peak. */
  readonly picture: PeakPicture | null;
  readonly files: readonly EvidenceRecord[];
  readonly deliveries: readonly (DeliveryRecord & { readonly at: number })[];
  /** In order of time. */
  readonly timeline: readonly TimelineEntry[];
}
