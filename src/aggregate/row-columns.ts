/**
 * Addresses and flow keys of the rows of a batch, drawn apart into dense columns per IP version: the tables then run over
 * plain arrays, one after the other, which is several times faster than row by row through all tables.
 */
import type { HeaderColumns } from '../records/packet-batch.js';

/** Flow keys: IPv4 src, dst, ports, protocol; IPv6 4 + 4 words, ports, protocol. */
export const FLOW_WORDS_V4 = 4;
export const FLOW_WORDS_V6 = 10;

/** Columns of one IP version. */
export class VersionColumns {
  count = 0;
  /** Frame bytes, times the weight. */
  readonly bytes: Float64Array;
  /** rows × addressWords, row-major. */
  readonly src: Int32Array;
  readonly dst: Int32Array;
  /** rows × flowWords, row-major. */
  readonly flow: Int32Array;

  constructor(rows: number, addressWords: 1 | 4, flowWords: number) {
    this.bytes = new Float64Array(rows);
    this.src = new Int32Array(rows * addressWords);
    this.dst = new Int32Array(rows * addressWords);
    this.flow = new Int32Array(rows * flowWords);
  }
}

export class RowColumns {
  readonly v4: VersionColumns;
  readonly v6: VersionColumns;

  constructor(rows: number) {
    this.v4 = new VersionColumns(rows, 1, FLOW_WORDS_V4);
    this.v6 = new VersionColumns(rows, 4, FLOW_WORDS_V6);
  }

  /** Fills the columns from rows `rows[0..count)` of `columns`; bytes are `wireLen × weight`. Allocates nothing. */
  fill(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    this.#fillV4(columns, wireLen, rows, count, weight);
    this.v6.count = 0;
    if (this.v4.count < count) this.#fillV6(columns, wireLen, rows, count, weight);
  }

  #fillV4(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const { version, src, dst, transport, srcPort, dstPort } = columns;
    const to = this.v4;
    const toBytes = to.bytes;
    const toSrc = to.src;
    const toDst = to.dst;
    const flow = to.flow;
    let filled = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (version[row] !== 4) continue;
      const source = src[row * 4 + 3] as number;
      const target = dst[row * 4 + 3] as number;
      toBytes[filled] = (wireLen[row] as number) * weight;
      toSrc[filled] = source;
      toDst[filled] = target;
      const at = filled * FLOW_WORDS_V4;
      flow[at] = source;
      flow[at + 1] = target;
      // 0 where there are none; a later fragment has those of its datagram when the first was seen.
      flow[at + 2] = ((srcPort[row] as number) << 16) | (dstPort[row] as number);
      flow[at + 3] = transport[row] as number;
      filled += 1;
    }
    to.count = filled;
  }

  #fillV6(columns: HeaderColumns, wireLen: Uint32Array, rows: Int32Array, count: number, weight: number): void {
    const { version, src, dst, transport, srcPort, dstPort } = columns;
    const to = this.v6;
    let filled = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (version[row] !== 6) continue;
      const at = filled * FLOW_WORDS_V6;
      to.bytes[filled] = (wireLen[row] as number) * weight;
      for (let word = 0; word < 4; word += 1) {
        const source = src[row * 4 + word] as number;
        const target = dst[row * 4 + word] as number;
        to.src[filled * 4 + word] = source;
        to.dst[filled * 4 + word] = target;
        to.flow[at + word] = source;
        to.flow[at + 4 + word] = target;
      }
      to.flow[at + 8] = ((srcPort[row] as number) << 16) | (dstPort[row] as number);
      to.flow[at + 9] = transport[row] as number;
      filled += 1;
    }
    to.count = filled;
  }
}
