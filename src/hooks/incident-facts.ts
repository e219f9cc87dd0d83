/** What a message says of an incident: bounded, and all texts cleaned, since names and sentences may come from the traffic. Plain JSON. */
import type { SeverityName } from '../config/hook-config.js';
import { cleanText } from '../format/clean-text.js';
import type { StoredIncident } from '../incident/stored-incident.js';

/** Some 10 KiB at most, so that a spool of thousands stays small. */
const MOST = { vectors: 10, sources: 10, sentences: 8, text: 300, note: 1000 } as const;

export interface IncidentFacts {
  readonly id: string;
  readonly origin: string;
  readonly sensor: string;
  readonly target: string;
  readonly scope: string;
  readonly direction: string;
  readonly state: string;
  readonly severity: SeverityName;
  readonly urgency: number | null;
  readonly relevance: number | null;
  readonly vectors: readonly {
    readonly id: string;
    readonly name: string;
    readonly share: number;
    readonly confidence: number;
    readonly active: boolean;
    readonly pps: number;
  }[];
  /** Epoch seconds. */
  readonly openedAt: number;
  readonly detectedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly endedAt: number | null;
  readonly peakPps: number;
  readonly peakBps: number;
  readonly peakRps: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly sources: {
    readonly distinct: number;
    readonly verdict: string;
    readonly top: readonly { readonly key: string; readonly packets: number; readonly bytes: number }[];
  };
  readonly evidence: readonly string[];
  readonly actions: readonly string[];
  /** The rule that was found, as people read it; null = none. */
  readonly signature: string | null;
  readonly mark: string | null;
  /** The newest note. */
  readonly note: string | null;
}

export function factsOf(stored: StoredIncident): IncidentFacts {
  const { incident } = stored;
  const acts = stored.actions.map(({ what, words }) => `${what}: ${words}`);
  return {
    id: clean(incident.id, 120),
    origin: clean(stored.origin, 40),
    sensor: clean(stored.sensor, 120),
    target: clean(incident.target, 255),
    scope: clean(incident.scope, 20),
    direction: clean(incident.direction, 20),
    state: clean(incident.state, 20),
    severity: incident.severity,
    urgency: incident.urgency,
    relevance: incident.relevance,
    vectors: incident.vectors.slice(0, MOST.vectors).map(({ id, name, share, confidence, active, pps }) => ({
      id: clean(id, 60),
      name: clean(name, 100),
      share,
      confidence,
      active,
      pps,
    })),
    openedAt: incident.openedAt,
    detectedAt: incident.detectedAt,
    acknowledgedAt: incident.acknowledgedAt,
    mitigatedAt: incident.mitigatedAt,
    endedAt: incident.endedAt,
    peakPps: incident.peakPps,
    peakBps: incident.peakBps,
    peakRps: incident.peakRps,
    packets: incident.packets,
    bytes: incident.bytes,
    sources: {
      distinct: incident.sources.distinct,
      verdict: clean(incident.sources.verdict, 20),
      top: incident.sources.top
        .slice(0, MOST.sources)
        .map(({ key, packets, bytes }) => ({ key: clean(key, 100), packets, bytes })),
    },
    evidence: sentences(incident.evidence),
    actions: sentences([...incident.actions, ...acts].slice(-MOST.sentences)),
    signature: stored.signature === null ? null : clean(stored.signature.words, MOST.note),
    mark: stored.mark === null ? null : clean(stored.mark.mark, 40),
    note: noteOf(stored),
  };
}

function noteOf({ notes }: StoredIncident): string | null {
  const newest = notes.at(-1);
  return newest === undefined ? null : clean(`${newest.by}: ${newest.text}`, MOST.note);
}

function sentences(all: readonly string[]): string[] {
  return all.slice(0, MOST.sentences).map((text) => clean(text, MOST.text));
}

function clean(text: string, most: number): string {
  return cleanText(text, most);
}
