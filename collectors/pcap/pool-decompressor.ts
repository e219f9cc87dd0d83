/** A decompressor of node:zlib, which works on libuv's pool, fed piece by piece. */
import type { Transform } from 'node:stream';
import { OutputQueue } from './output-queue.js';

export class PoolDecompressor {
  readonly output = new OutputQueue();
  readonly #stream: Transform;
  #failure: NodeJS.ErrnoException | null = null;
  #isEnded = false;
  /** Ends the wait for a piece or for the end. */
  #wake: () => void = () => {};

  /** Owns `stream` from now on. */
  constructor(stream: Transform) {
    this.#stream = stream;
    const end = (): void => {
      this.#isEnded = true;
      this.#wake();
    };
    stream.on('data', (chunk: Uint8Array) => this.output.push(chunk));
    stream.on('end', end);
    stream.on('close', end);
    stream.on('error', (error) => {
      this.#failure = error;
      end();
    });
  }

  /** The data proved broken. */
  get failure(): NodeJS.ErrnoException | null {
    return this.#failure;
  }

  /** Resolves once `piece` is used up and its output lies in the queue, or the data proved broken, or destroy() was called. */
  feed(piece: Uint8Array): Promise<void> {
    return this.#until((done) => this.#stream.write(piece, () => done()));
  }

  /** There are no more pieces. Resolves like feed(). */
  finish(): Promise<void> {
    return this.#until(() => this.#stream.end());
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #until(start: (done: () => void) => void): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      start(resolve);
    });
  }
}
