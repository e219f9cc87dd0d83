/** A second way to the same terminal for the last bytes: synchronous, but never stuck behind a terminal that takes nothing. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

const RETRY_MS = 10;
const GIVE_UP_MS = 300;

export class RestoreChannel {
  readonly #fd: number;
  readonly #isOwn: boolean;

  constructor(stdoutFd: number) {
    let fd = stdoutFd;
    try {
      // A file description of its own: O_NONBLOCK here does not leak into the shell's.
      fd = openSync(`/dev/fd/${stdoutFd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    } catch {
      // no /dev/fd: write to stdout itself
    }
    this.#fd = fd;
    this.#isOwn = fd !== stdoutFd;
  }

  write(text: string): void {
    let rest = Buffer.from(text, 'utf8');
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (rest.length > 0 && performance.now() < giveUpAt) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return; // EIO: the terminal is gone
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  close(): void {
    if (this.#isOwn) closeSync(this.#fd);
  }
}
