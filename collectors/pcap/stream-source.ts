/** Bytes of a Node stream: standard output of a child process. */
import type { Readable } from 'node:stream';
import { type ByteSource, LentBytes } from './byte-source.js';

export class StreamSource implements ByteSource {
  readonly readsAhead = false;
  readonly #stream: Readable;
  readonly #lent = new LentBytes();
  #isOver = false;
  #failure: Error | null = null;
  #wake: () => void = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('readable', () => this.#wake());
    stream.on('end', () => this.#finish());
    stream.on('close', () => this.#finish());
    stream.on('error', (error) => {
      this.#failure = error;
      this.#finish();
    });
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#lent.isEmpty) {
      const chunk = this.#stream.read() as Uint8Array | null;
      if (chunk !== null) this.#lent.lend(chunk);
      else if (this.#failure !== null) throw this.#failure;
      else if (this.#isOver) return 0;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    return this.#lent.take(into);
  }

  close(): void {
    this.#finish();
    this.#stream.destroy();
  }

  #finish(): void {
    this.#isOver = true;
    this.#wake();
  }
}
