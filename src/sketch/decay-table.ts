/**
 * Bounded heavy hitters over keys of one word or more: 4-way sets, the smallest entry of a full set decays with
 * probability 1.08^-packets and is replaced at zero (HeavyKeeper, Gong et al., USENIX ATC 2018).
 * Unlike Space-Saving, a flood of random keys neither inherits counts nor evicts what is heavy. Counts never exceed the
 * truth. A set is one cache line: four tags, four counts, four byte sums. The tag of a one-word key is the key; keys of more
 * words lie beside the sets and are compared in full on every hit: two keys are never shown as one.
 * The kernel adds to the same memory by the same rule (src/kernel/wasm/tables.ts).
 */
import { addressIn, arrayIn, DECAY_CHANCES, type HotMemory } from '../kernel/hot-memory.js';
import {
  DECAY_COUNTS,
  TABLE_ENTRIES,
  TABLE_KEYS,
  TABLE_RANDOM,
  TABLE_REGISTERS,
  TABLE_SEED,
  TABLE_SHIFT,
  TABLE_TOUCHED,
} from '../kernel/layout.js';
import { hashWords, mix32, nextRandom, roll, TICK } from './hash.js';
import type { KeyTable } from './key-table.js';
import type { TableEntries } from './table-entries.js';
import { TOUCHED_WORDS, TouchedList } from './touched-list.js';

const WAYS = 4;
/** Words and doubles a set has, and where the counts and sums begin in it. */
const SET_WORDS = 16;
const SET_DOUBLES = 8;
const PACKETS = 4;
const SUMS = 4;
/** Rounds of decay tried when many packets of one key arrive at once. */
const FOLD_ROUNDS = 512;
/** `settle` moves larger counts out of the 32-bit counters. */
const MOVE_AT = 2 ** 29;
/** What it leaves: a count that can no longer decay, so the slot keeps its key for good. */
const PERMANENT = DECAY_COUNTS;

const HEADER_WORDS = TABLE_TOUCHED / 4;
const RANDOM = TABLE_RANDOM / 4;

export interface DecayTableOptions {
  /** Where it lies; null = memory of its own, which no kernel reaches. */
  readonly memory?: HotMemory | null;
  /** Address of the HyperLogLog registers the kernel feeds with the same hashes; 0 = none. */
  readonly registers?: number;
}

export class DecayTable implements KeyTable {
  readonly capacity: number;
  /** Where the kernel finds the table; 0 when it cannot. */
  readonly address: number;
  readonly #header: Int32Array;
  readonly #words: Int32Array;
  /** The same memory. */
  readonly #doubles: Float64Array;
  /** capacity × keyWords, row-major; empty for one-word keys. */
  readonly #keys: Int32Array;
  readonly #shift: number;
  /** Packets of a slot beyond what its 32-bit counter holds; allocated when the first counter is that full. */
  #moved: Float64Array | null = null;
  readonly #touched: TouchedList;
  /**
   * Whole seconds are added: a key with more packets in one of them than the smallest entry ever had takes its place. Decay alone
   * would not do: of packets that stand for hundreds, one by chance fills an entry that never decays.
   */
  #isFolding = false;

  /** `sets` is a power of two; memory = sets × (64 + 16 × keyWords when above 1) bytes. */
  constructor(
    sets: number,
    readonly keyWords: number,
    readonly seed: number,
    { memory = null, registers = 0 }: DecayTableOptions = {},
  ) {
    if (sets < 2 || (sets & (sets - 1)) !== 0)
      throw new RangeError(`DecayTable: expected a power of two, got ${sets}.`);
    this.capacity = sets * WAYS;
    this.#shift = 32 - Math.log2(sets);
    this.#header = arrayIn(memory, Int32Array, HEADER_WORDS + TOUCHED_WORDS);
    this.#words = arrayIn(memory, Int32Array, sets * SET_WORDS);
    this.#doubles = new Float64Array(this.#words.buffer, this.#words.byteOffset, sets * SET_DOUBLES);
    this.#keys = keyWords > 1 ? arrayIn(memory, Int32Array, this.capacity * keyWords) : new Int32Array(0);
    this.#touched = new TouchedList(this.#header.subarray(HEADER_WORDS));
    const isReachable = [this.#header, this.#words, ...(keyWords > 1 ? [this.#keys] : [])].every(
      (array) => addressIn(memory, array) !== 0,
    );
    this.address = isReachable ? addressIn(memory, this.#header) : 0;
    this.#header[TABLE_ENTRIES / 4] = addressIn(memory, this.#words);
    this.#header[TABLE_SHIFT / 4] = this.#shift;
    this.#header[TABLE_SEED / 4] = seed;
    this.#header[RANDOM] = seed;
    this.#header[TABLE_KEYS / 4] = addressIn(memory, this.#keys);
    this.#header[TABLE_REGISTERS / 4] = registers;
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    this.#addHashed(this.#hash(words, at), words, at, packets, bytes);
  }

  addEntries(from: KeyTable, { count, slots, packets, bytes }: TableEntries, scale: number): void {
    const key = new Int32Array(this.keyWords);
    this.#isFolding = true;
    for (let i = 0; i < count; i += 1) {
      from.keyAt(slots[i] as number, key, 0);
      this.addMany(key, 0, (packets[i] as number) * scale, (bytes[i] as number) * scale);
    }
    this.#isFolding = false;
  }

  /** Runs of one-word keys are added at once: one target under attack is one run. */
  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    if (this.keyWords > 1) {
      for (let i = 0; i < count; i += 1) this.addMany(keys, i * this.keyWords, packets, bytes[i] as number);
      return;
    }
    for (let i = 0; i < count; ) {
      const from = i;
      let sum = bytes[i] as number;
      for (i += 1; i < count && keys[i] === keys[from]; i += 1) sum += bytes[i] as number;
      this.addMany(keys, from, packets * (i - from), sum);
    }
  }

  #hash(words: Int32Array, at: number): number {
    if (this.keyWords === 1) return mix32((words[at] as number) ^ this.seed);
    return hashWords(words, at, this.keyWords, this.seed);
  }

  /** `hash` picks the set by its upper bits; the tag of a one-word key is the key, of others the hash. */
  #addHashed(hash: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    this.#header[RANDOM] = (this.#header[RANDOM] as number) + TICK;
    const tag = this.keyWords === 1 ? (words[at] as number) : hash;
    const set = hash >>> this.#shift;
    const way = this.#wayOf(set, tag, words, at);
    const entries = this.#words;
    const countAt = set * SET_WORDS + PACKETS;
    if (way >= 0 && (entries[countAt + way] as number) > 0) {
      this.#setCount(set * WAYS + way, (entries[countAt + way] as number) + packets);
      this.#doubles[set * SET_DOUBLES + SUMS + way]! += bytes;
      return;
    }
    // A tag left over from before the table was cleared keeps its way: no key ever has two.
    if (way >= 0) this.#claimEmpty(set, way, tag, words, at, packets, bytes);
    else this.#contest(set, hash, tag, words, at, packets, bytes);
  }

  /** The way whose tag and key these are, counted or cleared; -1 when there is none. */
  #wayOf(set: number, tag: number, words: Int32Array, at: number): number {
    const first = set * SET_WORDS;
    for (let way = 0; way < WAYS; way += 1) {
      if (this.#words[first + way] === tag && this.#isKey(set * WAYS + way, words, at)) return way;
    }
    return -1;
  }

  #isKey(slot: number, words: Int32Array, at: number): boolean {
    const { keyWords } = this;
    if (keyWords === 1) return true;
    const keys = this.#keys;
    const from = slot * keyWords;
    for (let i = 0; i < keyWords; i += 1) if (keys[from + i] !== words[at + i]) return false;
    return true;
  }

  /** A key its set does not hold: takes an empty way, or tries the smallest entry. */
  #contest(
    set: number,
    hash: number,
    tag: number,
    words: Int32Array,
    at: number,
    packets: number,
    bytes: number,
  ): void {
    const countAt = set * SET_WORDS + PACKETS;
    // Newcomers begin at different ways, so that one which comes again is not the next to be displaced.
    let way = hash & 3;
    let count = this.#words[countAt + way] as number;
    for (let i = 1; i < WAYS; i += 1) {
      const other = (hash + i) & 3;
      if ((this.#words[countAt + other] as number) >= count) continue;
      count = this.#words[countAt + other] as number;
      way = other;
    }
    if (count === 0) {
      this.#claimEmpty(set, way, tag, words, at, packets, bytes);
      return;
    }
    const random = roll(hash, this.#header[RANDOM] as number);
    if (this.#isFolding && packets > this.packetsAt(set * WAYS + way)) {
      this.#write(set, way, tag, words, at, packets, bytes);
      return;
    }
    const left = packets > 1 ? this.#decayMany(set, way, packets, random) : this.#decayOnce(set, way, random);
    if (left > 0) this.#write(set, way, tag, words, at, left, (bytes * left) / packets);
  }

  #claimEmpty(
    set: number,
    way: number,
    tag: number,
    words: Int32Array,
    at: number,
    packets: number,
    bytes: number,
  ): void {
    this.#touched.push(set * WAYS + way);
    this.#write(set, way, tag, words, at, packets, bytes);
  }

  #write(set: number, way: number, tag: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    this.#words[set * SET_WORDS + way] = tag;
    if (this.#moved !== null) this.#moved[set * WAYS + way] = 0;
    this.#setCount(set * WAYS + way, packets);
    this.#doubles[set * SET_DOUBLES + SUMS + way] = bytes;
    const { keyWords } = this;
    if (keyWords === 1) return;
    const to = (set * WAYS + way) * keyWords;
    for (let k = 0; k < keyWords; k += 1) this.#keys[to + k] = words[at + k] as number;
  }

  /** One packet against an entry: 1 when the entry is gone, 0 when it stands. */
  #decayOnce(set: number, way: number, random: number): number {
    const count = this.#words[set * SET_WORDS + PACKETS + way] as number;
    if (count >= DECAY_COUNTS || random >>> 1 >= (DECAY_CHANCES[count] as number)) return 0;
    if (count === 1) return 1;
    this.#shrink(set, way, count);
    return 0;
  }

  /** Many packets of one key against an entry: how many of them are left when it is gone, 0 when it stands. */
  #decayMany(set: number, way: number, packets: number, seed: number): number {
    const rounds = Math.min(packets, FOLD_ROUNDS);
    let random = seed | 1;
    for (let round = 0; round < rounds; round += 1) {
      const count = this.#words[set * SET_WORDS + PACKETS + way] as number;
      if (count >= DECAY_COUNTS) return 0;
      if (round > 0) random = nextRandom(random);
      if (random >>> 1 >= (DECAY_CHANCES[count] as number)) continue;
      if (count === 1) return packets - round;
      this.#shrink(set, way, count);
    }
    return 0;
  }

  /** Takes one packet off an entry; what remains keeps its mean length. */
  #shrink(set: number, way: number, count: number): void {
    this.#words[set * SET_WORDS + PACKETS + way] = count - 1;
    const sumAt = set * SET_DOUBLES + SUMS + way;
    this.#doubles[sumAt] = ((this.#doubles[sumAt] as number) * (count - 1)) / count;
  }

  /** Keeps the 32-bit counters from overflowing, weeks at 1 Mpps included. */
  settle(): void {
    for (let slot = 0; slot < this.capacity; slot += 1) {
      this.#setCount(slot, this.#words[(slot >>> 2) * SET_WORDS + PACKETS + (slot & 3)] as number);
    }
  }

  #setCount(slot: number, count: number): void {
    const countAt = (slot >>> 2) * SET_WORDS + PACKETS + (slot & 3);
    this.#words[countAt] = count < MOVE_AT ? count : PERMANENT;
    if (count < MOVE_AT) return;
    this.#moved ??= new Float64Array(this.capacity);
    this.#moved[slot]! += count - PERMANENT;
  }

  find(words: Int32Array, at: number): number {
    const hash = this.#hash(words, at);
    const set = hash >>> this.#shift;
    const way = this.#wayOf(set, this.keyWords === 1 ? (words[at] as number) : hash, words, at);
    return way < 0 || this.packetsAt(set * WAYS + way) === 0 ? -1 : set * WAYS + way;
  }

  packetsAt(slot: number): number {
    const count = this.#words[(slot >>> 2) * SET_WORDS + PACKETS + (slot & 3)] as number;
    return this.#moved === null ? count : count + (this.#moved[slot] as number);
  }

  bytesAt(slot: number): number {
    return this.#doubles[(slot >>> 2) * SET_DOUBLES + SUMS + (slot & 3)] as number;
  }

  keyAt(slot: number, out: Int32Array, at: number): void {
    if (this.keyWords === 1) out[at] = this.#words[(slot >>> 2) * SET_WORDS + (slot & 3)] as number;
    else for (let i = 0; i < this.keyWords; i += 1) out[at + i] = this.#keys[slot * this.keyWords + i] as number;
  }

  visit(each: (slot: number) => void): void {
    if (this.#touched.isComplete) for (let i = 0; i < this.#touched.count; i += 1) each(this.#touched.at(i));
    else {
      const words = this.#words;
      for (let slot = 0; slot < this.capacity; slot += 1) {
        if ((words[(slot >>> 2) * SET_WORDS + PACKETS + (slot & 3)] as number) > 0) each(slot);
      }
    }
  }

  read(into: TableEntries): void {
    const touched = this.#touched;
    if (touched.isComplete) {
      into.reserve(touched.count);
      for (let i = 0; i < touched.count; i += 1) {
        const slot = touched.at(i);
        into.push(slot, this.packetsAt(slot), this.bytesAt(slot));
      }
      return;
    }
    into.reserve(this.capacity);
    for (let slot = 0; slot < this.capacity; slot += 1) {
      const packets = this.packetsAt(slot);
      if (packets > 0) into.push(slot, packets, this.bytesAt(slot));
    }
  }

  clear(): void {
    const touched = this.#touched;
    if (touched.isComplete) {
      for (let i = 0; i < touched.count; i += 1) {
        const slot = touched.at(i);
        this.#words[(slot >>> 2) * SET_WORDS + PACKETS + (slot & 3)] = 0;
      }
    } else {
      for (let set = 0; set < this.capacity / WAYS; set += 1) {
        for (let way = 0; way < WAYS; way += 1) this.#words[set * SET_WORDS + PACKETS + way] = 0;
      }
    }
    this.#moved = null;
    touched.clear();
  }
}
