/** One-way 5-tuples. IPv4 keys have four words, IPv6 keys ten; both are compared in full. */
import { hashWords } from '../sketch/hash.js';
import { HyperLogLog } from '../sketch/hyper-log-log.js';
import { type DistinctCount, keyedTable, type TableOptions } from './dimension.js';
import { FLOW_WORDS_V4, FLOW_WORDS_V6, type RowColumns } from './row-columns.js';
import type { RankedRow, RankScope, WindowedTable } from './windowed-table.js';

export interface FlowRow {
  readonly version: 4 | 6;
  /** Four words each, IPv4 in word 3. */
  readonly src: readonly [number, number, number, number];
  readonly dst: readonly [number, number, number, number];
  readonly srcPort: number;
  readonly dstPort: number;
  /** Transport protocol. */
  readonly protocol: number;
  readonly counts: RankedRow;
}

export class FlowDimension {
  readonly v4: WindowedTable;
  v6: WindowedTable | null = null;
  readonly #distinct = new HyperLogLog();

  /** Flows are always sketched: an exact table of a spoofed flood is the flood. */
  constructor(readonly options: TableOptions) {
    this.v4 = keyedTable(FLOW_WORDS_V4, { ...options, exact: false });
  }

  /** Hot path, once per batch. */
  add({ v4, v6 }: RowColumns, packets: number): void {
    this.v4.current.addRows(v4.flow, v4.bytes, v4.count, packets);
    this.#distinct.addFourWords(v4.flow, v4.count, this.options.seed);
    if (v6.count === 0) return;
    this.v6 ??= keyedTable(FLOW_WORDS_V6, { ...this.options, exact: false });
    this.v6.current.addRows(v6.flow, v6.bytes, v6.count, packets);
    for (let i = 0; i < v6.count; i += 1) {
      this.#distinct.addHash(hashWords(v6.flow, i * FLOW_WORDS_V6, FLOW_WORDS_V6, this.options.seed));
    }
  }

  rotate(): void {
    this.v4.rotate();
    this.v6?.rotate();
  }

  copyFrom(other: FlowDimension): void {
    this.v4.copyFrom(other.v4);
    if (other.v6 !== null) {
      this.v6 ??= keyedTable(FLOW_WORDS_V6, { ...this.options, exact: false });
      this.v6.copyFrom(other.v6);
    }
    this.#distinct.merge(other.#distinct);
  }

  distinct(): DistinctCount {
    return { distinct: Math.round(this.#distinct.estimate()), exact: false };
  }

  top(rows: number, scope: RankScope = 'recent'): FlowRow[] {
    const word = (words: Int32Array, i: number) => words[i] as number;
    const v4 = this.v4.top(rows, scope).map(
      (counts): FlowRow => ({
        version: 4,
        src: [0, 0, 0xffff, word(counts.words, 0)],
        dst: [0, 0, 0xffff, word(counts.words, 1)],
        srcPort: word(counts.words, 2) >>> 16,
        dstPort: word(counts.words, 2) & 0xffff,
        protocol: word(counts.words, 3),
        counts,
      }),
    );
    const v6 = (this.v6?.top(rows, scope) ?? []).map((counts): FlowRow => {
      const address = (from: number) =>
        [0, 1, 2, 3].map((i) => word(counts.words, from + i)) as unknown as readonly [number, number, number, number];
      return {
        version: 6,
        src: address(0),
        dst: address(4),
        srcPort: word(counts.words, 8) >>> 16,
        dstPort: word(counts.words, 8) & 0xffff,
        protocol: word(counts.words, 9),
        counts,
      };
    });
    return [...v4, ...v6];
  }
}
