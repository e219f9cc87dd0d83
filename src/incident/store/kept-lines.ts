/**
 * Which lines of an incident are worth keeping when files are merged. An attack is written down every few seconds while it goes on; of those lines the
 * first, each that changed something, the one of the peak and the newest say all. What people and mitigations did stays, of pictures the newest.
 */
import type { Incident } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';

export class KeptLines {
  readonly #kept: number[] = [];
  #before = '';
  #peakPps = Number.NEGATIVE_INFINITY;
  #peakLine: number | null = null;
  #newestLine: number | null = null;
  #pictureLine: number | null = null;

  /** `line`: where it lies; `event` null = a kind that only a later version knows. */
  add(event: JournalEvent | null, line: number): void {
    if (event?.kind === 'observed') this.#observe(event.incident, line);
    else if (event?.kind === 'pictured') this.#pictureLine = line;
    else this.#kept.push(line);
  }

  #observe(incident: Incident, line: number): void {
    const now = factsOf(incident);
    if (now !== this.#before) this.#kept.push(line);
    this.#before = now;
    this.#newestLine = line;
    if (incident.peakPps <= this.#peakPps) return;
    this.#peakPps = incident.peakPps;
    this.#peakLine = line;
  }

  lines(): number[] {
    const lines = [...this.#kept, this.#peakLine, this.#newestLine, this.#pictureLine];
    return lines.filter((line) => line !== null);
  }
}

/** What the timeline is made of, but for the peak. */
function factsOf({ state, severity, detectedAt, endedAt, pulses, vectors }: Incident): string {
  const active = vectors.filter((vector) => vector.active).map(({ id }) => id);
  return JSON.stringify([state, severity, detectedAt, endedAt, pulses, active.sort()]);
}
