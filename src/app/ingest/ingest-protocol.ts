/** What crosses between the main thread and the ingest worker. Nothing per packet does. */

import type { DetectionConfig } from '../../config/threshold-config.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from '../../recording/evidence-request.js';
import type { RecordNews } from '../../recording/record-health.js';
import type { RecordOptions } from '../../recording/rolling-record.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { ViewRequest } from '../../records/view-request.js';
import type { ScenarioName } from '../../scenario/scenario-name.js';
import type { ImpactEstimate } from '../../snapshot/snapshot.js';
import type { PackedInput } from '../analysis/analysis-protocol.js';
import type { Tick } from './feed.js';

/** Where packets come from; plain data, so that the worker can open it. */
export type SourceSpec =
  | {
      readonly kind: 'file';
      /** Path, or "-" for stdin. */
      readonly path: string;
      /** pcap-filter expression; empty = all. */
      readonly filter: string;
      readonly speed: number | 'max';
      readonly loop: boolean;
      readonly follow: boolean;
    }
  | {
      readonly kind: 'live';
      readonly interface: string;
      /** pcap-filter expression; empty = all. */
      readonly filter: string;
      readonly snapLen: number;
      readonly direction: 'in' | 'out' | 'inout';
      /** auto: a packet ring, or where there can be none tcpdump. */
      readonly capture: 'auto' | 'ring' | 'tcpdump';
      /** Memory in the kernel for frames we have not taken yet. */
      readonly bufferKib: number;
      /** Group of processes that share the frames of the interface by flow; null = all frames are ours. */
      readonly fanout: number | null;
    }
  | {
      readonly kind: 'demo';
      readonly seed: number;
      readonly speed: number | 'max';
      /** Epoch seconds its clock begins at; null = the scenario's own. */
      readonly startSec: number | null;
      readonly loop: boolean;
      /** Default: the one with attacks. */
      readonly scenario?: ScenarioName;
    }
  /** Counters are watched, and no packets. */
  | { readonly kind: 'none' };

/** What is usual at each hour of the week. */
export interface BaselinesSpec {
  readonly file: string;
  /** False: what is known is used, nothing is learned. */
  readonly learns: boolean;
}

export interface WorkerData {
  readonly source: SourceSpec;
  /** Of the program: optional modules are looked for from there. */
  readonly programUrl: string;
  /** Milliseconds between ticks. */
  readonly tickMs: number;
  /** "ddostop 0.1.0". */
  readonly application: string;
  /** Null = nothing is recorded. */
  readonly record: RecordOptions | null;
  /** Files: lists of addresses that sources are held against. */
  readonly reputation: readonly string[];
  readonly detection: DetectionConfig;
  /** Null: nothing is compared with the hours of a week, and none are learned. */
  readonly baselines: BaselinesSpec | null;
  /** Ids of incidents begin with it. */
  readonly idPrefix: string;
}

export interface PlainError {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

export type ToWorker =
  | { readonly type: 'view'; readonly view: ViewRequest }
  | {
      readonly type: 'impact';
      readonly id: number;
      readonly sources: readonly string[];
      readonly targets: readonly string[];
      readonly seconds: number;
    }
  | { readonly type: 'evidence'; readonly id: number; readonly request: EvidenceRequest }
  | { readonly type: 'rows'; readonly id: number; readonly request: DiffRequest }
  | { readonly type: 'gap'; readonly seconds: number }
  /** Other limits from now on; attacks that are open stay so. */
  | { readonly type: 'detection'; readonly detection: DetectionConfig }
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'tick'; readonly tick: Tick }
  | {
      readonly type: 'impact';
      readonly id: number;
      readonly impact: ImpactEstimate | null;
      readonly error: PlainError | null;
    }
  | { readonly type: 'evidenceProgress'; readonly id: number; readonly progress: EvidenceProgress }
  | {
      readonly type: 'evidence';
      readonly id: number;
      readonly result: EvidenceResult | null;
      readonly error: PlainError | null;
    }
  | {
      readonly type: 'rows';
      readonly id: number;
      readonly input: PackedInput | null;
      readonly error: PlainError | null;
    }
  | { readonly type: 'news'; readonly news: RecordNews }
  /** The source can never work (no such file, no permission); nothing follows. */
  | { readonly type: 'failed'; readonly error: PlainError };
