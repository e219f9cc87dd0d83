/** zstd by fzstd on the thread that reads: for small files, and where there can be no worker. */
import { Decompress } from 'fzstd';
import { type BrokenSource, type ByteSource, LentBytes } from '../byte-source.js';
import { OutputQueue } from '../output-queue.js';
import { brokenBy, zstdBroken } from './failure.js';

/** A zstd block of 4 bytes may stand for 128 KiB: 256 bytes in give at most 8 MiB out. */
const PIECE_BYTES = 256;
const READ_BYTES = 64 * 1024;

export class ZstdInlineSource implements ByteSource {
  readonly readsAhead = false;
  readonly #input: ByteSource;
  readonly #queue = new OutputQueue();
  /** fzstd keeps what it is given and lends what it returns, so both are copied. */
  readonly #decompress = new Decompress((chunk) => this.#queue.push(chunk.slice()));
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #pending = new LentBytes();
  #failure: BrokenSource | null = null;
  #isOver = false;

  constructor(input: ByteSource) {
    this.#input = input;
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#queue.isEmpty) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#isOver) return 0;
      if (this.#pending.isEmpty) {
        const got = await this.#input.read(this.#buffer);
        if (this.#isOver) return 0;
        this.#isOver = got === 0;
        this.#pending.lend(this.#buffer.subarray(0, got));
      }
      const piece = new Uint8Array(PIECE_BYTES);
      this.#feed(piece.subarray(0, this.#pending.take(piece)));
    }
    return this.#queue.take(into);
  }

  close(): void {
    this.#isOver = true;
    this.#input.close();
  }

  #feed(piece: Uint8Array): void {
    try {
      this.#decompress.push(piece, this.#isOver);
    } catch (error) {
      this.#failure = zstdBroken(brokenBy(error), error);
    }
  }
}
