/** The keyboard: process.stdin when it is a terminal, else /dev/tty (then stdin carries packets). Owns raw mode. */
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { messageOf, UserError } from '../errors.js';
import { KeyParser } from './key-parser.js';

// A terminal sends an escape sequence in one piece; over a slow link its bytes still follow within this time.
const ESCAPE_WAIT_MS = 40;

export class Keyboard {
  readonly #stream: ReadStream;
  readonly #isOwnStream: boolean;
  readonly #parser = new KeyParser();
  readonly #onKey: (key: string) => void;
  #flushTimer: NodeJS.Timeout | null = null;

  private constructor(stream: ReadStream, isOwnStream: boolean, onKey: (key: string) => void) {
    this.#stream = stream;
    this.#isOwnStream = isOwnStream;
    this.#onKey = onKey;
  }

  /** Throws UserError when there is no terminal to read keys from. */
  static open(onKey: (key: string) => void): Keyboard {
    if (process.stdin.isTTY) return new Keyboard(process.stdin, false, onKey);
    try {
      return new Keyboard(new ReadStream(openSync('/dev/tty', 'r+')), true, onKey);
    } catch (cause) {
      throw new UserError(
        'TERMINAL_NO_KEYBOARD',
        `no keyboard: standard input is not a terminal and /dev/tty cannot be opened (${messageOf(cause)})`,
        'Run it in a terminal, or use "ddostop report" for a result without a screen.',
        { cause },
      );
    }
  }

  start(): void {
    this.#stream.on('data', this.#read);
    this.#stream.on('error', this.#ignore);
    this.setRaw(true);
    this.#stream.resume();
  }

  /** Off first when switching on: after a suspend the kernel and libuv disagree on the mode. */
  setRaw(isRaw: boolean): void {
    try {
      if (isRaw) this.#stream.setRawMode(false);
      this.#stream.setRawMode(isRaw);
    } catch {
      // the terminal is gone (EIO after a hang-up): there is no mode left to set
    }
  }

  stop(): void {
    if (this.#flushTimer) clearTimeout(this.#flushTimer);
    this.#stream.off('data', this.#read);
    this.setRaw(false);
    this.#stream.pause();
    if (this.#isOwnStream) this.#stream.destroy();
    else this.#stream.unref();
  }

  readonly #ignore = (): void => {};

  readonly #read = (chunk: Buffer): void => {
    if (this.#flushTimer) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    for (const key of this.#parser.push(chunk)) this.#onKey(key);
    if (this.#parser.isWaiting) {
      this.#flushTimer = setTimeout(() => {
        for (const key of this.#parser.flush()) this.#onKey(key);
      }, ESCAPE_WAIT_MS);
    }
  };
}
