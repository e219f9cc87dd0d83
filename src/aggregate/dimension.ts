/** The two families of dimensions: addresses (both IP versions, at one prefix length) and small integers. */
import { maskOf } from '../format/address.js';
import type { HotMemory } from '../kernel/hot-memory.js';
import type { Kernel } from '../kernel/kernel.js';
import { DecayTable } from '../sketch/decay-table.js';
import { DirectTable } from '../sketch/direct-table.js';
import { ExactTable } from '../sketch/exact-table.js';
import { HyperLogLog } from '../sketch/hyper-log-log.js';
import type { KeyTable } from '../sketch/key-table.js';
import type { Scope } from './window-scope.js';
import { type RankedRow, WindowedTable } from './windowed-table.js';

export interface TableOptions {
  /** Exact tables that grow (bounded) instead of sketches. */
  readonly exact: boolean;
  /** Keep the last seconds apart from the total. */
  readonly windows: boolean;
  /** Keep a table of flows, besides counting how many there are. */
  readonly ranksFlows: boolean;
  /** Random per process. */
  readonly seed: number;
  /** Where the tables lie; null = out of the kernel's reach. */
  readonly memory: HotMemory | null;
}

/** Sets of four entries, powers of two. */
export interface TableSets {
  readonly total: number;
  readonly second: number;
}

/** 4096 sets × 4 ways × 16 B = 256 KiB a one-word table: top-100 recall 100 %, mean error 0.1 % under 10 M spoofed sources. */
const NARROW_SETS: TableSets = { total: 4096, second: 4096 };
/** 1024 sets × 4 × (16 + 16) B = 128 KiB for a table of IPv6 addresses of one second. */
const WIDE_SETS: TableSets = { total: 4096, second: 1024 };
/** IPv4 prefixes up to this length are counted in an array: 65536 × 16 B = 1 MiB. */
const DIRECT_BITS = 16;

/** Numbers of rows, as words at an address of the hot memory. */
export interface RowList {
  readonly at: number;
  readonly count: number;
}

export interface DistinctCount {
  readonly distinct: number;
  readonly exact: boolean;
}

/** Addresses of one role (source or target) cut to a prefix length. */
export class AddressDimension {
  readonly v4: WindowedTable;
  /** Made with the first IPv6 packet. */
  v6: WindowedTable | null = null;
  readonly #distinct: HyperLogLog | null;
  readonly #mask4: number;
  readonly #masks6: readonly number[];
  readonly #scratch: Int32Array;
  readonly #shift: number;
  #scale = 1;

  /** `batchRows`: rows of the largest batch. */
  constructor(
    readonly v4Length: number,
    readonly v6Length: number,
    readonly options: TableOptions,
    batchRows: number,
  ) {
    this.#mask4 = maskOf(v4Length);
    this.#masks6 = [0, 1, 2, 3].map((word) => maskOf(Math.max(0, Math.min(32, v6Length - 32 * word))));
    this.#shift = v4Length <= DIRECT_BITS && !options.exact ? 32 - v4Length : 0;
    this.#scratch = new Int32Array(v4Length === 32 ? 0 : batchRows * 4);
    this.#distinct = options.exact ? null : new HyperLogLog(options.memory);
    this.v4 = this.#shift > 0 ? directTable(2 ** v4Length, options) : keyedTable(1, options, this.#distinct);
  }

  /** Hot path, once per batch. `addresses`: one word a row. */
  addV4(addresses: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    if (count === 0) return;
    const keys = this.v4Length === 32 ? addresses : this.#masked4(addresses, count);
    this.v4.current.addRows(keys, bytes, count, packets);
    // An array knows how many of its keys it has seen.
    if (this.#shift === 0) this.#distinct?.addWords(keys, count, this.options.seed);
  }

  /** Hot path, once per batch. `addresses`: four words a row. */
  addV6(addresses: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    if (count === 0) return;
    const keys = this.v6Length === 128 ? addresses : this.#masked6(addresses, count);
    this.#openV6().current.addRows(keys, bytes, count, packets);
    this.#distinct?.addFourWords(keys, count, this.options.seed);
  }

  #openV6(): WindowedTable {
    if (this.v6 === null) {
      this.v6 = keyedTable(4, this.options, this.#distinct);
      this.v6.setScale(this.#scale);
    }
    return this.v6;
  }

  /**
   * Hot path, once per batch: the kernel counts `v4` and `v6` rows of the batch at `batch`, by the addresses in `column`.
   * Only when `isHot`.
   */
  addRows(kernel: Kernel, batch: number, column: number, v4: RowList, v6: RowList): void {
    if (v4.count > 0) this.#addHotV4(kernel, batch, column, v4);
    if (v6.count === 0) return;
    const [mask0, mask1, mask2, mask3] = this.#masks6 as readonly [number, number, number, number];
    kernel.addQuads(batch, this.#openV6().current.address, v6.at, v6.count, column, mask0, mask1, mask2, mask3);
  }

  #addHotV4(kernel: Kernel, batch: number, column: number, { at, count }: RowList): void {
    const table = this.v4.current.address;
    if (this.#shift > 0) kernel.addShifted(batch, table, at, count, column, this.#shift);
    else kernel.addWords(batch, table, at, count, column, this.#mask4);
  }

  /** Every table is where the kernel finds it; may make the IPv6 tables. */
  isHot(needsV6: boolean): boolean {
    if (this.v4.current.address === 0 || (this.#shift === 0 && this.#distinct?.address === 0)) return false;
    return !needsV6 || this.#openV6().current.address !== 0;
  }

  #masked4(addresses: Int32Array, count: number): Int32Array {
    const keys = this.#scratch;
    const mask = this.#mask4;
    const shift = this.#shift;
    for (let i = 0; i < count; i += 1) keys[i] = ((addresses[i] as number) & mask) >>> shift;
    return keys;
  }

  #masked6(addresses: Int32Array, count: number): Int32Array {
    const keys = this.#scratch;
    const [mask0, mask1, mask2, mask3] = this.#masks6 as readonly [number, number, number, number];
    for (let at = 0; at < count * 4; at += 4) {
      keys[at] = (addresses[at] as number) & mask0;
      keys[at + 1] = (addresses[at + 1] as number) & mask1;
      keys[at + 2] = (addresses[at + 2] as number) & mask2;
      keys[at + 3] = (addresses[at + 3] as number) & mask3;
    }
    return keys;
  }

  setScale(scale: number): void {
    this.#scale = scale;
    this.v4.setScale(scale);
    this.v6?.setScale(scale);
  }

  rotate(scale: number, sec: number): void {
    this.v4.rotate(scale, sec);
    this.v6?.rotate(scale, sec);
  }

  forgetWindows(scale: number): void {
    this.v4.forgetWindows(scale);
    this.v6?.forgetWindows(scale);
  }

  settle(): void {
    this.v4.settle();
    this.v6?.settle();
  }

  copyFrom(other: AddressDimension): void {
    this.v4.copyFrom(other.v4);
    if (other.v6 !== null) {
      this.#openV6().copyFrom(other.v6);
    }
    if (this.#distinct !== null && other.#distinct !== null) this.#distinct.merge(other.#distinct);
  }

  distinct(): DistinctCount {
    if (this.#distinct !== null) {
      const inArray = this.#shift > 0 ? directDistinct(this.v4) : 0;
      const isExact = this.#shift > 0 && this.v6 === null;
      return { distinct: inArray + (isExact ? 0 : Math.round(this.#distinct.estimate())), exact: isExact };
    }
    const parts = [exactOf(this.v4), ...(this.v6 === null ? [] : [exactOf(this.v6)])];
    return { distinct: parts.reduce((sum, part) => sum + part.distinct, 0), exact: parts.every((part) => part.exact) };
  }

  /** `words` of each row: the address in four words, IPv4 in word 3. */
  top(rows: number, scope?: Scope): { version: 4 | 6; row: RankedRow }[] {
    return [
      ...this.v4.top(rows, scope).map((row) => ({ version: 4 as const, row: this.#widen(row) })),
      ...(this.v6?.top(rows, scope) ?? []).map((row) => ({ version: 6 as const, row })),
    ];
  }

  #widen(row: RankedRow): RankedRow {
    const key = row.words[0] as number;
    return { ...row, words: Int32Array.of(0, 0, 0xffff, this.#shift > 0 ? key << this.#shift : key) };
  }
}

/** Keys that are small integers: ports, protocol numbers, flags, TTLs, lengths. Always exact. */
export class NumberDimension {
  readonly table: WindowedTable;

  constructor(capacity: number, options: TableOptions) {
    this.table = directTable(capacity, options);
  }

  get current(): DirectTable {
    return this.table.current as DirectTable;
  }

  distinct(): DistinctCount {
    return { distinct: directDistinct(this.table), exact: true };
  }
}

/** Keys seen by a direct table, those of the running second included. */
function directDistinct(table: WindowedTable): number {
  const total = table.total as DirectTable;
  if (table.current === total) return total.distinct;
  let fresh = 0;
  table.current.visit((key) => {
    if (total.packetsAt(key) === 0) fresh += 1;
  });
  return total.distinct + fresh;
}

/**
 * A table of `keyWords`-word keys, bounded or exact, with or without windows. The kernel feeds `distinct` along with it.
 * `sets`: of the total and of a second.
 */
export function keyedTable(
  keyWords: number,
  options: TableOptions,
  distinct: HyperLogLog | null,
  sets: TableSets = keyWords === 1 ? NARROW_SETS : WIDE_SETS,
): WindowedTable {
  const { exact, windows, seed, memory } = options;
  const place = { memory, registers: distinct?.address ?? 0 };
  if (exact)
    return new WindowedTable(
      () => new ExactTable(keyWords, seed),
      windows ? () => new ExactTable(keyWords, seed) : null,
      seed,
    );
  return new WindowedTable(
    () => new DecayTable(sets.total, keyWords, seed, place),
    windows ? () => new DecayTable(sets.second, keyWords, seed, place) : null,
    seed,
  );
}

function directTable(capacity: number, { windows, memory, seed }: TableOptions): WindowedTable {
  const make = (): KeyTable => new DirectTable(capacity, memory);
  return new WindowedTable(make, windows ? make : null, seed);
}

function exactOf(table: WindowedTable): DistinctCount {
  const total = table.total as ExactTable;
  if (table.current === total) return { distinct: total.size, exact: total.isExact };
  // Windows and exact tables together: keys of the running second that the total has not seen yet.
  let fresh = 0;
  const key = new Int32Array(total.keyWords);
  table.current.visit((slot) => {
    table.current.keyAt(slot, key, 0);
    if (total.find(key, 0) < 0) fresh += 1;
  });
  return { distinct: total.size + fresh, exact: total.isExact };
}
