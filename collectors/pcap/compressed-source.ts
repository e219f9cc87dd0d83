/** gzip (node:zlib) and zstd (fzstd) in front of a capture, streamed with bounded memory however far the input expands. */
import { createGunzip, type Gunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { messageOf, UserError } from '../../src/errors.js';
import { BrokenSource, type ByteSource, LentBytes } from './byte-source.js';

/** deflate expands at most 1032 times: 32 KiB in give at most 32 MiB out before we look. */
const GZIP_PIECE_BYTES = 32 * 1024;
/** One thread-pool hop per so much output; the default of 16 KiB is several times slower. */
const GZIP_CHUNK_BYTES = 256 * 1024;
/** A zstd block of 4 bytes may stand for 128 KiB: 256 bytes in give at most 8 MiB out. */
const ZSTD_PIECE_BYTES = 256;
const ZSTD_READ_BYTES = 64 * 1024;
const ZSTD_UNEXPECTED_END = 5;

/** Pieces of output that wait for the reader. */
class OutputQueue {
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

/** Where the data proves broken, zlib keeps back what it had not handed over yet: at most 256 KiB of output in front of the damage. */
export class GzipSource implements ByteSource {
  readonly readsAhead = true;
  readonly #input: ByteSource;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: GZIP_CHUNK_BYTES });
  readonly #queue = new OutputQueue();
  readonly #piece = Buffer.alloc(GZIP_PIECE_BYTES);
  #failure: NodeJS.ErrnoException | null = null;
  #isOver = false;
  #ended: Promise<void>;

  constructor(input: ByteSource) {
    this.#input = input;
    this.#gunzip.on('data', (chunk: Uint8Array) => this.#queue.push(chunk));
    this.#ended = new Promise((resolve) => {
      this.#gunzip.on('end', () => resolve());
      this.#gunzip.on('close', () => resolve());
      this.#gunzip.on('error', (error) => {
        this.#failure = error;
        resolve();
      });
    });
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#queue.isEmpty) {
      if (this.#failure !== null) throw gzipFailure(this.#failure);
      if (this.#isOver) return 0;
      const got = await this.#input.read(this.#piece);
      if (got > 0) await this.#feed(this.#piece.subarray(0, got));
      else await this.#finish();
    }
    return this.#queue.take(into);
  }

  close(): void {
    this.#isOver = true;
    this.#input.close();
    this.#gunzip.destroy();
  }

  /** Resolves once the piece is used up and its output lies in the queue (or the data proved broken). */
  async #feed(piece: Buffer): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#gunzip.write(piece, () => resolve())), this.#ended]);
  }

  async #finish(): Promise<void> {
    this.#isOver = true;
    this.#gunzip.end();
    await this.#ended;
  }
}

function gzipFailure(cause: NodeJS.ErrnoException): BrokenSource {
  const hint = 'What lies before was processed. Copy the file again.';
  if (cause.code === 'Z_BUF_ERROR') {
    return new BrokenSource(
      'incomplete',
      new UserError('GZIP_CUT', 'the gzip data stops before its end', hint, { cause }),
    );
  }
  return new BrokenSource(
    'damaged',
    new UserError('GZIP_DAMAGED', `the gzip data is broken: ${cause.message}`, hint, { cause }),
  );
}

export class ZstdSource implements ByteSource {
  readonly readsAhead = true;
  readonly #input: ByteSource;
  readonly #queue = new OutputQueue();
  /** fzstd keeps what it is given and lends what it returns, so both are copied. */
  readonly #decompress = new Decompress((chunk) => this.#queue.push(chunk.slice()));
  readonly #buffer = new Uint8Array(ZSTD_READ_BYTES);
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
        this.#isOver = got === 0;
        this.#pending.lend(this.#buffer.subarray(0, got));
      }
      const piece = new Uint8Array(ZSTD_PIECE_BYTES);
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
      this.#failure = zstdFailure(error);
    }
  }
}

function zstdFailure(cause: unknown): BrokenSource {
  const hint = 'What lies before was processed. Copy the file again, or try "zstd -dc FILE | ddostop -r -".';
  if (cause instanceof Error && 'code' in cause && cause.code === ZSTD_UNEXPECTED_END) {
    return new BrokenSource(
      'incomplete',
      new UserError('ZSTD_CUT', 'the zstd data stops before its end', hint, { cause }),
    );
  }
  const what = `the zstd data cannot be read: ${messageOf(cause)}`;
  return new BrokenSource('damaged', new UserError('ZSTD_DAMAGED', what, hint, { cause }));
}
