/**
 * The only way of our bytes to the terminal. What the terminal does not take at once waits here, not in the stream of
 * process.stdout: Node would either block the whole program on a stalled SSH session or send the waiting rest of a frame
 * after the screen has been given back, into the user's shell (seen with a program that fails right after its first paint).
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

const FIRST_RETRY_MS = 1;
const MAX_RETRY_MS = 16;
const GIVE_UP_MS = 300;
/** CAN ends a control sequence that was sent in part (ECMA-48 §8.3.6, as terminals take it). */
const CANCEL = '\x18';

export class TerminalChannel {
  readonly #fd: number;
  readonly #isOwn: boolean;
  readonly #onDrain: () => void;
  #waiting: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | null = null;

  /** `onDrain`: the terminal has taken what it had not taken at once. */
  constructor(stdoutFd: number, onDrain: () => void) {
    let fd = stdoutFd;
    try {
      // A file description of its own: O_NONBLOCK here does not leak into the shell's.
      fd = openSync(`/dev/fd/${stdoutFd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    } catch {
      // no /dev/fd: write to stdout itself
    }
    this.#fd = fd;
    this.#isOwn = fd !== stdoutFd;
    this.#onDrain = onDrain;
  }

  /** Bytes of ours are still on their way. */
  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  /** Never blocks. */
  send(text: string): void {
    this.#waiting = Buffer.concat([this.#waiting, Buffer.from(text, 'utf8')]);
    if (this.#timer === null) this.#flush(FIRST_RETRY_MS);
  }

  #flush(retryMs: number): void {
    this.#timer = null;
    const before = this.#waiting.length;
    this.#push();
    if (this.#waiting.length === 0) return;
    const nextMs = this.#waiting.length < before ? FIRST_RETRY_MS : Math.min(MAX_RETRY_MS, retryMs * 2);
    this.#timer = setTimeout(() => {
      this.#flush(nextMs);
      if (!this.isBusy) this.#onDrain();
    }, retryMs);
  }

  /** As much as the terminal takes now. */
  #push(): void {
    try {
      while (this.#waiting.length > 0) this.#waiting = this.#waiting.subarray(writeSync(this.#fd, this.#waiting));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#drop(); // EIO: the terminal is gone
    }
  }

  #drop(): void {
    this.#waiting = Buffer.alloc(0);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Instead of all that waits: sends `text` before it returns, unless the terminal takes nothing. For 'exit' handlers, too. */
  sendLast(text: string): void {
    const isCut = this.isBusy;
    this.#drop();
    this.#waiting = Buffer.from((isCut ? CANCEL : '') + text, 'utf8');
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (this.#push(); this.isBusy && performance.now() < giveUpAt; this.#push()) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MAX_RETRY_MS);
    }
    this.#drop();
  }

  close(): void {
    this.#drop();
    if (this.#isOwn) closeSync(this.#fd);
  }
}
