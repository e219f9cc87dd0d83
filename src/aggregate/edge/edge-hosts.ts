/** The 128 bits that stand for a host in sampled rows, where a packet has its target's address: two keyed hashes of its name. */
import { hashText, textKeys } from '../../sketch/text-hash.js';
import { equals } from './edge-texts.js';

export const HOST_WORDS = 4;
/** Hosts remembered with their hashes: a power of two. */
const SLOTS = 64;
/** RFC 1035 §2.3.4; longer ones, which no zone has, are hashed each time. */
const LONGEST = 255;

export class EdgeHosts {
  /** Four words a slot, and one slot more for hosts that are not remembered. */
  readonly words = new Int32Array((SLOTS + 1) * HOST_WORDS);
  readonly #texts = new Uint8Array(SLOTS * LONGEST);
  readonly #lengths = new Int16Array(SLOTS).fill(-1);
  readonly #keys: readonly [number, number, number, number];

  constructor(seed: number) {
    this.#keys = [...textKeys(seed), ...textKeys(~seed)];
  }

  /** Where in `words` the host's words are; valid until the next call. */
  find(bytes: Uint8Array, at: number, end: number): number {
    const length = end - at;
    if (length > LONGEST) {
      this.#hash(bytes, at, end, SLOTS);
      return SLOTS * HOST_WORDS;
    }
    const slot = slotOf(bytes, at, length);
    const from = slot * LONGEST;
    if (this.#lengths[slot] !== length || !equals(this.#texts, from, from + length, bytes, at, end)) {
      this.#texts.set(bytes.subarray(at, end), from);
      this.#lengths[slot] = length;
      this.#hash(bytes, at, end, slot);
    }
    return slot * HOST_WORDS;
  }

  #hash(bytes: Uint8Array, at: number, end: number, slot: number): void {
    const [key0, key1, key2, key3] = this.#keys;
    hashText(bytes, at, end, key0, key1, this.words, slot * HOST_WORDS);
    hashText(bytes, at, end, key2, key3, this.words, slot * HOST_WORDS + 2);
  }
}

function slotOf(bytes: Uint8Array, at: number, length: number): number {
  if (length === 0) return 0;
  const first = bytes[at] as number;
  const middle = bytes[at + (length >> 1)] as number;
  const second = bytes[at + Math.min(1, length - 1)] as number;
  return (first * 7 + second * 13 + middle * 31 + length * 5) & (SLOTS - 1);
}
