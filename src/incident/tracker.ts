/** Verdicts in, incidents out: one record per attack on a target, from the first window over a floor to its end. */
import type { OverFloor, TargetVerdict } from '../detect/floor-detector.js';
import { formatBpsUnit, formatCount, formatPpsUnit } from '../format/number-format.js';
import { TRAFFIC_CLASSES } from '../records/traffic-class.js';
import type { Incident, IncidentVector } from './incident.js';

/** Incidents kept; the oldest ended one goes first. */
const MAX_INCIDENTS = 500;
/** A vector below this share of the target's packets is not shown. */
const SHOWN_SHARE = 0.01;

export type IncidentSources = Incident['sources'];

interface Draft {
  incident: Incident;
  /** Attack packets by traffic class, for shares over the whole incident. */
  vectorPps: Map<number, number>;
}

export class IncidentTracker {
  readonly #open = new Map<string, Draft>();
  #ended: Incident[] = [];
  #next = 1;

  /**
   * Takes the verdicts of one decision. `sourcesOf` looks at the sampled rows of a target since a time; it is asked when
   * an attack is called and once a second while it lasts.
   */
  update(verdicts: readonly TargetVerdict[], sourcesOf: (verdict: TargetVerdict) => IncidentSources): void {
    for (const verdict of verdicts) {
      const { target } = verdict.slot;
      const draft = this.#open.get(target);
      if (verdict.state === 'suspect' && draft === undefined) this.#open.set(target, this.#openDraft(verdict));
      else if (draft !== undefined || verdict.state === 'attack') {
        const current = draft ?? this.#openDraft(verdict);
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

  #openDraft(verdict: TargetVerdict): Draft {
    const id = `i${this.#next}`;
    this.#next += 1;
    return {
      vectorPps: new Map(),
      incident: {
        id,
        target: verdict.slot.target,
        vectors: vectorsOf(verdict),
        severity: severityOf(verdict.over),
        urgency: null,
        relevance: null,
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
        sources: { distinct: 0, top: [], verdict: 'unknown' },
        evidence: verdict.over.map(evidenceOf),
        actions: [],
      },
    };
  }

  #advance(draft: Draft, verdict: TargetVerdict, sourcesOf: (verdict: TargetVerdict) => IncidentSources): void {
    const before = draft.incident;
    const isNew = before.detectedAt === null && verdict.state !== 'suspect';
    const isFullSecond = Math.floor(verdict.sec) === verdict.sec;
    const isPeak = verdict.pps > before.peakPps;
    const isEnded = verdict.state === 'ended';
    draft.incident = {
      ...before,
      state: verdict.state,
      vectors: verdict.over.length > 0 ? vectorsOf(verdict) : before.vectors,
      severity: worse(before.severity, severityOf(verdict.over)),
      detectedAt: isNew ? verdict.sec : before.detectedAt,
      endedAt: isEnded ? verdict.sec : null,
      peakPps: Math.max(before.peakPps, verdict.pps),
      peakBps: Math.max(before.peakBps, verdict.bps),
      peakRps: verdict.rps > 0 ? Math.max(before.peakRps ?? 0, verdict.rps) : before.peakRps,
      packets: before.packets + verdict.attack.reduce((sum, part) => sum + part.packets, 0),
      bytes: before.bytes + verdict.attack.reduce((sum, part) => sum + part.bytes, 0),
      sources: isNew || (isFullSecond && verdict.state === 'attack') ? sourcesOf(verdict) : before.sources,
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

function vectorsOf(verdict: TargetVerdict): IncidentVector[] {
  const byId = new Map<string, IncidentVector>();
  for (const { trafficClass, pps } of verdict.vectors) {
    const entry = TRAFFIC_CLASSES[trafficClass];
    if (entry === undefined) continue;
    const share = pps / Math.max(1, verdict.pps);
    const floor = verdict.over.find((over) => over.trafficClass === trafficClass)?.floor;
    const total = verdict.over.find((over) => over.trafficClass < 0);
    const times = floor !== undefined ? pps / floor : total !== undefined ? (total.rate / total.floor) * share : 1;
    const before = byId.get(entry.id);
    byId.set(entry.id, {
      id: entry.id,
      name: entry.name,
      share: share + (before?.share ?? 0),
      // Half at the floor, three quarters at twice it: how far from chance, not how sure of the name.
      confidence: Math.max(before?.confidence ?? 0, 1 - 0.5 ** times),
    });
  }
  const all = [...byId.values()].sort((a, b) => b.share - a.share);
  const shown = all.filter(({ share }) => share >= SHOWN_SHARE);
  return shown.length > 0 ? shown : all;
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
