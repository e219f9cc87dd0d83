/** The lines of one incident added up, in the order in which they were written. Pure. */
import type { Incident } from '../incident.js';
import type { ActionRecord, EffectRecord, JournalEvent, OutsideAlert } from '../journal-event.js';
import type { StoredIncident } from '../stored-incident.js';
import { Timeline } from './timeline.js';

/** Sentences kept of one alert from elsewhere; its sender may repeat itself for hours. */
const MOST_DETAILS = 400;
/** Of each kind of thing that people or mitigations add; more than any incident has. */
const MOST_PARTS = 2000;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Null: none of them says what the incident is. */
export function foldEvents(events: Iterable<JournalEvent>): StoredIncident | null {
  const fold = new IncidentFold();
  for (const event of events) fold.add(event);
  return fold.stored();
}

export class IncidentFold {
  #incident: Incident | null = null;
  #origin: StoredIncident['origin'] = 'ddostop';
  #sensor = '';
  #observedAt = Number.NEGATIVE_INFINITY;
  #acknowledgedAt: number | null = null;
  #mitigatedAt: number | null = null;
  #lostSight: string | null = null;
  #mark: StoredIncident['mark'] = null;
  readonly #alerts: Mutable<OutsideAlert>[] = [];
  readonly #notes: StoredIncident['notes'][number][] = [];
  readonly #actions: (ActionRecord & { at: number; by: string })[] = [];
  readonly #effects: (EffectRecord & { at: number })[] = [];
  readonly #files: StoredIncident['files'][number][] = [];
  readonly #deliveries: StoredIncident['deliveries'][number][] = [];
  #signature: StoredIncident['signature'] = null;
  #picture: StoredIncident['picture'] = null;
  readonly #timeline = new Timeline();

  add(event: JournalEvent): void {
    const { at, by } = event;
    this.#timeline.add(event);
    switch (event.kind) {
      case 'observed':
        this.#observe(event.incident, at, 'ddostop', event.sensor);
        break;
      case 'alerted':
        this.#observe(event.incident, at, event.alert.from, event.alert.from);
        this.#addAlert(event.alert);
        break;
      case 'lost-sight':
        this.#lostSight = event.reason;
        break;
      case 'acknowledged':
        this.#acknowledgedAt = Math.min(this.#acknowledgedAt ?? at, at);
        break;
      case 'marked': {
        const { mark, of, reason } = event;
        this.#mark = mark === null ? null : { mark, of, reason, by };
        break;
      }
      case 'noted':
        push(this.#notes, { at, by, text: event.text });
        break;
      case 'acted':
        if (event.action.what === 'applied') this.#mitigatedAt = Math.min(this.#mitigatedAt ?? at, at);
        push(this.#actions, { ...event.action, at, by });
        break;
      case 'measured':
        push(this.#effects, { ...event.effect, at });
        break;
      case 'signed':
        this.#signature = event.signature;
        break;
      case 'pictured':
        this.#picture = event.picture;
        break;
      case 'kept':
        push(this.#files, event.file);
        break;
      case 'told':
        push(this.#deliveries, { ...event.delivery, at });
        break;
    }
  }

  /** As addToRow has it: own eyes before hearsay, the newest wins. */
  #observe(incident: Incident, at: number, origin: StoredIncident['origin'], sensor: string): void {
    const wasOwn = this.#incident !== null && this.#origin === 'ddostop';
    const isOwn = origin === 'ddostop';
    if (wasOwn && !isOwn) return;
    if (at < this.#observedAt && isOwn === wasOwn) return;
    this.#incident = incident;
    this.#origin = origin;
    this.#sensor = sensor;
    this.#observedAt = at;
    this.#lostSight = null;
  }

  #addAlert(alert: OutsideAlert): void {
    const known = this.#alerts.find(({ from, reference }) => from === alert.from && reference === alert.reference);
    if (known === undefined) {
      push(this.#alerts, { ...alert, details: alert.details.slice(0, MOST_DETAILS) });
      return;
    }
    const news = alert.details.filter((detail) => !known.details.includes(detail));
    known.details = [...known.details, ...news].slice(0, MOST_DETAILS);
    known.url = alert.url ?? known.url;
  }

  stored(): StoredIncident | null {
    if (this.#incident === null) return null;
    const incident = {
      ...this.#incident,
      acknowledgedAt: this.#acknowledgedAt ?? this.#incident.acknowledgedAt,
      mitigatedAt: this.#mitigatedAt ?? this.#incident.mitigatedAt,
    };
    return {
      incident,
      origin: this.#origin,
      sensor: this.#sensor,
      lostSight: incident.state === 'ended' ? null : this.#lostSight,
      mark: this.#mark,
      notes: this.#notes,
      alerts: this.#alerts,
      actions: this.#actions,
      effects: this.#effects,
      signature: this.#signature,
      picture: this.#picture,
      files: this.#files,
      deliveries: this.#deliveries,
      timeline: this.#timeline.entries(),
    };
  }
}

function push<Item>(list: Item[], item: Item): void {
  if (list.length < MOST_PARTS) list.push(item);
}
