/** One-way 5-tuples. IPv4 keys have four words, IPv6 keys ten; both are compared in full. */
import type { Kernel } from '../kernel/kernel.js';
import { hashWords } from '../sketch/hash.js';
import { HyperLogLog } from '../sketch/hyper-log-log.js';
import { type DistinctCount, keyedTable, type RowList, type TableOptions } from './dimension.js';
import { FLOW_WORDS_V4, FLOW_WORDS_V6, type RowColumns } from './row-columns.js';
import type { Scope } from './window-scope.js';
import type { RankedRow, WindowedTable } from './windowed-table.js';

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
  /** Null when flows are only counted, not ranked. */
  readonly v4: WindowedTable | null;
  v6: WindowedTable | null = null;
  readonly #distinct: HyperLogLog;
  #scale = 1;

  /** Flows are always sketched: an exact table of a spoofed flood is the flood. */
  constructor(readonly options: TableOptions) {
    this.#distinct = new HyperLogLog(options.memory);
    this.v4 = options.ranksFlows ? keyedTable(FLOW_WORDS_V4, { ...options, exact: false }, null) : null;
  }

  /** Hot path, once per batch: as `add`, by the kernel. Only when `isHot`. */
  addRows(kernel: Kernel, batch: number, columns: number, v4: RowList, v6: RowList): void {
    const { seed } = this.options;
    const registers = this.#distinct.address;
    if (v4.count > 0) kernel.addFlows4(batch, this.v4?.current.address ?? 0, v4.at, v4.count, columns, seed, registers);
    if (v6.count === 0) return;
    kernel.addFlows6(batch, this.#openV6()?.current.address ?? 0, v6.at, v6.count, columns, seed, registers);
  }

  /** Every table is where the kernel finds it; may make the IPv6 tables. */
  isHot(needsV6: boolean): boolean {
    if (this.v4?.current.address === 0 || this.#distinct.address === 0) return false;
    return !needsV6 || this.#openV6()?.current.address !== 0;
  }

  #openV6(): WindowedTable | null {
    if (this.options.ranksFlows && this.v6 === null) {
      this.v6 = keyedTable(FLOW_WORDS_V6, { ...this.options, exact: false }, null);
      this.v6.setScale(this.#scale);
    }
    return this.v6;
  }

  /** Hot path, once per batch. */
  add({ v4, v6 }: RowColumns, packets: number): void {
    this.v4?.current.addRows(v4.flow, v4.bytes, v4.count, packets);
    this.#distinct.addFourWords(v4.flow, v4.count, this.options.seed);
    if (v6.count === 0) return;
    this.#openV6()?.current.addRows(v6.flow, v6.bytes, v6.count, packets);
    for (let i = 0; i < v6.count; i += 1) {
      this.#distinct.addHash(hashWords(v6.flow, i * FLOW_WORDS_V6, FLOW_WORDS_V6, this.options.seed));
    }
  }

  setScale(scale: number): void {
    this.#scale = scale;
    this.v4?.setScale(scale);
    this.v6?.setScale(scale);
  }

  rotate(scale: number, sec: number): void {
    this.v4?.rotate(scale, sec);
    this.v6?.rotate(scale, sec);
  }

  forgetWindows(scale: number): void {
    this.v4?.forgetWindows(scale);
    this.v6?.forgetWindows(scale);
  }

  settle(): void {
    this.v4?.settle();
    this.v6?.settle();
  }

  copyFrom(other: FlowDimension): void {
    if (other.v4 !== null) this.v4?.copyFrom(other.v4);
    if (other.v6 !== null) {
      this.#openV6()?.copyFrom(other.v6);
    }
    this.#distinct.merge(other.#distinct);
  }

  distinct(): DistinctCount {
    return { distinct: Math.round(this.#distinct.estimate()), exact: false };
  }

  top(rows: number, scope?: Scope): FlowRow[] {
    const word = (words: Int32Array, i: number) => words[i] as number;
    const v4 = (this.v4?.top(rows, scope) ?? []).map(
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
