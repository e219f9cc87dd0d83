/** One-way 5-tuples. IPv4 keys have four words, IPv6 keys ten; both are compared in full. */
import { Has, type HeaderColumns } from '../records/packet-batch.js';
import { hashWords, mix32 } from '../sketch/hash.js';
import { HyperLogLog } from '../sketch/hyper-log-log.js';
import { type DistinctCount, keyedTable, type TableOptions } from './dimension.js';
import type { RankedRow, RankScope, WindowedTable } from './windowed-table.js';

const V4_WORDS = 4;
const V6_WORDS = 10;

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
  readonly #key = new Int32Array(V6_WORDS);

  /** Flows are always sketched: an exact table of a spoofed flood is the flood. */
  constructor(readonly options: TableOptions) {
    this.v4 = keyedTable(V4_WORDS, { ...options, exact: false });
  }

  /** Hot path. Packets without ports count with ports 0. */
  add(columns: HeaderColumns, row: number, packets: number, bytes: number): void {
    const key = this.#key;
    const { src, dst } = columns;
    const at = row * 4;
    const hasPorts = ((columns.has[row] as number) & Has.ports) !== 0;
    const ports = hasPorts ? ((columns.srcPort[row] as number) << 16) | (columns.dstPort[row] as number) : 0;
    if (columns.version[row] === 4) {
      key[0] = src[at + 3] as number;
      key[1] = dst[at + 3] as number;
      key[2] = ports;
      key[3] = columns.transport[row] as number;
      this.v4.current.addMany(key, 0, packets, bytes);
      this.#countDistinct(V4_WORDS);
      return;
    }
    for (let word = 0; word < 4; word += 1) {
      key[word] = src[at + word] as number;
      key[word + 4] = dst[at + word] as number;
    }
    key[8] = ports;
    key[9] = columns.transport[row] as number;
    this.v6 ??= keyedTable(V6_WORDS, { ...this.options, exact: false });
    this.v6.current.addMany(key, 0, packets, bytes);
    this.#countDistinct(V6_WORDS);
  }

  #countDistinct(words: number): void {
    const hash = hashWords(this.#key, 0, words, this.options.seed);
    this.#distinct.add(hash, mix32(hash + 0x9e3779b9));
  }

  rotate(): void {
    this.v4.rotate();
    this.v6?.rotate();
  }

  copyFrom(other: FlowDimension): void {
    this.v4.copyFrom(other.v4);
    if (other.v6 !== null) {
      this.v6 ??= keyedTable(V6_WORDS, { ...this.options, exact: false });
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
