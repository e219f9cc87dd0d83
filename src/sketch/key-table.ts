import type { TableEntries } from './table-entries.js';

/** What the readers of a table need, whatever its counting rule is. Slots are 0..capacity-1; an empty slot has 0 packets. */
export interface KeyTable {
  /** Words a key has. */
  readonly keyWords: number;
  readonly capacity: number;
  /** Where the kernel finds the table; 0 when it cannot. */
  readonly address: number;
  /**
   * Hot path, once per batch and table: `packets` (an integer; 1 unless sampled) and `bytes[i]` more for each key
   * `keys[i * keyWords ..]`, 0 <= i < count. Allocates nothing. Equal neighbours are cheap.
   */
  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void;
  /** The same for one key `words[at .. at + keyWords)`: folding one table into another. */
  addMany(words: Int32Array, at: number, packets: number, bytes: number): void;
  /** The same for all that was read from a table of the same kind and key length, times `scale`. */
  addEntries(from: KeyTable, entries: TableEntries, scale: number): void;
  /** Slot of a key, or -1. */
  find(words: Int32Array, at: number): number;
  packetsAt(slot: number): number;
  bytesAt(slot: number): number;
  /** Copies the key of a slot to `out[at ..]`. */
  keyAt(slot: number, out: Int32Array, at: number): void;
  /** Slots in use are visited in no particular order; cost is proportional to what was touched when that is little. */
  visit(each: (slot: number) => void): void;
  /** Reads out all slots in use; `into` is overwritten. */
  read(into: TableEntries): void;
  clear(): void;
  /** Makes room in the counters. Call before 2^29 packets or 2^31 bytes more were counted. */
  settle(): void;
}
