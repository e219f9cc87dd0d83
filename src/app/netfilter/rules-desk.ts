/** In front of the worker that reads a firewall's counters. Started when somebody looks, or at once when it was asked for. */
import { Worker } from 'node:worker_threads';
import type { FromRulesWorker, RulesTarget, ToRulesWorker } from './rules-protocol.js';

export interface RulesDoor {
  /** Reads from now on; calls of it after the first change nothing. */
  watch(listener: (news: FromRulesWorker) => void): void;
  /** The set whose elements are to be read. */
  open(key: string | null): void;
  close(): Promise<void>;
}

/** 10 000 rules as JSON and as rows are 20 MB. */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 256 };
const CLOSE_MS = 2000;

export class RulesDesk implements RulesDoor {
  #worker: Worker | null = null;

  /** `script`: the bundled worker. */
  constructor(
    readonly script: URL,
    readonly target: RulesTarget,
  ) {}

  watch(listener: (news: FromRulesWorker) => void): void {
    if (this.#worker !== null) return;
    this.#worker = new Worker(this.script, { workerData: this.target, resourceLimits: WORKER_HEAP });
    this.#worker.on('message', listener);
    this.#worker.on('error', (error) =>
      listener({ type: 'failed', message: `the counters' reader ended: ${error.message}` }),
    );
  }

  open(key: string | null): void {
    this.#tell({ type: 'open', key });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#tell({ type: 'stop' });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    await worker.terminate();
  }

  #tell(message: ToRulesWorker): void {
    this.#worker?.postMessage(message);
  }
}
