/**
 * Bounded heavy hitters over keys of one word or more: 4-way sets, the smallest entry of a full set decays with
 * probability 1.08^-packets and is replaced at zero (HeavyKeeper, Gong et al., USENIX ATC 2018).
 * Unlike Space-Saving, a flood of random keys neither inherits counts nor evicts what is heavy. Counts never exceed the
 * truth. An entry is 16 bytes [tag | packets | bytes], so a set is one cache line; keys of more than one word lie beside
 * it and are compared in full on every hit: two keys are never shown as one.
 */
import { hashFourWords, hashWords, mix32, nextRandom } from './hash.js';
import type { KeyTable } from './key-table.js';
import { TouchedList } from './touched-list.js';

const WAYS = 4;
/** 32-bit words an entry has. */
const ENTRY = 4;
const PACKETS = 1;
const DECAY_BASE = 1.08;
/** At this count the decay probability is below 2^-24: the entry has become permanent. */
const DECAY_TABLE = 220;
/** Chance of decay at each count, as a threshold on 31 random bits. */
const DECAY_CHANCE = Int32Array.from({ length: DECAY_TABLE }, (_, count) =>
  Math.min(0x7fffffff, Math.floor(DECAY_BASE ** -count * 0x80000000)),
);
/** Rounds of decay tried when many packets of one key arrive at once. */
const FOLD_ROUNDS = 512;
/** A count of 2^30 moves into `#moved`, so that weeks at 1 Mpps do not overflow 32 bits. */
const MOVE_AT = 2 ** 30;

export class DecayTable implements KeyTable {
  readonly capacity: number;
  /** 4 words a slot: tag, packets, and bytes as a double. */
  readonly #words: Int32Array;
  /** The same memory; bytes of slot s are at 2 s + 1. */
  readonly #doubles: Float64Array;
  /** capacity × keyWords, row-major; empty for one-word keys (the tag is the key). */
  readonly #keys: Int32Array;
  readonly #shift: number;
  /** Packets of a slot beyond what its 32-bit counter holds; allocated when the first counter is that full. */
  #moved: Float64Array | null = null;
  readonly #touched = new TouchedList();
  #random: number;

  /** `sets` is a power of two; memory = sets × (64 + 16 × keyWords when above 1) bytes. */
  constructor(
    sets: number,
    readonly keyWords: number,
    readonly seed: number,
  ) {
    if (sets < 2 || (sets & (sets - 1)) !== 0)
      throw new RangeError(`DecayTable: expected a power of two, got ${sets}.`);
    this.capacity = sets * WAYS;
    const buffer = new ArrayBuffer(this.capacity * ENTRY * 4);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#keys = new Int32Array(keyWords > 1 ? this.capacity * keyWords : 0);
    this.#shift = 32 - Math.log2(sets);
    this.#random = seed | 1;
  }

  addMany(words: Int32Array, at: number, packets: number, bytes: number): void {
    const hash =
      this.keyWords === 1 ? mix32((words[at] as number) ^ this.seed) : hashWords(words, at, this.keyWords, this.seed);
    this.#addHashed(hash, words, at, packets, bytes);
  }

  addRows(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    const { keyWords, seed } = this;
    if (keyWords === 1) this.#addWords(keys, bytes, count, packets);
    else if (keyWords === 4) {
      for (let i = 0; i < count; i += 1) {
        this.#addHashed(hashFourWords(keys, i * 4, seed), keys, i * 4, packets, bytes[i] as number);
      }
    } else {
      for (let i = 0; i < count; i += 1) {
        const at = i * keyWords;
        this.#addHashed(hashWords(keys, at, keyWords, seed), keys, at, packets, bytes[i] as number);
      }
    }
  }

  /**
   * One-word keys, everything in one loop: 17 ns a random key against 26 with a call per key (p10 of 4000 rounds, each
   * alone on a Xeon with 2 MiB of L2). Runs of one key are added at once: one target under attack is one run.
   */
  #addWords(keys: Int32Array, bytes: Float64Array, count: number, packets: number): void {
    const entries = this.#words;
    const doubles = this.#doubles;
    const { seed } = this;
    const shift = this.#shift;
    let random = this.#random;
    for (let i = 0; i < count; ) {
      const key = keys[i] as number;
      const from = i;
      let sum = bytes[i] as number;
      for (i += 1; i < count && keys[i] === key; i += 1) sum += bytes[i] as number;
      const added = packets * (i - from);
      const set = (mix32(key ^ seed) >>> shift) * (WAYS * ENTRY);
      const count0 = entries[set + PACKETS] as number;
      const count1 = entries[set + ENTRY + PACKETS] as number;
      const count2 = entries[set + 2 * ENTRY + PACKETS] as number;
      const count3 = entries[set + 3 * ENTRY + PACKETS] as number;
      let at = -1;
      if (entries[set] === key && count0 !== 0) at = set;
      else if (entries[set + ENTRY] === key && count1 !== 0) at = set + ENTRY;
      else if (entries[set + 2 * ENTRY] === key && count2 !== 0) at = set + 2 * ENTRY;
      else if (entries[set + 3 * ENTRY] === key && count3 !== 0) at = set + 3 * ENTRY;
      if (at >= 0) {
        const total = (entries[at + PACKETS] as number) + added;
        if (total >= MOVE_AT) this.#move(at, total);
        else entries[at + PACKETS] = total;
        doubles[(at >>> 1) + 1]! += sum;
        continue;
      }
      // The smallest of four without a branch: which it is nobody can predict under a flood of random keys.
      let least = count0;
      let less = (count1 - least) >> 31;
      least += (count1 - least) & less;
      let way = less & ENTRY;
      less = (count2 - least) >> 31;
      least += (count2 - least) & less;
      way = (way & ~less) | (less & (2 * ENTRY));
      less = (count3 - least) >> 31;
      least += (count3 - least) & less;
      way = (way & ~less) | (less & (3 * ENTRY));
      at = set + way;
      if (least === 0) {
        this.#touched.push(at >>> 2);
        this.#claim(at, key, keys, from, added, sum);
      } else if (added > 1) {
        this.#random = random;
        this.#decayMany(at, key, keys, from, added, sum);
        random = this.#random;
      } else if (least < DECAY_TABLE) {
        random = nextRandom(random);
        if (random >>> 1 >= (DECAY_CHANCE[least] as number)) continue;
        if (least === 1) entries[at] = key;
        else entries[at + PACKETS] = least - 1;
        // A replaced key brings its own bytes; what decays keeps its mean length.
        doubles[(at >>> 1) + 1] = least === 1 ? sum : ((doubles[(at >>> 1) + 1] as number) * (least - 1)) / least;
      }
    }
    this.#random = random;
  }

  /** `hash` picks the set by its upper bits; the tag of a one-word key is the key, of others the hash. */
  #addHashed(hash: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    const entries = this.#words;
    const tag = this.keyWords === 1 ? (words[at] as number) : hash;
    const first = (hash >>> this.#shift) * (WAYS * ENTRY);
    for (let i = first; i < first + WAYS * ENTRY; i += ENTRY) {
      if (entries[i] !== tag) continue;
      const count = entries[i + PACKETS] as number;
      if (count === 0 || !this.#isKey(i >>> 2, words, at)) continue;
      if (count + packets >= MOVE_AT) this.#move(i, count + packets);
      else entries[i + PACKETS] = count + packets;
      this.#doubles[(i >>> 1) + 1]! += bytes;
      return;
    }
    this.#miss(first, tag, words, at, packets, bytes);
  }

  #move(i: number, count: number): void {
    this.#moved ??= new Float64Array(this.capacity);
    // Leaves a count that can no longer decay, so the slot keeps its key for good.
    this.#moved[i >>> 2]! += count - DECAY_TABLE;
    this.#words[i + PACKETS] = DECAY_TABLE;
  }

  #isKey(slot: number, words: Int32Array, at: number): boolean {
    const { keyWords } = this;
    if (keyWords === 1) return true;
    const keys = this.#keys;
    const from = slot * keyWords;
    for (let i = 0; i < keyWords; i += 1) if (keys[from + i] !== words[at + i]) return false;
    return true;
  }

  #claim(i: number, tag: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    this.#words[i] = tag;
    if (packets >= MOVE_AT) this.#move(i, packets);
    else this.#words[i + PACKETS] = packets;
    this.#doubles[(i >>> 1) + 1] = bytes;
    const { keyWords } = this;
    if (keyWords === 1) return;
    const to = (i >>> 2) * keyWords;
    for (let k = 0; k < keyWords; k += 1) this.#keys[to + k] = words[at + k] as number;
  }

  /** A key that its set does not hold: takes an empty way, or tries the smallest entry. */
  #miss(first: number, tag: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    const entries = this.#words;
    let least = first;
    let leastCount = entries[first + PACKETS] as number;
    for (let i = first + ENTRY; i < first + WAYS * ENTRY; i += ENTRY) {
      const count = entries[i + PACKETS] as number;
      if (count < leastCount) {
        leastCount = count;
        least = i;
      }
    }
    if (leastCount === 0) {
      this.#touched.push(least >>> 2);
      this.#claim(least, tag, words, at, packets, bytes);
    } else if (packets > 1) this.#decayMany(least, tag, words, at, packets, bytes);
    else this.#decayOnce(least, leastCount, tag, words, at, bytes);
  }

  /** One packet of a key that is not held, against the smallest entry of its set. */
  #decayOnce(i: number, count: number, tag: number, words: Int32Array, at: number, bytes: number): void {
    if (count >= DECAY_TABLE) return;
    this.#random = nextRandom(this.#random);
    if (this.#random >>> 1 >= (DECAY_CHANCE[count] as number)) return;
    if (count === 1) this.#claim(i, tag, words, at, 1, bytes);
    else {
      this.#words[i + PACKETS] = count - 1;
      // Keep the mean length of what remains.
      this.#doubles[(i >>> 1) + 1]! *= (count - 1) / count;
    }
  }

  #decayMany(i: number, tag: number, words: Int32Array, at: number, packets: number, bytes: number): void {
    const rounds = Math.min(packets, FOLD_ROUNDS);
    for (let round = 0; round < rounds; round += 1) {
      const count = this.#words[i + PACKETS] as number;
      if (count >= DECAY_TABLE) return;
      this.#random = nextRandom(this.#random);
      if (this.#random >>> 1 >= (DECAY_CHANCE[count] as number)) continue;
      if (count === 1) {
        const left = packets - round;
        this.#claim(i, tag, words, at, left, (bytes * left) / packets);
        return;
      }
      this.#words[i + PACKETS] = count - 1;
      this.#doubles[(i >>> 1) + 1]! *= (count - 1) / count;
    }
  }

  find(words: Int32Array, at: number): number {
    const isWord = this.keyWords === 1;
    const hash = isWord ? mix32((words[at] as number) ^ this.seed) : hashWords(words, at, this.keyWords, this.seed);
    const tag = isWord ? (words[at] as number) : hash;
    const first = (hash >>> this.#shift) * WAYS;
    for (let slot = first; slot < first + WAYS; slot += 1) {
      if (this.#words[slot * ENTRY] !== tag || this.packetsAt(slot) === 0) continue;
      if (this.#isKey(slot, words, at)) return slot;
    }
    return -1;
  }

  packetsAt(slot: number): number {
    const count = this.#words[slot * ENTRY + PACKETS] as number;
    return this.#moved === null ? count : count + (this.#moved[slot] as number);
  }

  bytesAt(slot: number): number {
    return this.#doubles[slot * 2 + 1] as number;
  }

  keyAt(slot: number, out: Int32Array, at: number): void {
    if (this.keyWords === 1) out[at] = this.#words[slot * ENTRY] as number;
    else for (let i = 0; i < this.keyWords; i += 1) out[at + i] = this.#keys[slot * this.keyWords + i] as number;
  }

  visit(each: (slot: number) => void): void {
    if (this.#touched.isComplete) for (let i = 0; i < this.#touched.count; i += 1) each(this.#touched.at(i));
    else for (let slot = 0; slot < this.capacity; slot += 1) if (this.packetsAt(slot) > 0) each(slot);
  }

  clear(): void {
    const touched = this.#touched;
    if (touched.isComplete) {
      for (let i = 0; i < touched.count; i += 1) this.#words[touched.at(i) * ENTRY + PACKETS] = 0;
    } else this.#words.fill(0);
    this.#moved = null;
    touched.clear();
  }
}
