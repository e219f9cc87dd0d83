/** Exact counts over small integer keys (ports, flags, TTLs, lengths): the key is the index, there is nothing to evict. */
import type { KeyTable } from './key-table.js';
import { TouchedList } from './touched-list.js';

export class DirectTable implements KeyTable {
  readonly keyWords = 1;
  /** Two cells a key, packets and bytes: one cache line an update. */
  readonly #sums: Float64Array;
  readonly #touched = new TouchedList();

  /** Memory: 16 bytes a key. */
  constructor(readonly capacity: number) {
    this.#sums = new Float64Array(capacity * 2);
  }

  /** Keys must be 0 <= key < capacity. */
  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    const sums = this.#sums;
    for (let i = 0; i < count; i += 1) {
      const at = (keys[i] as number) * 2;
      const before = sums[at] as number;
      if (before === 0) this.#touched.push(at >>> 1);
      sums[at] = before + packets;
      sums[at + 1]! += bytes[i] as number;
    }
  }

  /** Hot path: counts `column[row]` of each row `rows[0..count)` whose `has[row]` has one of the bits `wanted`. */
  addColumn(
    column: Uint8Array | Uint16Array,
    has: Uint8Array,
    wanted: number,
    bytes: Uint32Array,
    rows: Int32Array,
    count: number,
    packets: number,
  ): void {
    const sums = this.#sums;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (((has[row] as number) & wanted) === 0) continue;
      const at = (column[row] as number) * 2;
      const before = sums[at] as number;
      if (before === 0) this.#touched.push(at >>> 1);
      sums[at] = before + packets;
      sums[at + 1]! += (bytes[row] as number) * packets;
    }
  }

  addKey(key: number, packets: number, bytes: number): void {
    const at = key * 2;
    if (this.#sums[at] === 0) this.#touched.push(key);
    this.#sums[at]! += packets;
    this.#sums[at + 1]! += bytes;
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    this.addKey(words[at] as number, packets, bytes);
  }

  find(words: Int32Array, at: number): number {
    const key = words[at] as number;
    return this.packetsAt(key) === 0 ? -1 : key;
  }

  packetsAt(slot: number): number {
    return this.#sums[slot * 2] as number;
  }

  bytesAt(slot: number): number {
    return this.#sums[slot * 2 + 1] as number;
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
    else for (let slot = 0; slot < this.capacity; slot += 1) if (this.packetsAt(slot) !== 0) each(slot);
  }

  clear(): void {
    if (this.#touched.isComplete) {
      for (let i = 0; i < this.#touched.count; i += 1)
        this.#sums.fill(0, this.#touched.at(i) * 2, this.#touched.at(i) * 2 + 2);
    } else this.#sums.fill(0);
    this.#touched.clear();
  }
}
