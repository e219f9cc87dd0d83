/**
 * Exact counts over small integer keys (ports, flags, TTLs, lengths): the key is the index, there is nothing to evict.
 * What was counted last lies in cells of two words, bytes and packets, which the kernel adds to with one 64-bit addition;
 * `settle` moves it into doubles before a cell could overflow. An update touches 8 bytes: 65 536 ports are 512 KiB.
 */
import { addressIn, arrayIn, type HotMemory } from '../kernel/hot-memory.js';
import { COUNTERS_CELLS, COUNTERS_TOUCHED } from '../kernel/layout.js';
import type { KeyTable } from './key-table.js';
import type { TableEntries } from './table-entries.js';
import { TOUCHED_WORDS, TouchedList } from './touched-list.js';

/** Bytes (and packets) the kernel may add between two calls of `settle`. */
export const SETTLE_AT = 2 ** 31;
const HEADER_WORDS = COUNTERS_TOUCHED / 4;

export class DirectTable implements KeyTable {
  readonly keyWords = 1;
  /** Where the kernel finds the table; 0 when it cannot. */
  readonly address: number;
  /** [bytes, packets] a key, both below 2^32. */
  readonly #cells: Uint32Array;
  readonly #touched: TouchedList;
  /** [packets, bytes] a key of what was settled; made with the first cell that would overflow. */
  #sums: Float64Array | null = null;

  /** Memory: 8 bytes a key, and 16 more once something was settled. */
  constructor(
    readonly capacity: number,
    memory: HotMemory | null = null,
  ) {
    const header = arrayIn(memory, Int32Array, HEADER_WORDS + TOUCHED_WORDS);
    this.#cells = arrayIn(memory, Uint32Array, (capacity + 1) * 2);
    // The cell behind the last key takes what has none; it is never empty, so it is never listed.
    this.#cells[capacity * 2 + 1] = 1;
    this.#touched = new TouchedList(header.subarray(HEADER_WORDS));
    header[COUNTERS_CELLS / 4] = addressIn(memory, this.#cells);
    this.address = addressIn(memory, this.#cells) === 0 ? 0 : addressIn(memory, header);
  }

  /** Keys must be 0 <= key < capacity. */
  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    for (let i = 0; i < count; i += 1) this.addKey(keys[i] as number, packets, bytes[i] as number);
  }

  /** Counts `column[row]` of each row `rows[0..count)` whose `has[row]` has one of the bits `wanted`. */
  addColumn(
    column: Uint8Array | Uint16Array,
    has: Uint8Array,
    wanted: number,
    bytes: Uint32Array,
    rows: Int32Array,
    count: number,
    packets: number,
  ): void {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (((has[row] as number) & wanted) === 0) continue;
      this.addKey(column[row] as number, packets, (bytes[row] as number) * packets);
    }
  }

  addKey(key: number, packets: number, bytes: number): void {
    const cells = this.#cells;
    const at = key * 2;
    if (cells[at + 1] === 0) this.#touched.push(key);
    const bytesAfter = (cells[at] as number) + bytes;
    const packetsAfter = (cells[at + 1] as number) + packets;
    if (bytesAfter < SETTLE_AT && packetsAfter < SETTLE_AT) {
      cells[at] = bytesAfter;
      cells[at + 1] = packetsAfter;
      return;
    }
    const sums = this.#settled();
    sums[at] = (sums[at] as number) + packets - 1;
    sums[at + 1] = (sums[at + 1] as number) + bytes;
    cells[at + 1]! += 1;
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    this.addKey(words[at] as number, packets, bytes);
  }

  addEntries(_from: KeyTable, { count, slots, packets, bytes }: TableEntries, scale: number): void {
    for (let i = 0; i < count; i += 1) {
      this.addKey(slots[i] as number, (packets[i] as number) * scale, (bytes[i] as number) * scale);
    }
  }

  /** Moves all cells into doubles, but for one packet each: a cell in use is never empty. */
  settle(): void {
    const cells = this.#cells;
    const sums = this.#settled();
    this.visit((key) => {
      const at = key * 2;
      sums[at] = (sums[at] as number) + (cells[at + 1] as number) - 1;
      sums[at + 1] = (sums[at + 1] as number) + (cells[at] as number);
      cells[at] = 0;
      cells[at + 1] = 1;
    });
  }

  #settled(): Float64Array {
    this.#sums ??= new Float64Array(this.capacity * 2);
    return this.#sums;
  }

  find(words: Int32Array, at: number): number {
    const key = words[at] as number;
    return this.packetsAt(key) === 0 ? -1 : key;
  }

  packetsAt(slot: number): number {
    const fresh = this.#cells[slot * 2 + 1] as number;
    return this.#sums === null ? fresh : fresh + (this.#sums[slot * 2] as number);
  }

  bytesAt(slot: number): number {
    const fresh = this.#cells[slot * 2] as number;
    return this.#sums === null ? fresh : fresh + (this.#sums[slot * 2 + 1] as number);
  }

  keyAt(slot: number, out: Int32Array, at: number): void {
    out[at] = slot;
  }

  /** Keys with at least one packet. */
  get distinct(): number {
    return this.#touched.count;
  }

  visit(each: (slot: number) => void): void {
    if (this.#touched.isComplete) for (let i = 0; i < this.#touched.count; i += 1) each(this.#touched.at(i));
    else for (let slot = 0; slot < this.capacity; slot += 1) if (this.#cells[slot * 2 + 1] !== 0) each(slot);
  }

  read(into: TableEntries): void {
    const touched = this.#touched;
    into.reserve(touched.count);
    if (touched.isComplete) {
      for (let i = 0; i < touched.count; i += 1) {
        const key = touched.at(i);
        into.push(key, this.packetsAt(key), this.bytesAt(key));
      }
      return;
    }
    for (let key = 0; key < this.capacity; key += 1) {
      const packets = this.packetsAt(key);
      if (packets > 0) into.push(key, packets, this.bytesAt(key));
    }
  }

  clear(): void {
    if (this.#touched.isComplete) {
      for (let i = 0; i < this.#touched.count; i += 1) {
        const at = this.#touched.at(i) * 2;
        this.#cells[at] = 0;
        this.#cells[at + 1] = 0;
      }
    } else this.#cells.fill(0, 0, this.capacity * 2);
    this.#sums = null;
    this.#touched.clear();
  }
}
