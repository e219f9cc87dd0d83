/** The analysis door in front of the worker: asks the feed for rows, has them looked at. The worker is started with the first request. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { Analysis, Proposal } from '../../signature/analysis.js';
import type { RuleMatch } from '../../signature/rule.js';
import type { EdgeDiffAsk } from '../edge/edge-protocol.js';
import { userError } from '../plain-error.js';
import type { AnalysisDoor } from './analysis-door.js';
import { type FromAnalyst, type PackedInput, type ToAnalyst, transferOfInput } from './analysis-protocol.js';

/** 50 000 rows are 5 MB of columns, and tables of them 20 MB; neither lies in the heap. */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

/** Who has the rows. */
export interface RowSource {
  rowsFor(request: DiffRequest | EdgeDiffAsk): Promise<PackedInput>;
}

interface Pending {
  readonly resolve: (message: FromAnalyst) => void;
  readonly reject: (error: UserError) => void;
}

export class AnalysisDesk implements AnalysisDoor {
  readonly #source: RowSource;
  readonly #script: URL;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #nextId = 1;
  /** Id of the newest analysis; what older ones find is not shown. */
  #newest = 0;
  #running: Promise<unknown> | null = null;

  /** `script`: the bundled worker. */
  constructor(script: URL, source: RowSource) {
    this.#script = script;
    this.#source = source;
  }

  prepare(): void {
    this.#open();
  }

  analyse(request: DiffRequest | EdgeDiffAsk): Promise<Analysis> {
    const analysis = this.#analyse(request);
    this.#running = analysis.catch(() => {}); // who asked hears of it
    return analysis;
  }

  async settled(): Promise<void> {
    for (let running: Promise<unknown> | null = null; running !== this.#running; ) {
      running = this.#running;
      await running;
    }
  }

  async #analyse(request: DiffRequest | EdgeDiffAsk): Promise<Analysis> {
    const id = this.#takeId();
    this.#newest = id;
    // Its start takes as long as the rows do.
    this.#open();
    const input = await this.#source.rowsFor(request);
    if (id !== this.#newest) throw superseded();
    const answer = await this.#ask({ type: 'analyse', id, input }, transferOfInput(input));
    if (id !== this.#newest) throw superseded();
    if (answer.type === 'analysed') return answer.analysis;
    throw unexpected(answer);
  }

  async measure(match: RuleMatch): Promise<Proposal> {
    const answer = await this.#ask({ type: 'measure', id: this.#takeId(), match }, []);
    if (answer.type === 'measured') return answer.proposal;
    throw unexpected(answer);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #takeId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #ask(message: ToAnalyst & { readonly id: number }, transfer: ArrayBuffer[]): Promise<FromAnalyst> {
    const worker = this.#open();
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject });
      worker.postMessage(message, transfer);
    });
  }

  #open(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(this.#script, {
      name: 'analysis',
      resourceLimits: WORKER_HEAP,
      stdin: false,
      stderr: false,
    });
    worker.on('message', (message: FromAnalyst) => this.#receive(message));
    worker.on('error', (error) => this.#lost(error.message));
    worker.on('exit', () => this.#lost('it has been closed'));
    // The program may end while it waits.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #receive(message: FromAnalyst): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === 'failed') pending?.reject(userError(message.error));
    else pending?.resolve(message);
  }

  /** The next request starts another one. */
  #lost(why: string): void {
    this.#worker = null;
    const error = new UserError(
      'ANALYSIS_CRASHED',
      `the analysis worker ended: ${why}`,
      'Press d again; if it ends again, please report it.',
    );
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Not shown: a newer request is under way. */
function superseded(): UserError {
  return new UserError('ANALYSIS_SUPERSEDED', 'a newer comparison took its place', 'Wait for it.');
}

function unexpected(answer: FromAnalyst): Error {
  return new Error(`analysis worker: unexpected answer "${answer.type}"`);
}
