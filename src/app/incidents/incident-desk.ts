/**
 * Where incidents of the traffic meet what people do: every tick goes through it. What is news is written to the journal, told to the hooks and to whoever
 * listens; what is done about an incident comes back into it. Nothing here waits for a disk or for a server.
 */
import { messageOf } from '../../errors.js';
import { EffectMeter } from '../../incident/effect-meter.js';
import type { Incident, IncidentSource } from '../../incident/incident.js';
import { type IncidentChange, IncidentChanges } from '../../incident/incident-changes.js';
import type { ActionRecord, JournalEvent, PictureTop } from '../../incident/journal-event.js';
import { pictureOf } from '../../incident/peak-picture.js';
import { attackTopsOf, signatureRecordOf } from '../../incident/signature-record.js';
import type { NewEvent } from '../../incident/store/incident-store.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import { unkeptIncident } from '../../incident/unkept-incident.js';
import type { Clock } from '../../platform/clock.js';
import type { Analysis } from '../../signature/analysis.js';
import type { Tick } from '../ingest/feed.js';

/** The store, or nothing of the kind. `append` resolves when it is on the disk. */
export interface Journal {
  append(event: JournalEvent): Promise<void>;
  /** Grouped; of an incident the newest wins. */
  appendSoon(event: JournalEvent): void;
  /** Null: not there. */
  get(incidentId: string): Promise<StoredIncident | null>;
}

export type HookEventKind = 'opened' | 'updated' | 'ended' | 'acknowledged' | 'mitigated' | 'note';

export interface HookDoor {
  /** Never rejects, never waits for a server. */
  tell(kind: HookEventKind, stored: StoredIncident): void;
}

export interface IncidentDeskOptions {
  /** Null: nothing is kept (the built-in scenario, a capture without --store). */
  readonly journal: Journal | null;
  readonly hooks: HookDoor | null;
  readonly sensor: string;
  /** What databases know of an address; null: there are none. */
  readonly locate: ((address: string) => Pick<IncidentSource, 'asn' | 'asName' | 'country'>) | null;
  /** "ada@jump1". */
  readonly by: string;
  readonly clock: Clock;
  readonly onChange: (change: IncidentChange) => void;
  /** What could not be written; never an exception. */
  readonly onTrouble: (text: string) => void;
}

/** A picture is made again when the peak has grown by so much. */
const PEAK_GROWTH = 1.2;
/** And when so much of the attack is not on it. */
const PICTURE_EVERY_SEC = 60;
/** The table's rates look back on some seconds: before that they do not know the attack yet. */
const SETTLED_SEC = 4;

interface Known {
  picturedPps: number;
  /** Capture time of the newest picture. */
  picturedSec: number;
  tops: readonly PictureTop[];
}

export class IncidentDesk {
  readonly #options: IncidentDeskOptions;
  readonly #changes = new IncidentChanges();
  readonly #meter = new EffectMeter();
  readonly #known = new Map<string, Known>();
  #newest: Tick | null = null;
  /** What is being written and told. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: IncidentDeskOptions) {
    this.#options = options;
  }

  take(tick: Tick): void {
    this.#newest = tick;
    this.#measure(tick);
    for (const plain of this.#changes.of(tick.incidents, this.#options.clock.nowMs())) {
      const change = { ...plain, incident: this.#located(plain.incident) };
      this.#picture(tick, change);
      this.#write(change);
      this.#options.onChange(change);
    }
  }

  /** An attack was looked at: its rule, and what it looks like, belong to it. */
  signed(incidentId: string, analysis: Analysis): void {
    const known = this.#knownOf(incidentId);
    known.tops = attackTopsOf(analysis);
    known.picturedPps = 0;
    this.#append({ ...this.#stamp(incidentId), kind: 'signed', signature: signatureRecordOf(analysis) });
    const incident = this.#newest?.incidents.find(({ id }) => id === incidentId);
    if (this.#newest !== null && incident !== undefined) this.#pictureOf(this.#newest, incident);
  }

  /** A mitigation did something; hooks hear of those that are in force. */
  acted(incidentId: string, action: ActionRecord): void {
    this.#append(
      { ...this.#stamp(incidentId), kind: 'acted', action },
      action.what === 'confirmed' ? 'mitigated' : null,
    );
  }

  /** Some seconds after: what it changed. */
  measured(incidentId: string, mitigationId: string, how: Parameters<EffectMeter['measure']>[2]): void {
    const effect = this.#meter.measure(mitigationId, incidentId, how);
    if (effect !== null) this.#append({ ...this.#stamp(incidentId), kind: 'measured', effect });
  }

  acknowledge(incidentId: string): void {
    this.#append({ ...this.#stamp(incidentId), kind: 'acknowledged' }, 'acknowledged');
  }

  write(event: NewEvent): void {
    this.#append(
      { ...event, ...this.#stamp(event.incidentId) } as JournalEvent,
      event.kind === 'noted' ? 'note' : null,
    );
  }

  /** The source is gone, or the program ends: nobody knows how the open ones go on. */
  loseSight(reason: string): void {
    for (const { id, state } of this.#newest?.incidents ?? []) {
      if (state === 'attack' || state === 'ending') this.#append({ ...this.#stamp(id), kind: 'lost-sight', reason });
    }
  }

  /** Everything that was begun is done. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #write({ kind, incident, why }: IncidentChange): void {
    const { journal, sensor } = this.#options;
    const event: JournalEvent = { ...this.#stamp(incident.id), kind: 'observed', incident, sensor };
    if (kind === 'updated' && why === 'goes on') journal?.appendSoon(event);
    // One that lasts a moment is kept, and nobody is woken for it.
    else this.#append(event, incident.isReportable ? kind : null);
  }

  #append(event: JournalEvent, told: HookEventKind | null = null): void {
    const { journal, onTrouble } = this.#options;
    const done = journal === null ? Promise.resolve() : journal.append(event);
    const telling = done
      .catch((error) => onTrouble(messageOf(error)))
      .then(() => (told === null ? undefined : this.#tell(told, event)));
    this.#last = Promise.all([this.#last, telling]);
  }

  /** Of what the journal knows; where there is none, or it cannot be written, of what the tick said. */
  async #tell(kind: HookEventKind, event: JournalEvent): Promise<void> {
    const { journal, hooks, onTrouble } = this.#options;
    if (hooks === null) return;
    const stored = await journal?.get(event.incidentId).catch((error) => {
      onTrouble(messageOf(error));
      return null;
    });
    const incident = event.kind === 'observed' ? event.incident : null;
    if (stored) hooks.tell(kind, incident === null ? stored : newest(stored, incident));
    else if (incident !== null) hooks.tell(kind, unkeptIncident(incident, this.#options.sensor));
  }

  #located(incident: Incident): Incident {
    const { locate } = this.#options;
    if (locate === null) return incident;
    const top = incident.sources.top.map((row) => ({ ...row, ...locate(row.key) }));
    return { ...incident, sources: { ...incident.sources, top } };
  }

  #measure({ incidents, snapshot }: Tick): void {
    for (const { id, target, state, vectors, openedAt } of incidents) {
      if (state === 'suspect' || state === 'ended' || snapshot.nowSec - openedAt < SETTLED_SEC) continue;
      const attackPps = vectors.reduce((sum, vector) => sum + vector.pps, 0);
      const allPps = snapshot.targets.rows.find(({ key }) => key === target)?.pps ?? attackPps;
      this.#meter.push(id, snapshot.nowSec, attackPps, Math.max(0, allPps - attackPps));
    }
  }

  #picture(tick: Tick, { kind, incident }: IncidentChange): void {
    const { picturedPps, picturedSec } = this.#knownOf(incident.id);
    const isOld = tick.snapshot.nowSec - picturedSec >= PICTURE_EVERY_SEC;
    if (kind === 'ended' || kind === 'opened' || incident.peakPps > picturedPps * PEAK_GROWTH || isOld)
      this.#pictureOf(tick, incident);
  }

  #pictureOf({ snapshot }: Tick, incident: Incident): void {
    const known = this.#knownOf(incident.id);
    known.picturedPps = incident.peakPps;
    known.picturedSec = snapshot.nowSec;
    const picture = pictureOf(snapshot, incident, known.tops);
    this.#options.journal?.appendSoon({ ...this.#stamp(incident.id), kind: 'pictured', picture });
  }

  #knownOf(incidentId: string): Known {
    let known = this.#known.get(incidentId);
    if (known === undefined)
      this.#known.set(incidentId, (known = { picturedPps: 0, picturedSec: Number.NEGATIVE_INFINITY, tops: [] }));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    return known;
  }

  #stamp(incidentId: string): { readonly at: number; readonly incidentId: string; readonly by: string } {
    return { at: this.#options.clock.nowMs() / 1000, incidentId, by: this.#options.by };
  }
}

const MOST_KNOWN = 1000;

/** The traffic as it is now, with what people did. */
function newest(stored: StoredIncident, incident: Incident): StoredIncident {
  const { acknowledgedAt, mitigatedAt } = stored.incident;
  return { ...stored, incident: { ...stored.incident, ...incident, acknowledgedAt, mitigatedAt } };
}
