/**
 * Frames on their way from a reader to the decoder: columns over one lent byte slab.
 * A batch is filled, decoded and reused; nothing in it may be kept.
 */

import { AT, CAP_LEN, LINK_TYPE, NSEC, ROWS, SEC, WIRE_LEN } from './batch-layout.js';
import { type ColumnPlace, column } from './column-place.js';

/** Rows a batch holds unless said otherwise. */
export const BATCH_ROWS = ROWS;

export class FrameBatch {
  readonly rows: number;
  /** Rows in use, 0..rows. */
  count = 0;
  /** The slab all offsets point into; replaced by the reader when it grows. */
  bytes: Uint8Array = new Uint8Array(0);
  /** DataView over exactly the memory of `bytes` (same offset and length). */
  view: DataView = new DataView(this.bytes.buffer);
  /** First byte of the frame in the slab. */
  readonly at: Uint32Array;
  /** Bytes captured (at .. at + capLen lie in the slab). */
  readonly capLen: Uint32Array;
  /** Bytes on the wire, link header included. */
  readonly wireLen: Uint32Array;
  /** Capture time: whole seconds since the epoch; may be negative or beyond 2106 in damaged captures. */
  readonly sec: Float64Array;
  /** Capture time: nanoseconds within the second, 0..999 999 999. */
  readonly nsec: Int32Array;
  /** LINKTYPE_ value of the frame (pcap-linktype(7)). */
  readonly linkType: Uint16Array;

  /** `place`: memory the columns lie in, of BATCH_ROWS rows; the batch then decodes and counts without a copy. */
  constructor(
    rows = BATCH_ROWS,
    readonly place: ColumnPlace | null = null,
  ) {
    this.rows = rows;
    this.at = column(place, AT, Uint32Array, rows);
    this.capLen = column(place, CAP_LEN, Uint32Array, rows);
    this.wireLen = column(place, WIRE_LEN, Uint32Array, rows);
    this.sec = column(place, SEC, Float64Array, rows);
    this.nsec = column(place, NSEC, Int32Array, rows);
    this.linkType = column(place, LINK_TYPE, Uint16Array, rows);
  }

  /** Points the batch at another slab. `bytes` stays the caller's. */
  setSlab(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
