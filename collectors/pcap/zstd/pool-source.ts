/** zstd by node:zlib (from Node 22.15 on) on libuv's pool, a block at a time. */
import type { Transform } from 'node:stream';
import { BrokenSource, type ByteSource } from '../byte-source.js';
import { PoolDecompressor } from '../pool-decompressor.js';
import { zstdBroken } from './failure.js';
import { FrameSplitter, MAX_PART_BYTES } from './frame-splitter.js';

const READ_BYTES = 64 * 1024;
/** A block and a little: larger buffers save no measurable time and pile up (512 KiB: 9 MiB more at the peak of a report). */
const CHUNK_BYTES = 132 * 1024;
/** Windows of up to 2 GiB, as fzstd takes them. Only what is used of it costs memory. */
const WINDOW_LOG_MAX = 31;

interface ZstdZlib {
  readonly constants: { readonly ZSTD_d_windowLogMax: number };
  createZstdDecompress(options: { chunkSize: number; params: Record<number, number> }): Transform;
}

/** Null where Node has none; known without loading zlib. */
export function zstdOfNode(): ZstdZlib | null {
  if (!('zstd' in process.versions)) return null;
  const zlib: object = process.getBuiltinModule('node:zlib');
  return 'createZstdDecompress' in zlib ? (zlib as ZstdZlib) : null;
}

export class ZstdPoolSource implements ByteSource {
  readonly readsAhead = true;
  readonly #input: ByteSource;
  readonly #decompressor: PoolDecompressor;
  readonly #splitter = new FrameSplitter();
  /** A part that is not whole yet, and a read. */
  readonly #buffer = Buffer.alloc(MAX_PART_BYTES + READ_BYTES);
  #at = 0;
  #end = 0;
  #failure: BrokenSource | null = null;
  #isOver = false;

  constructor(input: ByteSource, zlib: ZstdZlib) {
    this.#input = input;
    const params = { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX };
    this.#decompressor = new PoolDecompressor(zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES, params }));
  }

  async read(into: Uint8Array): Promise<number> {
    const { output } = this.#decompressor;
    while (output.isEmpty) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#isOver) return 0;
      await this.#step();
    }
    return output.take(into);
  }

  close(): void {
    this.#isOver = true;
    this.#input.close();
    this.#decompressor.destroy();
  }

  /** One part into the decompressor, or more input. */
  async #step(): Promise<void> {
    const part = this.#nextPart();
    if (this.#failure !== null) return;
    if (part === null) return this.#readOn();
    const bytes = this.#buffer.subarray(this.#at, this.#at + part.length);
    this.#at += part.length;
    if (part.isSkipped) return;
    await this.#decompressor.feed(bytes);
    const { failure } = this.#decompressor;
    if (failure !== null) this.#failure = zstdBroken({ isCut: false, reason: failure.message }, failure);
  }

  #nextPart(): { readonly length: number; readonly isSkipped: boolean } | null {
    try {
      return this.#splitter.next(this.#buffer.subarray(this.#at, this.#end));
    } catch (error) {
      if (!(error instanceof BrokenSource)) throw error;
      this.#failure = error;
      return null;
    }
  }

  async #readOn(): Promise<void> {
    this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#end -= this.#at;
    this.#at = 0;
    const got = await this.#input.read(this.#buffer.subarray(this.#end));
    this.#end += got;
    if (got > 0 || this.#isOver) return;
    this.#isOver = true;
    const isWhole = this.#splitter.isBetweenFrames && this.#end === 0;
    if (!isWhole) this.#failure = zstdBroken({ isCut: true, reason: 'unexpected end' });
  }
}
