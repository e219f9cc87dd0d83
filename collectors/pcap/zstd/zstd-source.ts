/** zstd in front of a capture: off the thread that counts wherever that is possible. The best of three ways is chosen with the first read. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from '../byte-source.js';
import { ZstdInlineSource } from './inline-source.js';
import { ZstdPoolSource, zstdOfNode } from './pool-source.js';
import { ZstdThreadSource } from './thread-source.js';

/** Built beside the program (scripts/build.mjs); sources that run unbuilt have none. */
const WORKER = new URL('./zstd-worker.cjs', import.meta.url);

/** Takes fzstd some 15 ms; a worker takes 50 ms and 8 MB to start. */
const SMALL_BYTES = 256 * 1024;

export class ZstdSource implements ByteSource {
  readonly #input: ByteSource;
  readonly #sizeBytes: number;
  #source: ByteSource | null = null;
  #isClosed = false;

  /** `sizeBytes` of the input; infinite where nobody knows. */
  constructor(input: ByteSource, sizeBytes: number) {
    this.#input = input;
    this.#sizeBytes = sizeBytes;
  }

  get readsAhead(): boolean {
    return this.#source?.readsAhead ?? false;
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#source === null ? this.#readFirst(into) : this.#source.read(into);
  }

  close(): void {
    this.#isClosed = true;
    (this.#source ?? this.#input).close();
  }

  async #readFirst(into: Uint8Array): Promise<number> {
    if (this.#isClosed) return 0;
    const zlib = zstdOfNode();
    if (zlib !== null) this.#source = new ZstdPoolSource(this.#input, zlib);
    else this.#source = (await this.#onThread()) ?? new ZstdInlineSource(this.#input);
    return this.#isClosed ? 0 : this.#source.read(into);
  }

  /** Null when there can be no worker. */
  async #onThread(): Promise<ByteSource | null> {
    if (this.#sizeBytes <= SMALL_BYTES || !existsSync(fileURLToPath(WORKER))) return null;
    let source: ZstdThreadSource;
    try {
      source = new ZstdThreadSource(this.#input, WORKER);
    } catch {
      return null; // this user may have no more threads: slower is better than not at all
    }
    this.#source = source; // for close()
    return (await source.started) ? source : null;
  }
}
