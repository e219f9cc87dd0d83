/** Pieces of output that wait for the reader. */
import { LentBytes } from './byte-source.js';

export class OutputQueue {
  readonly #chunks: Uint8Array[] = [];
  readonly #lent = new LentBytes();

  get isEmpty(): boolean {
    return this.#lent.isEmpty && this.#chunks.length === 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  take(into: Uint8Array): number {
    if (this.#lent.isEmpty) this.#lent.lend(this.#chunks.shift() ?? new Uint8Array(0));
    return this.#lent.take(into);
  }
}
