/** Bytes of a regular file, read synchronously (a thread-pool read costs more than the copy), and of one that still grows. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/errors.js';
import type { ByteSource } from './byte-source.js';
import { readError } from './capture-file-errors.js';

/** A writer that flushes per packet is seen within a frame of the screen. */
const FOLLOW_INTERVAL_MS = 100;

export const STDIN_FD = 0;

export class FileSource implements ByteSource {
  /** Measured: a thread of the pool that reads ahead costs more in switches and cold caches than the copy it takes over. */
  readonly readsAhead = false;
  readonly #fd: number;
  readonly #path: string;
  readonly #follow: boolean;
  readonly #closing = new AbortController();
  #position = 0;

  /** Owns `fd` from now on. With `follow` the end of the file is only a pause. */
  constructor(fd: number, path: string, follow = false) {
    this.#fd = fd;
    this.#path = path;
    this.#follow = follow;
  }

  /** At once, and without a promise a piece, unless it waits for the file to grow. */
  read(into: Uint8Array): number | Promise<number> {
    if (this.#closing.signal.aborted) return 0;
    const got = this.#readNow(into);
    return got > 0 || !this.#follow ? got : this.#readLater(into);
  }

  async #readLater(into: Uint8Array): Promise<number> {
    while (!this.#closing.signal.aborted) {
      this.#checkShrunk();
      await sleep(FOLLOW_INTERVAL_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
      const got = this.#closing.signal.aborted ? 0 : this.#readNow(into);
      if (got > 0) return got;
    }
    return 0;
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    // Standard input is the process's: in a worker, closing what it did not open is a warning.
    if (this.#fd !== STDIN_FD) closeSync(this.#fd);
  }

  #readNow(into: Uint8Array): number {
    try {
      const got = readSync(this.#fd, into, 0, into.length, null);
      this.#position += got;
      return got;
    } catch (error) {
      throw readError(this.#path, error);
    }
  }

  #checkShrunk(): void {
    const { size } = fstatSync(this.#fd);
    if (size >= this.#position) return;
    const what = `"${this.#path}" shrank to ${size} bytes while it was followed; ${this.#position} were read`;
    throw new UserError(
      'CAPTURE_SHRUNK',
      what,
      'Its writer started it again: start ddostop again, or let it read a pipe.',
    );
  }
}
