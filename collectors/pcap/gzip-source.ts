/** gzip in front of a capture, streamed with bounded memory however far the input expands. */
import { createGunzip } from 'node:zlib';
import { UserError } from '../../src/errors.js';
import { BrokenSource, type ByteSource } from './byte-source.js';
import { PoolDecompressor } from './pool-decompressor.js';

/** deflate expands at most 1032 times: 32 KiB in give at most 32 MiB out before we look. */
const PIECE_BYTES = 32 * 1024;
/** One thread-pool hop per so much output; the default of 16 KiB is several times slower. */
const CHUNK_BYTES = 256 * 1024;

/** Where the data proves broken, zlib keeps back what it had not handed over yet: at most 256 KiB of output in front of the damage. */
export class GzipSource implements ByteSource {
  readonly readsAhead = true;
  readonly #input: ByteSource;
  readonly #gunzip = new PoolDecompressor(createGunzip({ chunkSize: CHUNK_BYTES }));
  readonly #piece = Buffer.alloc(PIECE_BYTES);
  #isOver = false;

  constructor(input: ByteSource) {
    this.#input = input;
  }

  async read(into: Uint8Array): Promise<number> {
    const { output } = this.#gunzip;
    while (output.isEmpty) {
      if (this.#gunzip.failure !== null) throw gzipFailure(this.#gunzip.failure);
      if (this.#isOver) return 0;
      const got = await this.#input.read(this.#piece);
      if (got > 0) await this.#gunzip.feed(this.#piece.subarray(0, got));
      else {
        this.#isOver = true;
        await this.#gunzip.finish();
      }
    }
    return output.take(into);
  }

  close(): void {
    this.#isOver = true;
    this.#input.close();
    this.#gunzip.destroy();
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
