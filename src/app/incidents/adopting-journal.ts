/**
 * The journal of a screen beside a `watch` that keeps the same store: an attack that both see is one incident. What the screen knows of it goes to the
 * one that is there; only where nobody else writes, the screen does.
 */
import type { JournalEvent } from '../../incident/journal-event.js';
import type { IncidentStore } from '../../incident/store/incident-store.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { Clock } from '../../platform/clock.js';
import type { Journal } from './incident-desk.js';

/** The other one may be a little later: decisions of two programs fall in one second. */
const WAIT_MS = 1500;
/** A row that was not written to for so long is nobody's any more. */
const FRESH_SEC = 60;
const MOST_KNOWN = 1000;

export class AdoptingJournal implements Journal {
  readonly #store: IncidentStore;
  readonly #clock: Clock;
  readonly #wait: (ms: number) => Promise<void>;
  /** Id under which an incident of ours is kept. */
  readonly #ids = new Map<string, Promise<string>>();
  readonly #adopted = new Map<string, string>();

  constructor(store: IncidentStore, clock: Clock, wait: (ms: number) => Promise<void>) {
    this.#store = store;
    this.#clock = clock;
    this.#wait = wait;
  }

  /** Id in the store -> id of the same incident here. */
  get adopted(): ReadonlyMap<string, string> {
    return this.#adopted;
  }

  async append(event: JournalEvent): Promise<void> {
    const incidentId = await this.#idOf(event);
    if (incidentId === event.incidentId) return this.#store.append(event);
    if (isOfOther(event)) return undefined;
    return this.#store.append({ ...event, incidentId } as JournalEvent);
  }

  appendSoon(event: JournalEvent): void {
    void this.#idOf(event).then((incidentId) => {
      if (incidentId === event.incidentId) this.#store.appendSoon(event);
      else if (!isOfOther(event)) this.#store.appendSoon({ ...event, incidentId } as JournalEvent);
    });
  }

  async get(incidentId: string): Promise<StoredIncident | null> {
    await this.#store.refresh();
    const id = await (this.#ids.get(incidentId) ?? incidentId);
    return this.#store.row(id) === null ? null : this.#store.get(id);
  }

  /** Never rejects: where the store cannot be read, the incident is ours. */
  #idOf(event: JournalEvent): Promise<string> {
    const known = this.#ids.get(event.incidentId);
    if (known !== undefined || event.kind !== 'observed') return known ?? Promise.resolve(event.incidentId);
    const id = this.#look(event.incidentId, event.incident.target);
    this.#ids.set(event.incidentId, id);
    for (const oldest of this.#ids.keys()) {
      if (this.#ids.size <= MOST_KNOWN) break;
      this.#ids.delete(oldest);
    }
    return id;
  }

  async #look(incidentId: string, target: string): Promise<string> {
    await this.#wait(WAIT_MS);
    await this.#store.refresh().catch(() => {}); // told by whoever writes
    const nowSec = this.#clock.nowMs() / 1000;
    const other = this.#store
      .list()
      .find(
        (row) =>
          row.target === target &&
          row.origin === 'ddostop' &&
          row.state !== 'ended' &&
          nowSec - row.updatedAt < FRESH_SEC,
      );
    if (other === undefined || other.id === incidentId) return incidentId;
    this.#adopted.set(other.id, incidentId);
    return other.id;
  }
}

/** What the other program writes itself. */
function isOfOther({ kind }: JournalEvent): boolean {
  return kind === 'observed' || kind === 'pictured' || kind === 'lost-sight';
}
