/** The vectors of an incident: what each has of the packets to its target, and how sure it is. Counted over the whole incident. */
import type { CrossedLimit } from '../detect/trigger.js';
import type { TargetVerdict, VerdictVector } from '../detect/verdict.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '../records/traffic-class.js';
import type { IncidentVector } from './incident.js';

/** A vector below this share of the target's packets is not shown. */
const SHOWN_SHARE = 0.01;

export class VectorShares {
  /** Attack packets by traffic class, and all packets to the target meanwhile. */
  readonly #packetsOf = new Map<number, number>();
  #targetPackets = 0;
  /** Largest confidence there has been, by traffic class. */
  readonly #confidenceOf = new Map<number, number>();

  /** Of the clearest vector, 0..1. */
  get confidence(): number {
    return Math.max(0, ...this.#confidenceOf.values());
  }

  /** Kinds of the vectors, with their packets. */
  kinds(): { readonly kind: TrafficClass['kind']; readonly share: number }[] {
    const all = Math.max(1, this.#targetPackets);
    return [...this.#packetsOf].map(([i, packets]) => ({
      kind: (TRAFFIC_CLASSES[i] as TrafficClass).kind,
      share: packets / all,
    }));
  }

  /** Adds a verdict, and reads the vectors off all there were. */
  add(verdict: TargetVerdict): IncidentVector[] {
    for (const part of verdict.attack) {
      this.#targetPackets += part.targetPackets;
      for (const [i, packets] of part.byClass) this.#packetsOf.set(i, (this.#packetsOf.get(i) ?? 0) + packets);
    }
    for (const vector of verdict.vectors) {
      const before = this.#confidenceOf.get(vector.trafficClass) ?? 0;
      this.#confidenceOf.set(vector.trafficClass, Math.max(before, confidenceNow(verdict, vector)));
    }
    return this.#vectors(verdict);
  }

  #vectors(verdict: TargetVerdict): IncidentVector[] {
    const byId = new Map<string, IncidentVector>();
    for (const trafficClass of new Set([...this.#confidenceOf.keys(), ...this.#packetsOf.keys()])) {
      const { id, name } = TRAFFIC_CLASSES[trafficClass] as TrafficClass;
      const before = byId.get(id);
      const now = verdict.vectors.find((vector) => vector.trafficClass === trafficClass);
      byId.set(id, {
        id,
        name,
        share: this.#shareOf(trafficClass, verdict, now?.pps ?? 0) + (before?.share ?? 0),
        confidence: Math.max(before?.confidence ?? 0, this.#confidenceOf.get(trafficClass) ?? 0),
        active: (now?.isActive ?? false) || (before?.active ?? false),
        pps: (now?.pps ?? 0) + (before?.pps ?? 0),
      });
    }
    const all = [...byId.values()].sort((a, b) => Number(b.active) - Number(a.active) || b.share - a.share);
    const shown = all.filter(({ share, active }) => active || share >= SHOWN_SHARE);
    return shown.length > 0 ? shown : all;
  }

  /** Before the attack is called one nothing is counted yet: the newest second stands in. */
  #shareOf(trafficClass: number, verdict: TargetVerdict, pps: number): number {
    if (this.#targetPackets === 0) return Math.min(1, pps / Math.max(1, verdict.pps));
    return (this.#packetsOf.get(trafficClass) ?? 0) / this.#targetPackets;
  }
}

/** Half at the limit, three quarters at twice it: how far from chance, not how sure of the name. */
function confidenceNow({ over, pps: allPps }: TargetVerdict, { trafficClass, pps, isActive }: VerdictVector): number {
  if (!isActive) return 0;
  const own = over.find((entry) => entry.trafficClass === trafficClass);
  if (own !== undefined) return confidenceAt(timesOf(own));
  const general = over.find((entry) => entry.trafficClass < 0);
  return general === undefined ? 0 : confidenceAt((timesOf(general) * pps) / Math.max(1, allPps));
}

function timesOf({ rate, limit }: CrossedLimit): number {
  return limit > 0 ? rate / limit : 1;
}

function confidenceAt(times: number): number {
  return 1 - 0.5 ** times;
}
