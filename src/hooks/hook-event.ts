/** What happened to an incident, for whoever wants to be told. */
import type { HookEventName } from '../config/hook-config.js';
import type { DeliveryRecord } from '../incident/journal-event.js';
import type { StoredIncident } from '../incident/stored-incident.js';

export type HookEventKind = HookEventName | 'test';

export interface HookEvent {
  readonly kind: HookEventKind;
  readonly stored: StoredIncident;
  /** Epoch seconds. */
  readonly at: number;
  /** Grows with each event of an incident: with the incident and the kind it names the event, also after a restart. */
  readonly sequence: number;
}

/** What became of a message. `delayed`: it failed, waits and is tried again; told once a message. */
export interface HookDelivery {
  readonly incidentId: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly outcome: 'sent' | 'delayed' | 'given-up';
  readonly record: DeliveryRecord;
}
