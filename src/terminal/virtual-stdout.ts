/**
 * The stream Ink writes to: not a terminal, just a size and a callback. With `debug: true` Ink writes one whole frame per
 * commit. `isTTY` stays false so that Ink sends no cursor and no synchronization sequences of its own.
 */
import { Writable } from 'node:stream';

export class VirtualStdout extends Writable {
  readonly isTTY = false;
  /** The newest whole frame. */
  frame = '';

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.frame = typeof chunk === 'string' ? chunk : chunk.toString('utf8');
    done();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
  }

  /** Ink's option has the type of process.stdout; it uses write, on, off, columns and rows only (6.8.0). */
  asWriteStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}
