/**
 * Bytes of a pipe, FIFO or socket. While its writer keeps it full it is read at once, straight into the reader's memory; when
 * it was found drained, libuv's poll waits for more, with one reused buffer. So a turn of the event loop is paid for waiting
 * only, and a silent writer blocks neither the process exit nor close(). Works in worker threads, on descriptor 0 as well.
 */
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { type ByteSource, LentBytes } from './byte-source.js';
import { readError } from './capture-file-errors.js';

/** What a Linux pipe holds; a bigger buffer is never filled by one read. */
const PIPE_BYTES = 64 * 1024;
/** A read that gives so much shows a writer that is ahead of us; less, and the next one would find the pipe empty. */
const AHEAD_BYTES = PIPE_BYTES / 2;

export class PipeSource implements ByteSource {
  readonly readsAhead = false;
  readonly #fd: number;
  readonly #path: string;
  readonly #socket: Socket;
  #isWriterAhead = false;
  readonly #lent = new LentBytes();
  #isOver = false;
  #failure: Error | null = null;
  #wake: () => void = () => {};

  /** Owns `fd` from now on. `path` is for messages. */
  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
    const buffer = new Uint8Array(PIPE_BYTES);
    const callback = (bytes: number): boolean => {
      this.#lent.lend(buffer.subarray(0, bytes));
      this.#wake();
      return false; // pause until it is taken: back-pressure reaches the writer
    };
    // @types/node knows `onread` only for connections; the constructor takes it as well (net.Socket options).
    const options = { fd, readable: true, writable: false, onread: { buffer, callback } };
    this.#socket = new Socket(options);
    this.#socket.on('end', () => this.#finish());
    this.#socket.on('close', () => this.#finish());
    this.#socket.on('error', (error) => {
      this.#failure = readError(path, error);
      this.#finish();
    });
    this.#socket.resume();
  }

  read(into: Uint8Array): number | Promise<number> {
    const isAtOnce = this.#isWriterAhead && this.#lent.isEmpty && !this.#isOver;
    const got = isAtOnce ? this.#readNow(into) : 0;
    return got > 0 ? got : this.#readWhenThere(into);
  }

  /** 0: nothing there now. The socket has made the descriptor non-blocking. */
  #readNow(into: Uint8Array): number {
    let got = 0;
    try {
      got = readSync(this.#fd, into, 0, into.length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw readError(this.#path, error);
    }
    this.#isWriterAhead = got >= AHEAD_BYTES;
    return got;
  }

  async #readWhenThere(into: Uint8Array): Promise<number> {
    while (this.#lent.isEmpty) {
      if (this.#failure !== null) throw this.#failure;
      if (this.#isOver) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket.resume();
      });
    }
    const count = this.#lent.take(into);
    this.#isWriterAhead = count >= AHEAD_BYTES;
    return count;
  }

  close(): void {
    this.#lent.lend(new Uint8Array(0));
    this.#finish();
    this.#socket.destroy();
  }

  #finish(): void {
    this.#isOver = true;
    this.#wake();
  }
}
