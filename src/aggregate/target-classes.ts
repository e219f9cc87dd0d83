/**
 * Per-target counts by traffic class over the running half second. Bounded: targets beyond the table displace the
 * smallest of their set by decay, so a scan over a /8 cannot push out the one that is being flooded.
 */
import { formatAddress } from '../format/address.js';
import { addressIn, arrayIn, DECAY_CHANCES, type HotMemory } from '../kernel/hot-memory.js';
import * as Layout from '../kernel/layout.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import { hashWords, nextRandom } from '../sketch/hash.js';
import { TopSelector } from '../sketch/select-top.js';

const WAYS = 4;
/** 256 sets × 4 ways × 72 cells × 16 B = 1.2 MB. */
const SETS = 256;
const TARGETS = SETS * WAYS;
/** Targets handed to the detector when a slot closes: those with most packets, and with most bytes. */
const REPORTED = 64;
const KEY_WORDS = Layout.TARGET_KEY_BYTES / 4;
/** Cells a target has, one a class. */
const CELLS = Layout.TARGET_CLASS_COUNT;
/** At this count an entry is no longer displaced. */
const PERMANENT = 64;
const HEADER_WORDS = 8;
const USED_COUNT = Layout.TARGETS_USED_COUNT / 4;
const RANDOM = Layout.TARGETS_RANDOM / 4;
/** Target of the packet before: runs of one target are the rule under attack. -1: none. */
const LAST = Layout.TARGETS_LAST / 4;

export class TargetClasses {
  /** Where the kernel finds it; 0 when it cannot. */
  readonly address: number;
  readonly #header: Int32Array;
  /** Version and four address words a target. */
  readonly #keys: Int32Array;
  /** Pairs of packets and bytes: of each target, and of each of its classes. */
  readonly #sums: Float64Array;
  readonly #classSums: Float64Array;
  readonly #used: Int32Array;
  readonly #byPackets = new TopSelector(REPORTED);
  readonly #byBytes = new TopSelector(REPORTED);
  readonly #key = new Int32Array(KEY_WORDS);

  constructor(
    readonly seed: number,
    memory: HotMemory | null = null,
  ) {
    this.#header = arrayIn(memory, Int32Array, HEADER_WORDS);
    this.#keys = arrayIn(memory, Int32Array, TARGETS * KEY_WORDS);
    this.#sums = arrayIn(memory, Float64Array, TARGETS * 2);
    this.#classSums = arrayIn(memory, Float64Array, TARGETS * CELLS * 2);
    this.#used = arrayIn(memory, Int32Array, TARGETS);
    const parts = [this.#keys, this.#sums, this.#classSums, this.#used, this.#header];
    this.address = parts.every((part) => addressIn(memory, part) !== 0) ? addressIn(memory, this.#header) : 0;
    this.#header[Layout.TARGETS_KEYS / 4] = addressIn(memory, this.#keys);
    this.#header[Layout.TARGETS_SUMS / 4] = addressIn(memory, this.#sums);
    this.#header[Layout.TARGETS_CLASSES / 4] = addressIn(memory, this.#classSums);
    this.#header[Layout.TARGETS_USED / 4] = addressIn(memory, this.#used);
    this.#header[Layout.TARGETS_SEED / 4] = seed;
    this.#header[RANDOM] = seed | 1;
    this.#header[LAST] = -1;
  }

  /** Once per run of packets of one class to one target. `dst`: rows × 4 words. */
  add(version: number, dst: Int32Array, row: number, trafficClass: number, packets: number, bytes: number): void {
    const target = this.#targetOf(version, dst, row * 4);
    if (target < 0) return;
    this.#sums[target * 2]! += packets;
    this.#sums[target * 2 + 1]! += bytes;
    const cell = (target * CELLS + trafficClass) * 2;
    this.#classSums[cell]! += packets;
    this.#classSums[cell + 1]! += bytes;
  }

  #targetOf(version: number, dst: Int32Array, from: number): number {
    const last = this.#header[LAST] as number;
    if (last >= 0 && this.#isKey(last, version, dst, from)) return last;
    const key = this.#key;
    key[0] = version;
    for (let i = 0; i < 4; i += 1) key[i + 1] = version === 4 && i < 3 ? 0 : (dst[from + i] as number);
    const first = (hashWords(key, 0, KEY_WORDS, this.seed) >>> 24) * WAYS;
    let least = first;
    for (let target = first; target < first + WAYS; target += 1) {
      if (this.#sums[target * 2] === 0) return this.#claim(target, true);
      if (this.#isKey(target, version, dst, from)) {
        this.#header[LAST] = target;
        return target;
      }
      if ((this.#sums[target * 2] as number) < (this.#sums[least * 2] as number)) least = target;
    }
    const random = nextRandom(this.#header[RANDOM] as number);
    this.#header[RANDOM] = random;
    const count = this.#sums[least * 2] as number;
    if (count >= PERMANENT || random >>> 1 >= (DECAY_CHANCES[count] as number)) return -1;
    this.#clearTarget(least);
    return this.#claim(least, false);
  }

  #isKey(target: number, version: number, dst: Int32Array, from: number): boolean {
    const at = target * KEY_WORDS;
    const keys = this.#keys;
    if (keys[at] !== version || keys[at + 4] !== dst[from + 3]) return false;
    return (
      version === 4 || (keys[at + 1] === dst[from] && keys[at + 2] === dst[from + 1] && keys[at + 3] === dst[from + 2])
    );
  }

  #claim(target: number, isNew: boolean): number {
    this.#keys.set(this.#key, target * KEY_WORDS);
    if (isNew) {
      this.#used[this.#header[USED_COUNT] as number] = target;
      this.#header[USED_COUNT]! += 1;
    }
    this.#header[LAST] = target;
    return target;
  }

  #clearTarget(target: number): void {
    this.#sums.fill(0, target * 2, target * 2 + 2);
    this.#classSums.fill(0, target * CELLS * 2, (target + 1) * CELLS * 2);
  }

  /** The largest targets of the slot, as plain data; the table is empty afterwards. */
  close(): TargetSlot[] {
    const byPackets = this.#byPackets;
    const byBytes = this.#byBytes;
    const used = this.#used.subarray(0, this.#header[USED_COUNT]);
    byPackets.clear();
    byBytes.clear();
    for (const target of used) {
      byPackets.offer(target, this.#sums[target * 2] as number);
      byBytes.offer(target, this.#sums[target * 2 + 1] as number);
    }
    const slots = [...new Set([...byPackets.slots(), ...byBytes.slots()])].map((target) => this.#slotOf(target));
    for (const target of used) this.#clearTarget(target);
    this.#header[USED_COUNT] = 0;
    this.#header[LAST] = -1;
    return slots;
  }

  #slotOf(target: number): TargetSlot {
    const key = this.#keys.subarray(target * KEY_WORDS, (target + 1) * KEY_WORDS);
    const [version, w0, w1, w2, w3] = key as unknown as [4 | 6, number, number, number, number];
    const sums = this.#classSums;
    const cells = (part: number) =>
      Array.from({ length: CLASS_COUNT }, (_, i) => sums[(target * CELLS + i) * 2 + part] as number);
    return {
      target: formatAddress(version, w0, w1, w2, w3),
      version,
      words: version === 4 ? Int32Array.of(0, 0, 0xffff, w3) : Int32Array.of(w0, w1, w2, w3),
      packets: this.#sums[target * 2] as number,
      bytes: this.#sums[target * 2 + 1] as number,
      classPackets: cells(0),
      classBytes: cells(1),
    };
  }
}
