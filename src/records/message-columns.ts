/** What sampled messages of any kind have: who sent them to whom, and when. Columns own their buffers. */
import { adoptBuffers, buffersOf, pickRows } from './owned-columns.js';

/** Of a column of small numbers: the source does not say. */
export const NOT_SAID = -1;

export class MessageColumns {
  /** Capture time, epoch seconds with their fraction. */
  readonly sec: Float64Array;
  /** Four words a row, like `dst`. */
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly srcPort: Uint16Array;
  readonly dstPort: Uint16Array;
  /** Of the packet that completed the message. */
  readonly ttl: Int16Array;
  /** Messages that the row stood for when it was read. */
  readonly messages: Float32Array;

  constructor(rows: number) {
    this.sec = new Float64Array(rows);
    this.src = new Int32Array(rows * 4);
    this.dst = new Int32Array(rows * 4);
    this.srcPort = new Uint16Array(rows);
    this.dstPort = new Uint16Array(rows);
    this.ttl = new Int16Array(rows).fill(NOT_SAID);
    this.messages = new Float32Array(rows);
  }

  get rows(): number {
    return this.sec.length;
  }

  /** Every column, for `postMessage`; the samples are empty once they are transferred. */
  buffers(): ArrayBuffer[] {
    return buffersOf(this);
  }

  /** Takes over the columns of samples of the same class. */
  protected adopt(buffers: readonly ArrayBuffer[]): this {
    adoptBuffers(this, buffers);
    return this;
  }

  /** Makes rows 0..count copies of these rows of samples of the same class. */
  protected copyRows(from: MessageColumns, rows: ArrayLike<number>, count: number): this {
    if (count > 0) pickRows(this, this.rows, from, rows, count);
    return this;
  }
}
