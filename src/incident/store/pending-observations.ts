/** Attacks that go on, until they are written down: at once when one changes what it is, else ever more seldom. The newest of each counts. */
import type { Incident } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';

export type Observed = Extract<JournalEvent, { kind: 'observed' }>;

/** Age in seconds up to which it is written so often: a day of one attack is 3000 lines, some 10 MB. */
const PACE = [
  { untilSec: 60, everySec: 1 },
  { untilSec: 600, everySec: 5 },
  { untilSec: Number.POSITIVE_INFINITY, everySec: 30 },
] as const;
/** More than a tracker has open; a flood of targets must not become a leak. */
const MOST_REMEMBERED = 2000;

interface Written {
  readonly firstSec: number;
  readonly sec: number;
  readonly facts: string;
}

export class PendingObservations {
  readonly #pending = new Map<string, Observed>();
  readonly #written = new Map<string, Written>();

  /** Returns the oldest ones when too many wait: they are written at once, or lost with the disk. */
  add(event: Observed): Observed[] {
    this.#pending.delete(event.incidentId);
    this.#pending.set(event.incidentId, event);
    const beyond = [...this.#pending.values()].slice(0, Math.max(0, this.#pending.size - MOST_REMEMBERED));
    for (const { incidentId } of beyond) this.#pending.delete(incidentId);
    return beyond;
  }

  /** Those that are due, or all of them. */
  take(nowSec: number, isAll: boolean): Observed[] {
    const due = [...this.#pending.values()].filter(({ incident }) => isAll || this.#isDue(incident, nowSec));
    for (const { incidentId, incident } of due) {
      this.#pending.delete(incidentId);
      this.#remember(incident, nowSec);
    }
    return due;
  }

  #isDue(incident: Incident, nowSec: number): boolean {
    const written = this.#written.get(incident.id);
    if (written === undefined || written.facts !== factsOf(incident)) return true;
    const age = nowSec - written.firstSec;
    const pace = PACE.find(({ untilSec }) => age < untilSec) ?? PACE[0];
    return nowSec - written.sec >= pace.everySec || nowSec < written.sec;
  }

  #remember(incident: Incident, nowSec: number): void {
    const firstSec = this.#written.get(incident.id)?.firstSec ?? nowSec;
    this.#written.delete(incident.id);
    this.#written.set(incident.id, { firstSec, sec: nowSec, facts: factsOf(incident) });
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= MOST_REMEMBERED) break;
      this.#written.delete(oldest);
    }
  }
}

function factsOf({ state, severity, vectors }: Incident): string {
  return `${state} ${severity} ${vectors.filter(({ active }) => active).length}`;
}
