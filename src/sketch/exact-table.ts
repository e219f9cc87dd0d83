/**
 * Exact counts over keys of one word or more: open addressing in typed arrays that double as they fill, up to a bound.
 * New keys beyond the bound are counted in `overflow` only, and whoever prints the table says so.
 */
import { hashWords } from './hash.js';
import type { KeyTable } from './key-table.js';
import type { TableEntries } from './table-entries.js';

/** Share of used slots above which the table doubles. */
const LOAD = 0.6;

export class ExactTable implements KeyTable {
  readonly address = 0;
  capacity: number;
  /** Keys held. */
  size = 0;
  /** Packets of keys that came after the bound was reached. */
  overflow = 0;
  /** capacity × keyWords, row-major. */
  #keys: Int32Array;
  #packets: Float64Array;
  #bytes: Float64Array;

  /** Memory at the bound: maxKeys / 0.6, rounded up to a power of two, × (16 + 4 × keyWords) bytes. */
  constructor(
    readonly keyWords: number,
    readonly seed: number,
    readonly maxKeys = 4_000_000,
    /** Slots to begin with, a power of two. */
    slots = 1024,
  ) {
    this.capacity = slots;
    this.#keys = new Int32Array(this.capacity * keyWords);
    this.#packets = new Float64Array(this.capacity);
    this.#bytes = new Float64Array(this.capacity);
  }

  get isExact(): boolean {
    return this.overflow === 0;
  }

  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    for (let i = 0; i < count; i += 1) this.addMany(keys, i * this.keyWords, packets, bytes[i] as number);
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    let slot = this.#slotOf(words, at);
    if (this.#packets[slot] === 0) {
      if (this.size >= this.maxKeys) {
        this.overflow += packets;
        return;
      }
      if (this.size + 1 > this.capacity * LOAD) {
        this.#grow();
        slot = this.#slotOf(words, at);
      }
      this.size += 1;
      for (let i = 0; i < this.keyWords; i += 1) this.#keys[slot * this.keyWords + i] = words[at + i] as number;
    }
    this.#packets[slot]! += packets;
    this.#bytes[slot]! += bytes;
  }

  addEntries(from: KeyTable, { count, slots, packets, bytes }: TableEntries, scale: number): void {
    const key = new Int32Array(this.keyWords);
    for (let i = 0; i < count; i += 1) {
      from.keyAt(slots[i] as number, key, 0);
      this.addMany(key, 0, (packets[i] as number) * scale, (bytes[i] as number) * scale);
    }
  }

  /** The key's slot, or the empty one where it belongs. */
  #slotOf(words: Int32Array, at: number): number {
    const mask = this.capacity - 1;
    let slot = hashWords(words, at, this.keyWords, this.seed) & mask;
    while (this.#packets[slot] !== 0 && !this.#isKey(slot, words, at)) slot = (slot + 1) & mask;
    return slot;
  }

  #isKey(slot: number, words: Int32Array, at: number): boolean {
    const from = slot * this.keyWords;
    for (let i = 0; i < this.keyWords; i += 1) if (this.#keys[from + i] !== words[at + i]) return false;
    return true;
  }

  #grow(): void {
    const old = { capacity: this.capacity, keys: this.#keys, packets: this.#packets, bytes: this.#bytes };
    this.capacity *= 2;
    this.#keys = new Int32Array(this.capacity * this.keyWords);
    this.#packets = new Float64Array(this.capacity);
    this.#bytes = new Float64Array(this.capacity);
    for (let from = 0; from < old.capacity; from += 1) {
      if (old.packets[from] === 0) continue;
      const to = this.#slotOf(old.keys, from * this.keyWords);
      for (let i = 0; i < this.keyWords; i += 1) {
        this.#keys[to * this.keyWords + i] = old.keys[from * this.keyWords + i] as number;
      }
      this.#packets[to] = old.packets[from] as number;
      this.#bytes[to] = old.bytes[from] as number;
    }
  }

  find(words: Int32Array, at: number): number {
    const slot = this.#slotOf(words, at);
    return this.#packets[slot] === 0 ? -1 : slot;
  }

  packetsAt(slot: number): number {
    return this.#packets[slot] as number;
  }

  bytesAt(slot: number): number {
    return this.#bytes[slot] as number;
  }

  keyAt(slot: number, out: Int32Array, at: number): void {
    for (let i = 0; i < this.keyWords; i += 1) out[at + i] = this.#keys[slot * this.keyWords + i] as number;
  }

  visit(each: (slot: number) => void): void {
    for (let slot = 0; slot < this.capacity; slot += 1) if (this.#packets[slot] !== 0) each(slot);
  }

  read(into: TableEntries): void {
    into.reserve(this.size);
    for (let slot = 0; slot < this.capacity; slot += 1) {
      const packets = this.#packets[slot] as number;
      if (packets !== 0) into.push(slot, packets, this.#bytes[slot] as number);
    }
  }

  /** Counts are doubles: there is always room. */
  settle(): void {}

  clear(): void {
    this.#packets.fill(0);
    this.#bytes.fill(0);
    this.size = 0;
    this.overflow = 0;
  }
}
