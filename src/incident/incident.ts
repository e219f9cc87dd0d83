/** A time-bounded attack on a target: what the screens, the reports and the mitigation read. */

export interface IncidentVector {
  /** Catalogue id: "tcp-syn", "refl-dns", "app-http-get". */
  readonly id: string;
  readonly name: string;
  /** Of the packets of the attack so far, 0..1. */
  readonly share: number;
  /** 0..1; the largest there has been. */
  readonly confidence: number;
  /** Over its floor in the newest second. */
  readonly active: boolean;
  /** Packets per second to the target in the newest second. */
  readonly pps: number;
}

export type IncidentState = 'suspect' | 'attack' | 'ending' | 'ended';

/** Times are capture time, epoch seconds with fraction; null = not yet. */
export interface Incident {
  readonly id: string;
  /** Address under attack. */
  readonly target: string;
  /** Active ones first, then by share. */
  readonly vectors: readonly IncidentVector[];
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly urgency: number | null;
  readonly relevance: number | null;
  readonly state: IncidentState;
  /** First window over a floor. */
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
    readonly top: readonly { readonly key: string; readonly packets: number; readonly bytes: number }[];
    readonly verdict: 'spoofed' | 'reflected' | 'botnet' | 'unknown';
  };
  /** Sentences with numbers: which floor, which value. */
  readonly evidence: readonly string[];
  readonly actions: readonly string[];
}
