/**
 * Bytes of a regular file, and of one that still grows. A long one is read by a thread of the pool while the piece before is
 * counted; for the last pieces of it, and for a short one, the way there costs more than the copy.
 */
import { closeSync, fstatSync, read, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/errors.js';
import type { ByteSource } from './byte-source.js';
import { readError } from './capture-file-errors.js';

/** A writer that flushes per packet is seen within a frame of the screen. */
const FOLLOW_INTERVAL_MS = 100;

export const STDIN_FD = 0;
/** Less than this to go: read at once. */
const AT_ONCE_BYTES = 4 * 2 ** 20;

export class FileSource implements ByteSource {
  readonly #fd: number;
  readonly #path: string;
  readonly #follow: boolean;
  readonly #closing = new AbortController();
  readonly #size: number;
  #position = 0;
  #isReading = false;

  /** Owns `fd` from now on. With `follow` the end of the file is only a pause. */
  constructor(fd: number, path: string, follow = false) {
    this.#fd = fd;
    this.#path = path;
    this.#follow = follow;
    this.#size = fstatSync(fd).size;
  }

  async read(into: Uint8Array): Promise<number> {
    while (!this.#closing.signal.aborted) {
      const isLong = this.#size - this.#position > AT_ONCE_BYTES;
      const got = isLong ? await this.#readAside(into) : this.#readNow(into);
      if (got > 0 || !this.#follow) return got;
      this.#checkShrunk();
      await sleep(FOLLOW_INTERVAL_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
    return 0;
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    if (!this.#isReading) this.#closeFile();
  }

  #closeFile(): void {
    // Standard input is the process's: in a worker, closing what it did not open is a warning.
    if (this.#fd !== STDIN_FD) closeSync(this.#fd);
  }

  #readAside(into: Uint8Array): Promise<number> {
    this.#isReading = true;
    return new Promise((resolve, reject) => {
      read(this.#fd, into, 0, into.length, null, (error, got) => {
        this.#isReading = false;
        // The descriptor must not be closed, and its number given away, under a thread that reads from it.
        if (this.#closing.signal.aborted) this.#closeFile();
        if (error !== null) reject(readError(this.#path, error));
        else {
          this.#position += got;
          resolve(got);
        }
      });
    });
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
