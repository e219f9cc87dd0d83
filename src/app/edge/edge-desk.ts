/** In front of the worker that reads an edge's logs. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors.js';
import type { EdgeFilterPart, EdgeViewRequest } from '../../records/edge-role.js';
import type { PackedInput } from '../analysis/analysis-protocol.js';
import { userError } from '../plain-error.js';
import type { EdgeDiffAsk, EdgeTarget, FromEdgeWorker, ToEdgeWorker } from './edge-protocol.js';

export type EdgeNews = Exclude<FromEdgeWorker, { readonly type: 'rows' }>;

export interface EdgeDoor {
  /** Reads from now on. One listener. */
  watch(listener: (news: EdgeNews) => void): void;
  setView(view: EdgeViewRequest): void;
  /** The edge is to send only what matches; null: everything. */
  filterThere(filter: readonly EdgeFilterPart[] | null): void;
  /** What Cloudflare knows of an address; the answer is news. */
  askIntel(address: string): void;
  /** Somebody pressed a key. */
  touch(): void;
  /** Rejects with UserError. */
  rowsFor(request: EdgeDiffAsk): Promise<PackedInput>;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (input: PackedInput) => void;
  readonly reject: (error: UserError) => void;
}

/** 100 000 records a second leave garbage of messages and frames only; tables lie outside of the heap. */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 192 };
const CLOSE_MS = 2000;

export class EdgeDesk implements EdgeDoor {
  #worker: Worker | null = null;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();

  /** `script`: the bundled worker. */
  constructor(
    readonly script: URL,
    readonly target: EdgeTarget,
  ) {}

  watch(listener: (news: EdgeNews) => void): void {
    if (this.#worker !== null) return;
    const worker = new Worker(this.script, { workerData: this.target, name: 'edge', resourceLimits: WORKER_HEAP });
    const failed = (what: string) => {
      const error = new UserError('EDGE_CRASHED', `the reader of the edge's log ended: ${what}`, 'Please report it.');
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
      listener({ type: 'failed', error: { code: error.code, what: error.what, hint: error.hint } });
    };
    worker.on('message', (message: FromEdgeWorker) => {
      if (message.type === 'rows') this.#takeRows(message);
      else listener(message);
    });
    worker.on('error', (error) => failed(error.message));
    this.#worker = worker;
  }

  setView(view: EdgeViewRequest): void {
    this.#tell({ type: 'view', view });
  }

  filterThere(filter: readonly EdgeFilterPart[] | null): void {
    this.#tell({ type: 'filter', filter });
  }

  askIntel(address: string): void {
    this.#tell({ type: 'intel', address });
  }

  touch(): void {
    this.#tell({ type: 'touch' });
  }

  rowsFor(request: EdgeDiffAsk): Promise<PackedInput> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#tell({ type: 'rows', id, request });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#tell({ type: 'stop' });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    await worker.terminate();
  }

  #takeRows({ id, input, error }: FromEdgeWorker & { readonly type: 'rows' }): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (input !== null) pending?.resolve(input);
    else if (error !== null) pending?.reject(userError(error));
  }

  #tell(message: ToEdgeWorker): void {
    this.#worker?.postMessage(message);
  }
}
