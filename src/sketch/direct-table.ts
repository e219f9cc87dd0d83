/** Exact counts over small integer keys (ports, flags, TTLs, lengths): the key is the index, there is nothing to evict. */
import type { KeyTable } from './key-table.js';
import { TouchedList } from './touched-list.js';

export class DirectTable implements KeyTable {
  readonly keyWords = 1;
  readonly #packets: Float64Array;
  readonly #bytes: Float64Array;
  readonly #touched = new TouchedList();

  /** Memory: 16 bytes a key. */
  constructor(readonly capacity: number) {
    this.#packets = new Float64Array(capacity);
    this.#bytes = new Float64Array(capacity);
  }

  /** Hot path. `key` must be below `capacity`. */
  addKey(key: number, packets: number, bytes: number): void {
    const before = this.#packets[key] as number;
    if (before === 0) this.#touched.push(key);
    this.#packets[key] = before + packets;
    this.#bytes[key]! += bytes;
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    this.addKey(words[at] as number, packets, bytes);
  }

  find(words: Int32Array, at: number): number {
    const key = words[at] as number;
    return this.#packets[key] === 0 ? -1 : key;
  }

  packetsAt(slot: number): number {
    return this.#packets[slot] as number;
  }

  bytesAt(slot: number): number {
    return this.#bytes[slot] as number;
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
    else for (let slot = 0; slot < this.capacity; slot += 1) if (this.#packets[slot] !== 0) each(slot);
  }

  clear(): void {
    if (this.#touched.isComplete) {
      for (let i = 0; i < this.#touched.count; i += 1) {
        this.#packets[this.#touched.at(i)] = 0;
        this.#bytes[this.#touched.at(i)] = 0;
      }
    } else {
      this.#packets.fill(0);
      this.#bytes.fill(0);
    }
    this.#touched.clear();
  }
}
