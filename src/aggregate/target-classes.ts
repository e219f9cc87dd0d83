/**
 * Per-target counts by traffic class over the running half second. Bounded: targets beyond the table displace the
 * smallest of their set by decay, so a scan over a /8 cannot push out the one that is being flooded.
 */
import { formatAddress } from '../format/address.js';
import type { TargetSlot } from '../records/target-slot.js';
import { CLASS_COUNT } from '../records/traffic-class.js';
import { hashWords, nextRandom } from '../sketch/hash.js';
import { TopSelector } from '../sketch/select-top.js';

const WAYS = 4;
/** 256 sets × 4 ways × 66 classes × 16 B = 1.1 MB. */
const SETS = 256;
const TARGETS = SETS * WAYS;
/** Targets handed to the detector when a slot closes: those with most packets, and with most bytes. */
const REPORTED = 64;
const KEY_WORDS = 5;

export class TargetClasses {
  /** version and four address words a row. */
  readonly #keys = new Int32Array(TARGETS * KEY_WORDS);
  readonly #packets = new Float64Array(TARGETS);
  readonly #bytes = new Float64Array(TARGETS);
  readonly #classPackets = new Float64Array(TARGETS * CLASS_COUNT);
  readonly #classBytes = new Float64Array(TARGETS * CLASS_COUNT);
  readonly #used = new Int32Array(TARGETS);
  #usedCount = 0;
  readonly #byPackets = new TopSelector(REPORTED);
  readonly #byBytes = new TopSelector(REPORTED);
  readonly #key = new Int32Array(KEY_WORDS);
  #random: number;
  /** Row of the packet before: runs of one target are the rule under attack. */
  #lastRow = -1;

  constructor(readonly seed: number) {
    this.#random = seed | 1;
  }

  /** Hot path, once per run of packets of one class to one target. `dst`: rows × 4 words. */
  add(version: number, dst: Int32Array, row: number, trafficClass: number, packets: number, bytes: number): void {
    const at = this.#rowOf(version, dst, row * 4);
    if (at < 0) return;
    this.#packets[at]! += packets;
    this.#bytes[at]! += bytes;
    const cell = at * CLASS_COUNT + trafficClass;
    this.#classPackets[cell]! += packets;
    this.#classBytes[cell]! += bytes;
  }

  #rowOf(version: number, dst: Int32Array, from: number): number {
    const last = this.#lastRow;
    if (last >= 0 && this.#isKey(last, version, dst, from)) return last;
    const key = this.#key;
    key[0] = version;
    for (let i = 0; i < 4; i += 1) key[i + 1] = version === 4 && i < 3 ? 0 : (dst[from + i] as number);
    const first = (hashWords(key, 0, KEY_WORDS, this.seed) >>> 24) * WAYS;
    let least = first;
    for (let row = first; row < first + WAYS; row += 1) {
      if (this.#packets[row] === 0) return this.#claim(row);
      if (this.#isKey(row, version, dst, from)) {
        this.#lastRow = row;
        return row;
      }
      if ((this.#packets[row] as number) < (this.#packets[least] as number)) least = row;
    }
    this.#random = nextRandom(this.#random);
    const count = this.#packets[least] as number;
    if (count < 64 && (this.#random >>> 0) / 2 ** 32 < 1.08 ** -count) {
      this.#clearRow(least);
      return this.#claim(least, false);
    }
    return -1;
  }

  #isKey(row: number, version: number, dst: Int32Array, from: number): boolean {
    const at = row * KEY_WORDS;
    const keys = this.#keys;
    if (keys[at] !== version || keys[at + 4] !== dst[from + 3]) return false;
    return (
      version === 4 || (keys[at + 1] === dst[from] && keys[at + 2] === dst[from + 1] && keys[at + 3] === dst[from + 2])
    );
  }

  #claim(row: number, isNew = true): number {
    this.#keys.set(this.#key, row * KEY_WORDS);
    if (isNew) {
      this.#used[this.#usedCount] = row;
      this.#usedCount += 1;
    }
    this.#lastRow = row;
    return row;
  }

  #clearRow(row: number): void {
    this.#packets[row] = 0;
    this.#bytes[row] = 0;
    this.#classPackets.fill(0, row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
    this.#classBytes.fill(0, row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
  }

  /** The largest targets of the slot, as plain data; the table is empty afterwards. */
  close(): TargetSlot[] {
    const byPackets = this.#byPackets;
    const byBytes = this.#byBytes;
    byPackets.clear();
    byBytes.clear();
    for (let i = 0; i < this.#usedCount; i += 1) {
      const row = this.#used[i] as number;
      byPackets.offer(row, this.#packets[row] as number);
      byBytes.offer(row, this.#bytes[row] as number);
    }
    const slots = [...new Set([...byPackets.slots(), ...byBytes.slots()])].map((row) => this.#slotOf(row));
    for (let i = 0; i < this.#usedCount; i += 1) this.#clearRow(this.#used[i] as number);
    this.#usedCount = 0;
    this.#lastRow = -1;
    return slots;
  }

  #slotOf(row: number): TargetSlot {
    const key = this.#keys.subarray(row * KEY_WORDS, (row + 1) * KEY_WORDS);
    const [version, w0, w1, w2, w3] = key as unknown as [4 | 6, number, number, number, number];
    return {
      target: formatAddress(version, w0, w1, w2, w3),
      version,
      words: version === 4 ? Int32Array.of(0, 0, 0xffff, w3) : Int32Array.of(w0, w1, w2, w3),
      packets: this.#packets[row] as number,
      bytes: this.#bytes[row] as number,
      classPackets: Array.from(this.#classPackets.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT)),
      classBytes: Array.from(this.#classBytes.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT)),
    };
  }
}
