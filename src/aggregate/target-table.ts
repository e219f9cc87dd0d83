/**
 * Packets and bytes by target and traffic class over the running tick, in sets of four. Bounded: what finds no place displaces the smallest of its
 * set by decay, so a scan over a /8 cannot push out the one that is being flooded. Tables of hosts hand what they lose, or do not take, to a
 * table of prefixes, so the sum over a prefix is right however many hosts it has. The kernel does the same on the same memory (wasm/targets.ts).
 */
import { addressIn, arrayIn, DECAY_CHANCES, type HotMemory } from '../kernel/hot-memory.js';
import * as Layout from '../kernel/layout.js';
import { hashWords, roll, TICK } from '../sketch/hash.js';

const WAYS = 4;
const KEY_WORDS = Layout.TARGET_KEY_BYTES / 4;
/** Cells a target has, one a class. */
export const CELLS = Layout.TARGET_CLASS_COUNT;
const SET_WORDS = Layout.TARGET_SET_BYTES / 4;
const PACKETS = Layout.TARGET_PACKETS / 4;
/** At this count an entry is no longer displaced. */
const PERMANENT = 64;
const HEADER_WORDS = 8;
const USED_COUNT = Layout.TARGETS_USED_COUNT / 4;
const TICK_AT = Layout.TARGETS_TICK / 4;

export class TargetTable {
  /** Where the kernel finds it; 0 when it cannot. */
  readonly address: number;
  /** Version and four address words a target. */
  readonly keys: Int32Array;
  /** Pairs of packets and bytes by target and class. */
  readonly classSums: Float64Array;
  readonly #header: Int32Array;
  /** Four tags, then four packet counts a set. */
  readonly #sets: Int32Array;
  /** Targets counted in the tick. */
  readonly #used: Int32Array;
  readonly #key = new Int32Array(KEY_WORDS);

  /** `shift`: upper bits of the hash that pick the set, 2^(32 - shift) sets. `rest`: of hosts, null of prefixes. */
  constructor(
    readonly shift: number,
    readonly seed: number,
    memory: HotMemory | null,
    readonly rest: TargetTable | null,
  ) {
    const sets = 2 ** (32 - shift);
    const targets = sets * WAYS;
    this.#header = arrayIn(memory, Int32Array, HEADER_WORDS);
    this.#sets = arrayIn(memory, Int32Array, sets * SET_WORDS);
    this.keys = arrayIn(memory, Int32Array, targets * KEY_WORDS);
    this.classSums = arrayIn(memory, Float64Array, targets * CELLS * 2);
    this.#used = arrayIn(memory, Int32Array, targets);
    const parts = [this.#sets, this.keys, this.classSums, this.#used, this.#header];
    const isReached = parts.every((part) => addressIn(memory, part) !== 0) && rest?.address !== 0;
    this.address = isReached ? addressIn(memory, this.#header) : 0;
    this.#header[Layout.TARGETS_SETS / 4] = addressIn(memory, this.#sets);
    this.#header[Layout.TARGETS_KEYS / 4] = addressIn(memory, this.keys);
    this.#header[Layout.TARGETS_CLASSES / 4] = addressIn(memory, this.classSums);
    this.#header[Layout.TARGETS_USED / 4] = addressIn(memory, this.#used);
    this.#header[Layout.TARGETS_SEED / 4] = seed;
    this.#header[Layout.TARGETS_REST / 4] = rest?.address ?? 0;
    this.#header[TICK_AT] = seed;
  }

  /** Counts a run of packets of one class to one target: four words from `words[from]`. */
  add(
    version: number,
    words: ArrayLike<number>,
    from: number,
    trafficClass: number,
    packets: number,
    bytes: number,
  ): void {
    const key = this.#key;
    key[0] = version;
    for (let i = 0; i < 4; i += 1) key[i + 1] = words[from + i] as number;
    if (this.rest === null) maskKey(key);
    const target = this.#targetOf();
    if (target < 0) {
      this.rest?.add(version, words, from, trafficClass, packets, bytes);
      return;
    }
    this.#sets[countAt(target)]! += packets;
    const cell = (target * CELLS + trafficClass) * 2;
    this.classSums[cell]! += packets;
    this.classSums[cell + 1]! += bytes;
  }

  #targetOf(): number {
    this.#header[TICK_AT] = (this.#header[TICK_AT] as number) + TICK;
    const hash = hashWords(this.#key, 0, KEY_WORDS, this.seed);
    const first = (hash >>> this.shift) * WAYS;
    let least = first;
    for (let target = first; target < first + WAYS; target += 1) {
      const count = this.#sets[countAt(target)] as number;
      if (count > 0 && this.#sets[tagAt(target)] === hash && this.#isKey(target)) return target;
      if (count < (this.#sets[countAt(least)] as number)) least = target;
    }
    return this.#claim(least, hash);
  }

  #isKey(target: number): boolean {
    const at = target * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i += 1) if (this.keys[at + i] !== this.#key[i]) return false;
    return true;
  }

  /** The target for the key, when it is empty or loses; -1 when it stands. */
  #claim(target: number, hash: number): number {
    const packets = this.packetsOf(target);
    if (packets === 0) {
      this.#used[this.#header[USED_COUNT] as number] = target;
      this.#header[USED_COUNT]! += 1;
    } else {
      const random = roll(hash, this.#header[TICK_AT] as number);
      if (packets >= PERMANENT || random >>> 1 >= (DECAY_CHANCES[packets] as number)) return -1;
      this.#displace(target, packets);
    }
    this.#sets[tagAt(target)] = hash;
    this.keys.set(this.#key, target * KEY_WORDS);
    return target;
  }

  /** Empties a target; what a host had is counted for its prefix. Its cells hold `packets` in all, which are few. */
  #displace(target: number, packets: number): void {
    this.#sets[countAt(target)] = 0;
    const at = target * KEY_WORDS;
    let left = packets;
    for (let i = 0; left > 0 && i < CELLS; i += 1) {
      const cell = (target * CELLS + i) * 2;
      const held = this.classSums[cell] as number;
      if (held === 0) continue;
      left -= held;
      this.rest?.add(this.keys[at] as number, this.keys, at + 1, i, held, this.classSums[cell + 1] as number);
      this.classSums[cell] = 0;
      this.classSums[cell + 1] = 0;
    }
  }

  /** Targets counted in the tick. Lent until `clear`. */
  used(): Int32Array {
    return this.#used.subarray(0, this.#header[USED_COUNT]);
  }

  packetsOf(target: number): number {
    return this.#sets[countAt(target)] as number;
  }

  /** The tick is over. */
  clear(): void {
    for (const target of this.used()) {
      this.#sets[countAt(target)] = 0;
      this.classSums.fill(0, target * CELLS * 2, (target + 1) * CELLS * 2);
    }
    this.#header[USED_COUNT] = 0;
  }
}

/** /24 and /48: the smallest prefixes that are announced on their own. */
function maskKey(key: Int32Array): void {
  if (key[0] === 4) {
    key[4] = (key[4] as number) & Layout.TARGETS_REST_MASK_V4;
    return;
  }
  key[2] = (key[2] as number) & Layout.TARGETS_REST_MASK_V6;
  key[3] = 0;
  key[4] = 0;
}

function tagAt(target: number): number {
  return (target >> 2) * SET_WORDS + (target & 3);
}

function countAt(target: number): number {
  return tagAt(target) + PACKETS;
}
