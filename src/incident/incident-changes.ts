/** What is worth telling of the incidents of a tick: one that began, one that is not what it was, one that is over. */
import type { Incident } from './incident.js';

export type ChangeKind = 'opened' | 'updated' | 'ended';

export interface IncidentChange {
  readonly kind: ChangeKind;
  readonly incident: Incident;
  /** Of `updated`: what moved, in a word or two. */
  readonly why: string;
}

/** An attack that only goes on is told this often, for its figures. */
const GOES_ON_MS = 10_000;
/** Incidents remembered as told; more than a tracker keeps. */
const MOST_TOLD = 2000;
/** Less is the noise of a rate. */
const URGENCY_STEP = 15;

interface Told {
  readonly incident: Incident;
  readonly atMs: number;
}

export class IncidentChanges {
  readonly #told = new Map<string, Told>();

  /** `nowMs`: any clock that goes on. Suspicions are not told: most of them are nothing. */
  of(incidents: readonly Incident[], nowMs: number): IncidentChange[] {
    const changes: IncidentChange[] = [];
    for (const incident of incidents.toReversed()) {
      if (incident.state === 'suspect') continue;
      const told = this.#told.get(incident.id);
      const change = told === undefined ? begins(incident) : goesOn(told, incident, nowMs);
      if (change.length === 0) continue;
      changes.push(...change);
      this.#remember(incident, nowMs);
    }
    return changes;
  }

  #remember(incident: Incident, atMs: number): void {
    this.#told.delete(incident.id);
    this.#told.set(incident.id, { incident, atMs });
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= MOST_TOLD) break;
      this.#told.delete(oldest);
    }
  }
}

/** One that was over before anybody looked (a capture read at full speed) did begin. */
function begins(incident: Incident): IncidentChange[] {
  const opened: IncidentChange = { kind: 'opened', incident, why: '' };
  return incident.state === 'ended' ? [opened, { kind: 'ended', incident, why: '' }] : [opened];
}

function goesOn({ incident: before, atMs }: Told, incident: Incident, nowMs: number): IncidentChange[] {
  if (before.state === 'ended') {
    if (incident.state === 'ended') return [];
    return [{ kind: 'updated', incident, why: 'came back' }];
  }
  if (incident.state === 'ended') return [{ kind: 'ended', incident, why: '' }];
  const why = moved(before, incident);
  if (why !== null) return [{ kind: 'updated', incident, why }];
  const isNewer = nowMs - atMs >= GOES_ON_MS && incident.packets !== before.packets;
  return isNewer ? [{ kind: 'updated', incident, why: 'goes on' }] : [];
}

function moved(before: Incident, incident: Incident): string | null {
  if (before.isReportable !== incident.isReportable) return 'lasts';
  if (before.state !== incident.state) return incident.state === 'ending' ? 'fading' : 'again';
  if (names(before) !== names(incident)) return 'vectors';
  if (before.severity !== incident.severity) return 'severity';
  if (Math.abs((before.urgency ?? 0) - (incident.urgency ?? 0)) >= URGENCY_STEP) return 'urgency';
  if (before.sources.verdict !== incident.sources.verdict) return 'sources';
  return null;
}

function names({ vectors }: Incident): string {
  return vectors
    .map(({ id }) => id)
    .sort()
    .join();
}
