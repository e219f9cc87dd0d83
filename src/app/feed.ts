/** What the screens get and may ask for; behind it stands the ingest worker, or a fixture in tests. */
import type { Incident } from '../incident/incident.js';
import type { ImpactEstimate, Snapshot, ViewRequest } from '../snapshot/snapshot.js';

/** One tick of the pipeline: the frozen view of the traffic and the incidents known. */
export interface Tick {
  readonly snapshot: Snapshot;
  readonly incidents: readonly Incident[];
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
  /** Stops the source and the worker. */
  close(): Promise<void>;
}
