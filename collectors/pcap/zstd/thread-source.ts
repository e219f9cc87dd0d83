/** zstd by fzstd in a worker of its own (zstd-worker.ts): this thread only copies. Two rings of fixed size lie between, however far the input expands. */
import { Worker } from 'node:worker_threads';
import { messageOf, UserError } from '../../../src/errors.js';
import type { ByteSource } from '../byte-source.js';
import { type FromZstdWorker, InputState, ZstdChannel, zstdMemory } from './channel.js';
import { zstdBroken } from './failure.js';

const READ_BYTES = 64 * 1024;
/** It has 6 MB: Node itself and fzstd's tables; blocks and windows lie outside. */
const WORKER_HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 24 };

export class ZstdThreadSource implements ByteSource {
  /** The worker is ahead as it is. */
  readonly readsAhead = false;
  /** Whether the worker runs; when it cannot, nothing was read from the input. */
  readonly started: Promise<boolean>;
  readonly #input: ByteSource;
  readonly #channel: ZstdChannel;
  readonly #worker: Worker;
  readonly #buffer = new Uint8Array(READ_BYTES);
  /** Of the buffer: not in the ring yet. */
  #pending: Uint8Array = new Uint8Array(0);
  #isReading = false;
  /** What reading the input failed with; thrown once everything before it was taken. */
  #inputFailure: { readonly error: unknown } | null = null;
  /** How it ended; null while it goes on. */
  #end: { readonly failure: { readonly error: unknown } | null } | null = null;
  #isClosed = false;
  #wake: () => void = () => {};

  /** `script`: the built worker. */
  constructor(input: ByteSource, script: URL) {
    this.#input = input;
    const memory = zstdMemory();
    this.#channel = new ZstdChannel(memory);
    const worker = new Worker(script, { workerData: memory, name: 'zstd', resourceLimits: WORKER_HEAP, execArgv: [] });
    this.#worker = worker;
    this.started = new Promise((resolve) => {
      worker.on('message', (message: FromZstdWorker) => {
        if (message.type === 'ready') resolve(true);
        else this.#receive(message);
      });
      worker.on('error', (error) => {
        this.#finish({ error: workerLost(messageOf(error), error) });
        resolve(false);
      });
      worker.on('exit', (code) => {
        this.#finish({ error: workerLost(`it ended with code ${code}`) });
        resolve(false);
      });
    });
  }

  read(into: Uint8Array): number | Promise<number> {
    const got = this.#take(into);
    return got > 0 ? got : this.#readLater(into);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.close();
    void this.#worker.terminate();
    this.#wake();
  }

  async #readLater(into: Uint8Array): Promise<number> {
    for (;;) {
      // Announced before looking: what the worker does after the look comes with a message.
      this.#channel.announceWait();
      const got = this.#take(into);
      if (got > 0 || this.#isClosed) return got;
      if (this.#end !== null) {
        if (this.#end.failure !== null) throw this.#end.failure.error;
        return 0;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(into: Uint8Array): number {
    if (this.#isClosed) return 0;
    this.#feed();
    const got = this.#channel.output.take(into);
    if (got > 0) this.#channel.ring();
    return got;
  }

  /** Fills the input ring, as far as input is there without waiting; goes on by itself when more comes. */
  #feed(): void {
    if (this.#pending.length > 0) {
      this.#pending = this.#pending.subarray(this.#channel.input.put(this.#pending));
      this.#channel.ring();
    }
    if (this.#pending.length > 0 || this.#isReading || this.#isClosed) return;
    if (this.#channel.inputState === InputState.more) void this.#readInput();
  }

  /** Never rejects: nobody waits for it. */
  async #readInput(): Promise<void> {
    this.#isReading = true;
    try {
      const got = await this.#input.read(this.#buffer);
      if (got === 0) this.#channel.endInput(InputState.end);
      this.#pending = this.#buffer.subarray(0, got);
    } catch (error) {
      this.#inputFailure = { error };
      this.#channel.endInput(InputState.none);
    }
    this.#isReading = false;
    this.#feed();
  }

  #receive(message: FromZstdWorker): void {
    if (message.type === 'broken') this.#finish({ error: zstdBroken(message) });
    else if (message.type === 'done') this.#finish(this.#inputFailure);
    else this.#wake();
  }

  /** The first word counts: the worker's own comes before its exit. */
  #finish(failure: { readonly error: unknown } | null): void {
    this.#end ??= { failure };
    this.#wake();
  }
}

function workerLost(why: string, cause?: unknown): UserError {
  const hint = 'What came before was processed. Try "zstd -dc FILE | ddostop -r -".';
  return new UserError('ZSTD_WORKER', `the zstd worker is gone: ${why}`, hint, { cause });
}
