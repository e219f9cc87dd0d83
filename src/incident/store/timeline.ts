/** What happened to an incident, a sentence each, in order of time. Texts of others stand in them as they came: clean them where they are shown. */
import { formatBpsUnit, formatBytes, formatCount, formatPpsUnit, formatShare } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import type { Incident, IncidentVector } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';
import type { TimelineEntry } from '../stored-incident.js';
import { actWords } from './timeline-words.js';

const MOST_ENTRIES = 5000;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  #last: Incident | null = null;
  /** Wall clock of a line less the time in the traffic it tells of: near 0 live, years for a capture. */
  #aheadSec: number | null = null;
  #peak: TimelineEntry | null = null;
  #peakPps = 0;
  #isEnded = false;
  readonly #vectors = new Set<string>();

  add(event: JournalEvent): void {
    if (event.kind === 'observed') this.#observe(event.incident, event.at);
    else if (event.kind === 'alerted') {
      this.#push(event.at, 'alerted', alertWords(event), event.alert.from);
      if (event.incident.endedAt !== null && !this.#isEnded && this.#last === null) {
        this.#isEnded = true;
        this.#push(event.incident.endedAt, 'ended', endedWords(event.incident), event.alert.from);
      }
    } else {
      const words = actWords(event);
      if (words !== null) this.#push(event.at, words.what, words.words, event.by);
    }
  }

  #observe(incident: Incident, at: number): void {
    this.#aheadSec ??= at - (incident.detectedAt ?? incident.openedAt);
    const before = this.#last;
    this.#last = incident;
    const now = incident.endedAt ?? at - this.#aheadSec;
    if (before === null) this.#push(incident.openedAt, 'began', beganWords(incident), '');
    if (incident.detectedAt !== null && (before?.detectedAt ?? null) === null) {
      this.#push(incident.detectedAt, 'detected', detectedWords(incident, incident.detectedAt), '');
      for (const { id } of incident.vectors) this.#vectors.add(id);
    }
    if (before !== null && rank(incident) > rank(before))
      this.#push(now, 'severity', `${incident.severity}, it was ${before.severity}`, '');
    if (before !== null && incident.pulses > before.pulses)
      this.#push(now, 'pulse', `came back, ${formatCount(incident.pulses)} times by now`, '');
    if (incident.detectedAt !== null) this.#addVectors(incident, now);
    if (incident.peakPps > this.#peakPps) {
      this.#peakPps = incident.peakPps;
      this.#peak = { at: now, what: 'peak', words: peakWords(incident), by: '' };
    }
    this.#end(incident, before);
  }

  #addVectors({ vectors }: Incident, now: number): void {
    for (const vector of vectors) {
      if (!vector.active || this.#vectors.has(vector.id) || this.#vectors.size >= 100) continue;
      this.#vectors.add(vector.id);
      this.#push(now, 'vector', `joined by ${vectorWords(vector)}`, '');
    }
  }

  #end(incident: Incident, before: Incident | null): void {
    if (incident.state === 'ended' && before?.state !== 'ended') {
      this.#push(incident.endedAt ?? incident.openedAt, 'ended', endedWords(incident), '');
    } else if (incident.state !== 'ended' && before?.state === 'ended') {
      this.#push(incident.openedAt, 'opened-again', 'goes on: it was not over', '');
    }
  }

  #push(at: number, what: string, words: string, by: string): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push({ at, what, words, by });
  }

  entries(): TimelineEntry[] {
    const all = this.#peak === null ? this.#entries : [...this.#entries, this.#peak];
    return all.toSorted((a, b) => a.at - b.at);
  }
}

function rank({ severity }: Incident): number {
  return SEVERITIES.indexOf(severity);
}

function vectorWords({ name, share }: IncidentVector): string {
  return `${name} ${formatShare(share)}`;
}

function beganWords({ direction, target, evidence }: Incident): string {
  const where = direction === 'outgoing' ? `from ours to ${target}` : `to ${target}`;
  return `first second over a limit ${where}${evidence[0] === undefined ? '' : `: ${evidence[0]}`}`;
}

function detectedWords({ openedAt, vectors, severity }: Incident, detectedAt: number): string {
  const names = vectors.map(vectorWords).join(', ') || 'no vector named';
  return `called an attack after ${formatDuration(Math.max(0, detectedAt - openedAt))}: ${names}; severity ${severity}`;
}

function peakWords({ peakPps, peakBps, peakRps }: Incident): string {
  const requests = peakRps === null ? '' : `, ${formatCount(peakRps)} requests/s`;
  return `peak ${formatPpsUnit(peakPps)}, ${formatBpsUnit(peakBps)}${requests}`;
}

function endedWords({ openedAt, endedAt, packets, bytes }: Incident): string {
  const lasted = formatDuration(Math.max(0, (endedAt ?? openedAt) - openedAt));
  const volume = packets > 0 ? `: ${formatCount(packets)} packets, ${formatBytes(bytes)}` : '';
  return `over after ${lasted}${volume}`;
}

function alertWords({ alert, incident }: Extract<JournalEvent, { kind: 'alerted' }>): string {
  const first = alert.details[0] ?? `${incident.target}, ${formatPpsUnit(incident.peakPps)}`;
  return `${alert.from === 'other' ? 'told from elsewhere' : `told by ${alert.from}`}: ${first}`;
}
