/** What the screens get and may ask for; behind it stands the ingest worker, or a fixture in tests. */
import type { Incident } from '../../incident/incident.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from '../../recording/evidence-request.js';
import type { RecordNews } from '../../recording/record-health.js';
import type { RecordingStatus } from '../../records/recording-status.js';
import type { ImpactEstimate, Snapshot, ViewRequest } from '../../snapshot/snapshot.js';

/** One tick of the pipeline: the frozen view of the traffic, the incidents known, and how the recording goes. */
export interface Tick {
  readonly snapshot: Snapshot;
  readonly incidents: readonly Incident[];
  /** Null when nothing is recorded. */
  readonly recording: RecordingStatus | null;
}

export interface Feed {
  /** Calls back with every tick until the returned function is called. The newest tick is delivered at once if there is one. */
  subscribe(listener: (tick: Tick) => void): () => void;
  /** What the tables should hold from the next tick on. */
  setView(view: ViewRequest): void;
  /** What dropping these prefixes would have matched in the last `seconds`. Rejects with UserError when the source is gone. */
  estimateImpact(request: {
    readonly sources: readonly string[];
    readonly targets: readonly string[];
    readonly seconds: number;
  }): Promise<ImpactEstimate>;
  /** Writes the packets of a selection to a file. Rejects with UserError. */
  writeEvidence(request: EvidenceRequest, onProgress: (progress: EvidenceProgress) => void): Promise<EvidenceResult>;
  /** Calls back with what the recording has to say, also what it said before. One listener. */
  listenToNews(listener: (news: RecordNews) => void): void;
  /** Stops the source and the worker. */
  close(): Promise<void>;
}
