/** Feed on top of the ingest worker. */
import { Worker } from 'node:worker_threads';
import { DEFAULT_DETECTION, type DetectionConfig } from '../../config/threshold-config.js';
import { UserError } from '../../errors.js';
import type { EvidenceProgress, EvidenceRequest, EvidenceResult } from '../../recording/evidence-request.js';
import type { RecordNews } from '../../recording/record-health.js';
import type { RecordOptions } from '../../recording/rolling-record.js';
import type { DiffRequest } from '../../records/diff-request.js';
import type { ViewRequest } from '../../records/view-request.js';
import type { ImpactEstimate } from '../../snapshot/snapshot.js';
import type { PackedInput } from '../analysis/analysis-protocol.js';
import { userError } from '../plain-error.js';
import { APPLICATION } from '../version.js';
import type { Feed, Tick } from './feed.js';
import type { BaselinesSpec, FromWorker, SourceSpec, ToWorker, WorkerData } from './ingest-protocol.js';

const TICK_MS = 250;
/** The worker's objects are its ticks, a few hundred kB each, and little else (tables lie outside the heap): V8's defaults would let garbage take hundreds of MB. */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 96 };
/** A worker that does not end by itself in this time is terminated; the last megabytes of a recording, or the baselines, may take longer. */
const CLOSE_MS = 1000;
const CLOSE_RECORD_MS = 5000;

interface Pending<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: UserError) => void;
}

export interface FeedDetection {
  readonly detection: DetectionConfig;
  readonly baselines: BaselinesSpec | null;
  /** Ids of incidents begin with it: unique among runs where they are kept. */
  readonly idPrefix: string;
}

export class WorkerFeed implements Feed {
  readonly #worker: Worker;
  readonly #listeners = new Set<(tick: Tick) => void>();
  readonly #pending = new Map<number, Pending<ImpactEstimate>>();
  readonly #rows = new Map<number, Pending<PackedInput>>();
  readonly #evidence = new Map<
    number,
    Pending<EvidenceResult> & { readonly onProgress: (progress: EvidenceProgress) => void }
  >();
  /** Until somebody listens. */
  #news: RecordNews[] = [];
  #onNews: ((news: RecordNews) => void) | null = null;
  readonly #closeMs: number;
  #nextId = 1;
  #newest: Tick | null = null;
  #isClosing = false;
  /** Resolves with the error when the source can never work; never rejects. */
  readonly failed: Promise<UserError>;
  /** Resolves with the first tick, or null when the source failed before it. */
  readonly started: Promise<Tick | null>;
  /** Resolves when the worker is gone, whyever. */
  readonly #exited: Promise<void>;
  #fail: (error: UserError) => void = () => {};
  #start: (tick: Tick | null) => void = () => {};

  /** `script`: the bundled worker. `record`: null = nothing is recorded. `reputation`: files of lists. */
  constructor(
    script: URL,
    source: SourceSpec,
    record: RecordOptions | null = null,
    reputation: readonly string[] = [],
    { detection, baselines, idPrefix }: FeedDetection = {
      detection: DEFAULT_DETECTION,
      baselines: null,
      idPrefix: 'i',
    },
  ) {
    this.#closeMs = record === null && baselines === null ? CLOSE_MS : CLOSE_RECORD_MS;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
    const data: WorkerData = {
      source,
      programUrl: import.meta.url,
      tickMs: TICK_MS,
      application: APPLICATION,
      record,
      reputation,
      detection,
      baselines,
      idPrefix,
    };
    this.#worker = new Worker(script, {
      workerData: data,
      name: 'ingest',
      resourceLimits: WORKER_HEAP,
      stdin: false,
      stderr: false,
      // A pipe's descriptor is opened by fs and closed by the socket that takes it: Node would close its number once more at the
      // worker's end, when it may be somebody else's.
      trackUnmanagedFds: false,
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) =>
      this.#lost(
        new UserError(
          'INGEST_CRASHED',
          `the ingest worker ended: ${error.message}`,
          'This is a bug; please report it.',
          { cause: error },
        ),
      ),
    );
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    this.#worker.on('exit', () =>
      this.#lost(new UserError('INGEST_ENDED', 'the source has been closed', 'Start again.')),
    );
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'tick':
        this.#newest = message.tick;
        this.#start(message.tick);
        for (const listener of this.#listeners) listener(message.tick);
        return;
      case 'impact': {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.impact !== null) pending?.resolve(message.impact);
        else if (message.error !== null) pending?.reject(userError(message.error));
        return;
      }
      case 'evidenceProgress':
        this.#evidence.get(message.id)?.onProgress(message.progress);
        return;
      case 'evidence': {
        const pending = this.#evidence.get(message.id);
        this.#evidence.delete(message.id);
        if (message.result !== null) pending?.resolve(message.result);
        else if (message.error !== null) pending?.reject(userError(message.error));
        return;
      }
      case 'rows': {
        const pending = this.#rows.get(message.id);
        this.#rows.delete(message.id);
        if (message.input !== null) pending?.resolve(message.input);
        else if (message.error !== null) pending?.reject(userError(message.error));
        return;
      }
      case 'news':
        if (this.#onNews === null) this.#news.push(message.news);
        else this.#onNews(message.news);
        return;
      case 'failed':
        this.#fail(userError(message.error));
        this.#start(null);
        return;
    }
  }

  #lost(error: UserError): void {
    if (!this.#isClosing) this.#fail(error);
    this.#start(null);
    for (const { reject } of [...this.#pending.values(), ...this.#evidence.values(), ...this.#rows.values()])
      reject(error);
    this.#pending.clear();
    this.#evidence.clear();
    this.#rows.clear();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  subscribe(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    if (this.#newest !== null) listener(this.#newest);
    return () => this.#listeners.delete(listener);
  }

  setView(view: ViewRequest): void {
    this.#send({ type: 'view', view });
  }

  estimateImpact(request: {
    sources: readonly string[];
    targets: readonly string[];
    seconds: number;
  }): Promise<ImpactEstimate> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ type: 'impact', id, ...request });
    });
  }

  writeEvidence(request: EvidenceRequest, onProgress: (progress: EvidenceProgress) => void): Promise<EvidenceResult> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#evidence.set(id, { resolve, reject, onProgress });
      this.#send({ type: 'evidence', id, request });
    });
  }

  rowsFor(request: DiffRequest): Promise<PackedInput> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#rows.set(id, { resolve, reject });
      this.#send({ type: 'rows', id, request });
    });
  }

  listenToNews(listener: (news: RecordNews) => void): void {
    this.#onNews = listener;
    for (const news of this.#news.splice(0)) listener(news);
  }

  /** The program was suspended: what comes next is behind a gap. */
  markGap(seconds: number): void {
    this.#send({ type: 'gap', seconds });
  }

  /** Other limits from now on; attacks that are open stay so. */
  setDetection(detection: DetectionConfig): void {
    this.#send({ type: 'detection', detection });
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => void this.#worker.terminate(), this.#closeMs);
    await this.#exited;
    clearTimeout(timer);
  }
}
