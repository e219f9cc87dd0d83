/** Verdicts in, incidents out: one record per attack on a target, from the first window over a floor to its end. */
import type { OverFloor, TargetVerdict, VerdictVector } from '../detect/floor-detector.js';
import { formatBpsUnit, formatCount, formatPpsUnit } from '../format/number-format.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '../records/traffic-class.js';
import { type Incident, type IncidentVector, UNJUDGED } from './incident.js';

/** Incidents kept; the oldest ended one goes first. */
const MAX_INCIDENTS = 500;
/** Seconds after which an attack's sources are looked at again; sooner while it is young. */
const SOURCES_EVERY_SEC = 5;
/** A vector below this share of the target's packets is not shown. */
const SHOWN_SHARE = 0.01;

export type IncidentSources = Incident['sources'];

interface Draft {
  incident: Incident;
  /** Attack packets by traffic class, over the whole incident. */
  readonly packetsOf: Map<number, number>;
  /** Largest confidence there has been, by traffic class. */
  readonly confidenceOf: Map<number, number>;
  /** Capture time at which the sources were last looked at. */
  sourcesSec: number;
}

export class IncidentTracker {
  readonly #open = new Map<string, Draft>();
  #ended: Incident[] = [];
  #next = 1;

  /**
   * Takes the verdicts of one decision. `sourcesOf` looks at the sampled rows of a target, thousands of them; it is asked
   * when an attack is called, after 1, 2 and 4 seconds, and then every five.
   */
  update(verdicts: readonly TargetVerdict[], sourcesOf: (verdict: TargetVerdict) => IncidentSources): void {
    for (const verdict of verdicts) {
      const { target } = verdict.slot;
      const draft = this.#open.get(target);
      if (verdict.state === 'suspect' && draft === undefined) {
        this.#open.set(target, this.#openDraft(verdict, sourcesOf(verdict)));
      } else if (draft !== undefined || verdict.state === 'attack') {
        const current = draft ?? this.#openDraft(verdict, sourcesOf(verdict));
        this.#open.set(target, current);
        this.#advance(current, verdict, sourcesOf);
      }
    }
    // A suspicion that did not last leaves no record.
    const named = new Set(verdicts.map(({ slot }) => slot.target));
    for (const [target, { incident }] of this.#open) {
      if (incident.state === 'suspect' && !named.has(target)) this.#open.delete(target);
    }
  }

  #openDraft(verdict: TargetVerdict, sources: IncidentSources): Draft {
    const id = `i${this.#next}`;
    this.#next += 1;
    const draft: Draft = {
      packetsOf: new Map(),
      confidenceOf: new Map(),
      sourcesSec: verdict.sec,
      incident: {
        ...UNJUDGED,
        id,
        target: verdict.slot.target,
        vectors: [],
        severity: severityOf(verdict.over),
        state: 'suspect',
        openedAt: verdict.sinceSec,
        detectedAt: null,
        acknowledgedAt: null,
        mitigatedAt: null,
        endedAt: null,
        peakPps: verdict.pps,
        peakBps: verdict.bps,
        peakRps: verdict.rps > 0 ? verdict.rps : null,
        packets: 0,
        bytes: 0,
        sources,
        evidence: verdict.over.map(evidenceOf),
        actions: [],
      },
    };
    draft.incident = { ...draft.incident, vectors: vectorsOf(draft, verdict) };
    return draft;
  }

  #advance(draft: Draft, verdict: TargetVerdict, sourcesOf: (verdict: TargetVerdict) => IncidentSources): void {
    const before = draft.incident;
    const isNew = before.detectedAt === null && verdict.state !== 'suspect';
    const looksAgain = verdict.over.length > 0 && (isNew || isSourcesDue(draft, verdict.sec));
    if (looksAgain) draft.sourcesSec = verdict.sec;
    const isPeak = verdict.pps > before.peakPps;
    const isEnded = verdict.state === 'ended';
    draft.incident = {
      ...before,
      state: verdict.state,
      vectors: vectorsOf(draft, verdict),
      severity: worse(before.severity, severityOf(verdict.over)),
      detectedAt: isNew ? verdict.sec : before.detectedAt,
      endedAt: isEnded ? verdict.lastOverSec : null,
      peakPps: Math.max(before.peakPps, verdict.pps),
      peakBps: Math.max(before.peakBps, verdict.bps),
      peakRps: verdict.rps > 0 ? Math.max(before.peakRps ?? 0, verdict.rps) : before.peakRps,
      packets: before.packets + verdict.attack.reduce((sum, part) => sum + part.packets, 0),
      bytes: before.bytes + verdict.attack.reduce((sum, part) => sum + part.bytes, 0),
      sources: looksAgain ? sourcesOf(verdict) : before.sources,
      evidence: isPeak || isNew ? verdict.over.map(evidenceOf) : before.evidence,
    };
    if (!isEnded) return;
    this.#open.delete(verdict.slot.target);
    this.#ended = [...this.#ended, draft.incident].slice(-MAX_INCIDENTS);
  }

  /** Open first, newest first. */
  incidents(): Incident[] {
    const open = [...this.#open.values()].map(({ incident }) => incident);
    return [...open.sort((a, b) => b.openedAt - a.openedAt), ...this.#ended.toReversed()];
  }
}

/** After 1, 2 and 4 seconds of the attack, then every SOURCES_EVERY_SEC. */
function isSourcesDue({ incident, sourcesSec }: Draft, sec: number): boolean {
  const age = sec - incident.openedAt;
  return sec - sourcesSec >= Math.min(SOURCES_EVERY_SEC, Math.max(1, age / 2));
}

/** Adds the verdict to what the draft knows of its vectors, and reads them off it. */
function vectorsOf({ packetsOf, confidenceOf }: Draft, verdict: TargetVerdict): IncidentVector[] {
  for (const part of verdict.attack) {
    for (const [i, packets] of part.byClass) packetsOf.set(i, (packetsOf.get(i) ?? 0) + packets);
  }
  const counted = [...packetsOf.values()].reduce((sum, packets) => sum + packets, 0);
  const byId = new Map<string, IncidentVector>();
  for (const vector of verdict.vectors) {
    const { trafficClass, pps, isActive } = vector;
    const { id, name } = TRAFFIC_CLASSES[trafficClass] as TrafficClass;
    const before = byId.get(id);
    const confidence = Math.max(confidenceOf.get(trafficClass) ?? 0, confidenceNow(verdict, vector));
    confidenceOf.set(trafficClass, confidence);
    // Before the attack is called one nothing is counted yet: the newest second stands in.
    const share = counted > 0 ? (packetsOf.get(trafficClass) ?? 0) / counted : pps / Math.max(1, verdict.pps);
    byId.set(id, {
      id,
      name,
      share: share + (before?.share ?? 0),
      confidence: Math.max(before?.confidence ?? 0, confidence),
      active: isActive || (before?.active ?? false),
      pps: pps + (before?.pps ?? 0),
    });
  }
  const all = [...byId.values()].sort((a, b) => Number(b.active) - Number(a.active) || b.share - a.share);
  const shown = all.filter(({ share, active }) => active || share >= SHOWN_SHARE);
  return shown.length > 0 ? shown : all;
}

/** Half at the floor, three quarters at twice it: how far from chance, not how sure of the name. */
function confidenceNow({ over, pps: allPps }: TargetVerdict, { trafficClass, pps, isActive }: VerdictVector): number {
  if (!isActive) return 0;
  const own = over.find((entry) => entry.trafficClass === trafficClass);
  if (own !== undefined) return 1 - 0.5 ** (own.rate / own.floor);
  const general = over.find((entry) => entry.trafficClass < 0);
  return general === undefined ? 0 : 1 - 0.5 ** ((general.rate / general.floor) * (pps / Math.max(1, allPps)));
}

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** By the largest multiple of a floor: 2, 5 and 20 times. */
function severityOf(over: readonly OverFloor[]): Incident['severity'] {
  const times = Math.max(0, ...over.map(({ rate, floor }) => rate / floor));
  return times >= 20 ? 'critical' : times >= 5 ? 'high' : times >= 2 ? 'medium' : 'low';
}

function worse(a: Incident['severity'], b: Incident['severity']): Incident['severity'] {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

function evidenceOf({ trafficClass, what, rate, floor }: OverFloor): string {
  const name = trafficClass < 0 ? 'all traffic' : (TRAFFIC_CLASSES[trafficClass]?.id ?? 'unknown');
  if (what === 'bits') return `${name}: ${formatBpsUnit(rate)} to the target, floor ${formatBpsUnit(floor)}`;
  if (what === 'requests') return `${name}: ${formatCount(rate)} requests/s to the target, floor ${formatCount(floor)}`;
  return `${name}: ${formatPpsUnit(rate)} to the target, floor ${formatPpsUnit(floor)}`;
}
