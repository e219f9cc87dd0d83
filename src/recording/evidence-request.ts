/** What evidence is asked for, and what came of it; plain data, crosses between threads. */
import type { FilterPart } from '../records/view-request.js';

export interface EvidenceRequest {
  /** For the name of the file: an incident's id, an address, a flow. */
  readonly key: string;
  /** The selection in words. */
  readonly words: string;
  /** Packets that match every part of one of these; not empty. */
  readonly anyOf: readonly (readonly FilterPart[])[];
  /** The IP header that has to match: the first one, or the last one of a tunnel. */
  readonly layer: 'outer' | 'inner';
  /** Epoch seconds of capture time, both included; may be infinite. */
  readonly fromSec: number;
  readonly toSec: number;
  /** Null for a selection of traffic. */
  readonly incident: {
    readonly id: string;
    readonly words: string;
    readonly vectors: readonly { readonly id: string; readonly name: string }[];
  } | null;
}

export interface EvidenceProgress {
  /** Frames looked at so far. */
  readonly frames: number;
  /** Packets written so far. */
  readonly packets: number;
}

export interface EvidenceResult {
  readonly path: string;
  readonly packets: number;
  /** Of them, on the wire. */
  readonly bytes: number;
  /** Largest N of "one packet of N was kept"; 1 = none was left out. */
  readonly sampleRate: number;
  /** What is missing, in sentences; empty = it is complete. */
  readonly remarks: readonly string[];
}
