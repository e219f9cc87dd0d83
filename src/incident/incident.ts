/** A time-bounded attack on a target: what the screens, the reports, the store and the mitigation read. */

export interface IncidentVector {
  /** Catalogue id: "tcp-syn", "refl-dns", "app-http-get". */
  readonly id: string;
  readonly name: string;
  /** Of all packets to the target while it was attacked, 0..1: what is left to one is good traffic, or not known to be bad. */
  readonly share: number;
  /** 0..1; the largest there has been. */
  readonly confidence: number;
  /** Over its floor in the newest second. */
  readonly active: boolean;
  /** Packets per second to the target in the newest second. */
  readonly pps: number;
}

export type IncidentState = 'suspect' | 'attack' | 'ending' | 'ended';

/** One of the things a score is made of, so that it can be shown beside it. */
export interface ScorePart {
  /** "rate", "impact", "trend". */
  readonly name: string;
  /** 0..`cap`. */
  readonly value: number;
  readonly cap: number;
  /** With its numbers: "9.1 kpps, 4.5x the trigger". */
  readonly words: string;
}

/** One argument in the question whether many requests are an attack or a crowd. */
export interface CrowdVote {
  readonly name: string;
  /** +1 speaks for an attack, -1 for a crowd, 0: undecided, or not enough seen. */
  readonly vote: -1 | 0 | 1;
  /** "71 % of the /24 were never seen before". */
  readonly words: string;
}

export interface IncidentSource {
  readonly key: string;
  readonly packets: number;
  readonly bytes: number;
  /** Where databases know: the network's number and name (hostile), ISO 3166. */
  readonly asn?: number;
  readonly asName?: string;
  readonly country?: string;
}

/** Times are capture time, epoch seconds with fraction; null = not yet. */
export interface Incident {
  /** Unique among the incidents of all runs of a store. */
  readonly id: string;
  /** Address or prefix under attack; of `site` the host name. */
  readonly target: string;
  /** prefix: many addresses of it, none of them over its own floor (carpet bombing). site: a host at an edge. */
  readonly scope: 'host' | 'prefix' | 'site';
  /** outgoing: of our own networks to somebody else. unknown: our networks are not named. */
  readonly direction: 'incoming' | 'outgoing' | 'unknown';
  /** Active ones first, then by share. */
  readonly vectors: readonly IncidentVector[];
  /** By what it does to good traffic first, then by its rate. */
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** 0..100; null: nothing to judge it by. */
  readonly urgency: number | null;
  readonly urgencyParts: readonly ScorePart[];
  /** 0..100: how sure it is that this is an attack at all; null: nothing to judge it by. */
  readonly relevance: number | null;
  readonly relevanceParts: readonly ScorePart[];
  /** Of requests: attack or crowd, each argument; empty where there is no such question. */
  readonly votes: readonly CrowdVote[];
  /** Times it came back after it had gone quiet. */
  readonly pulses: number;
  /** False while an attack by volume has lasted less than three seconds: what tells others of it may wait. */
  readonly isReportable: boolean;
  readonly state: IncidentState;
  /** First window over a trigger. */
  readonly openedAt: number;
  /** Decision that made it an attack. */
  readonly detectedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly mitigatedAt: number | null;
  readonly endedAt: number | null;
  readonly peakPps: number;
  /** Bit/s. */
  readonly peakBps: number;
  /** HTTP requests per second; null where none were seen. */
  readonly peakRps: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly sources: {
    readonly distinct: number;
    readonly top: readonly IncidentSource[];
    /** few: some real hosts send all of it. unknown: too few packets were looked at. */
    readonly verdict: 'spoofed' | 'reflected' | 'botnet' | 'few' | 'unknown';
  };
  /** Sentences with numbers: which limit, which value, which window. */
  readonly evidence: readonly string[];
  readonly actions: readonly string[];
}

/** What a detector that judges no such thing says. */
export const UNJUDGED = {
  scope: 'host',
  direction: 'unknown',
  urgency: null,
  urgencyParts: [],
  relevance: null,
  relevanceParts: [],
  votes: [],
  pulses: 0,
  isReportable: true,
} as const satisfies Partial<Incident>;
