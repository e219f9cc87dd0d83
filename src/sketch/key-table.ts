/** What the readers of a table need, whatever its counting rule is. Slots are 0..capacity-1; an empty slot has 0 packets. */
export interface KeyTable {
  /** Words a key has. */
  readonly keyWords: number;
  readonly capacity: number;
  /** `packets` more (an integer, 1 per packet unless sampled or folded) for the key `words[at .. at + keyWords)`. Allocates nothing. */
  addMany(words: Int32Array, at: number, packets: number, bytes: number): void;
  /** Slot of a key, or -1. */
  find(words: Int32Array, at: number): number;
  packetsAt(slot: number): number;
  bytesAt(slot: number): number;
  /** Copies the key of a slot to `out[at ..]`. */
  keyAt(slot: number, out: Int32Array, at: number): void;
  /** Slots in use are visited in no particular order; cost is proportional to what was touched when that is little. */
  visit(each: (slot: number) => void): void;
  clear(): void;
}
