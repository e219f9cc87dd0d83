/**
 * Per-target counts by traffic class over the running half second. Bounded: targets beyond the table displace the
 * smallest of their set by decay, so a scan over a /8 cannot push out the one that is being flooded.
 */
import { formatAddress } from '../format/address.js';
import { addressIn, arrayIn, DECAY_CHANCES, type HotMemory } from '../kernel/hot-memory.js';
import * as Layout from '../kernel/layout.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import { hashWords, roll, TICK } from '../sketch/hash.js';
import { TopSelector } from '../sketch/select-top.js';

const WAYS = 4;
/** 256 sets × 4 ways × 72 cells × 16 B = 1.2 MB. */
const SETS = 256;
const TARGETS = SETS * WAYS;
/** Upper bits of the hash that pick the set. */
const SET_SHIFT = 24;
/** Targets handed to the detector when a slot closes: those with most packets, and with most bytes. */
const REPORTED = 64;
const KEY_WORDS = Layout.TARGET_KEY_BYTES / 4;
/** Cells a target has, one a class. */
const CELLS = Layout.TARGET_CLASS_COUNT;
const SET_WORDS = Layout.TARGET_SET_BYTES / 4;
const PACKETS = Layout.TARGET_PACKETS / 4;
/** At this count an entry is no longer displaced. */
const PERMANENT = 64;
const HEADER_WORDS = 8;
const USED_COUNT = Layout.TARGETS_USED_COUNT / 4;
const TICK_AT = Layout.TARGETS_TICK / 4;

export class TargetClasses {
  /** Where the kernel finds it; 0 when it cannot. */
  readonly address: number;
  readonly #header: Int32Array;
  /** Four tags, then four packet counts a set. */
  readonly #sets: Int32Array;
  /** Version and four address words a target. */
  readonly #keys: Int32Array;
  /** Pairs of packets and bytes by target and class. */
  readonly #classSums: Float64Array;
  /** Targets counted in the slot. */
  readonly #used: Int32Array;
  readonly #byPackets = new TopSelector(REPORTED);
  readonly #byBytes = new TopSelector(REPORTED);
  readonly #key = new Int32Array(KEY_WORDS);

  constructor(
    readonly seed: number,
    memory: HotMemory | null = null,
  ) {
    this.#header = arrayIn(memory, Int32Array, HEADER_WORDS);
    this.#sets = arrayIn(memory, Int32Array, SETS * SET_WORDS);
    this.#keys = arrayIn(memory, Int32Array, TARGETS * KEY_WORDS);
    this.#classSums = arrayIn(memory, Float64Array, TARGETS * CELLS * 2);
    this.#used = arrayIn(memory, Int32Array, TARGETS);
    const parts = [this.#sets, this.#keys, this.#classSums, this.#used, this.#header];
    this.address = parts.every((part) => addressIn(memory, part) !== 0) ? addressIn(memory, this.#header) : 0;
    this.#header[Layout.TARGETS_SETS / 4] = addressIn(memory, this.#sets);
    this.#header[Layout.TARGETS_KEYS / 4] = addressIn(memory, this.#keys);
    this.#header[Layout.TARGETS_CLASSES / 4] = addressIn(memory, this.#classSums);
    this.#header[Layout.TARGETS_USED / 4] = addressIn(memory, this.#used);
    this.#header[Layout.TARGETS_SEED / 4] = seed;
    this.#header[TICK_AT] = seed;
  }

  /** Counts a run of packets of one class to one target. `dst`: rows × 4 words. The kernel does the same for a list of rows. */
  add(version: number, dst: Int32Array, row: number, trafficClass: number, packets: number, bytes: number): void {
    const target = this.#targetOf(version, dst, row * 4);
    if (target < 0) return;
    this.#sets[countAt(target)]! += packets;
    const cell = (target * CELLS + trafficClass) * 2;
    this.#classSums[cell]! += packets;
    this.#classSums[cell + 1]! += bytes;
  }

  #targetOf(version: number, dst: Int32Array, from: number): number {
    const key = this.#key;
    key[0] = version;
    for (let i = 0; i < 4; i += 1) key[i + 1] = dst[from + i] as number;
    this.#header[TICK_AT] = (this.#header[TICK_AT] as number) + TICK;
    const hash = hashWords(key, 0, KEY_WORDS, this.seed);
    const first = (hash >>> SET_SHIFT) * WAYS;
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
    for (let i = 0; i < KEY_WORDS; i += 1) if (this.#keys[at + i] !== this.#key[i]) return false;
    return true;
  }

  /** The target for the key, when it is empty or loses; -1 when it stands. */
  #claim(target: number, hash: number): number {
    const packets = this.#sets[countAt(target)] as number;
    if (packets === 0) {
      this.#used[this.#header[USED_COUNT] as number] = target;
      this.#header[USED_COUNT]! += 1;
    } else {
      const random = roll(hash, this.#header[TICK_AT] as number);
      if (packets >= PERMANENT || random >>> 1 >= (DECAY_CHANCES[packets] as number)) return -1;
      this.#clearTarget(target);
    }
    this.#sets[tagAt(target)] = hash;
    this.#keys.set(this.#key, target * KEY_WORDS);
    return target;
  }

  #clearTarget(target: number): void {
    this.#sets[countAt(target)] = 0;
    this.#classSums.fill(0, target * CELLS * 2, (target + 1) * CELLS * 2);
  }

  /** The largest targets of the slot, as plain data; the table is empty afterwards. Each packet counted stands for `scale` packets. */
  close(scale = 1): TargetSlot[] {
    const byPackets = this.#byPackets;
    const byBytes = this.#byBytes;
    const used = this.#used.subarray(0, this.#header[USED_COUNT]);
    byPackets.clear();
    byBytes.clear();
    for (const target of used) {
      byPackets.offer(target, this.#sets[countAt(target)] as number);
      byBytes.offer(target, this.#bytesOf(target));
    }
    const slots = [...new Set([...byPackets.slots(), ...byBytes.slots()])].map((target) => this.#slotOf(target, scale));
    for (const target of used) this.#clearTarget(target);
    this.#header[USED_COUNT] = 0;
    return slots;
  }

  #bytesOf(target: number): number {
    let bytes = 0;
    for (let cell = target * CELLS; cell < (target + 1) * CELLS; cell += 1) {
      bytes += this.#classSums[cell * 2 + 1] as number;
    }
    return bytes;
  }

  #slotOf(target: number, scale: number): TargetSlot {
    const key = this.#keys.subarray(target * KEY_WORDS, (target + 1) * KEY_WORDS);
    const [version, w0, w1, w2, w3] = key as unknown as [4 | 6, number, number, number, number];
    const sums = this.#classSums;
    const cells = (part: number) =>
      Array.from({ length: CLASS_COUNT }, (_, i) => (sums[(target * CELLS + i) * 2 + part] as number) * scale);
    return {
      target: formatAddress(version, w0, w1, w2, w3),
      version,
      words: Int32Array.of(w0, w1, w2, w3),
      sampleRate: scale,
      packets: (this.#sets[countAt(target)] as number) * scale,
      bytes: this.#bytesOf(target) * scale,
      classPackets: cells(0),
      classBytes: cells(1),
    };
  }
}

function tagAt(target: number): number {
  return (target >> 2) * SET_WORDS + (target & 3);
}

function countAt(target: number): number {
  return tagAt(target) + PACKETS;
}
