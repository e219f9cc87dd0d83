/** Where bytes of a capture come from: one door for files, pipes, decompressors and generated data. */
import type { UserError } from '../../src/errors.js';

/** One read at a time. */
export interface ByteSource {
  /** Asked for the next piece while the last one is used: its bytes are made elsewhere meanwhile. */
  readonly readsAhead: boolean;
  /** Fills the start of `into` and says with how many bytes, at once where it can; 0 = the end, or close() was called. */
  read(into: Uint8Array): number | Promise<number>;
  /** Ends a pending read at once and frees the descriptor. May be called again. */
  close(): void;
}

/** The bytes end because their container (gzip, zstd) is cut or broken; what came before is good. */
export class BrokenSource extends Error {
  constructor(
    readonly kind: 'incomplete' | 'damaged',
    readonly error: UserError,
  ) {
    super(error.message, { cause: error });
  }
}

/** Bytes a producer hands over in pieces of its own size, to be taken in pieces of the reader's. */
export class LentBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** `bytes` stays the producer's; it must not change before isEmpty. */
  lend(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  take(into: Uint8Array): number {
    const count = Math.min(into.length, this.#bytes.length - this.#at);
    into.set(this.#bytes.subarray(this.#at, this.#at + count));
    this.#at += count;
    return count;
  }
}

/** Generated or in-memory captures: any iterable of byte chunks, each lent until the next is asked for. */
export class ChunkSource implements ByteSource {
  readonly readsAhead = false;
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #lent = new LentBytes();
  /** Ends the read that is waiting; null when none is. (Promise.race against one lasting promise would keep every chunk alive.) */
  #interrupt: (() => void) | null = null;
  #isClosed = false;

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#lent.isEmpty) {
      const next = await this.#next();
      if (next === null || next.done === true) return 0;
      this.#lent.lend(next.value);
    }
    return this.#lent.take(into);
  }

  /** The next chunk; null when the source was closed before it came. */
  #next(): Promise<IteratorResult<Uint8Array> | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(null);
      Promise.resolve(this.#iterator.next()).then(resolve, reject);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#interrupt?.();
    // Its cleanup may fail like any producer; nobody waits for it any more.
    Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}
