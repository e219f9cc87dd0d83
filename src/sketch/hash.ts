/**
 * Seeded 32-bit mixing. Seeds are random per process: who knows them can make keys collide and hide a talker.
 * The finaliser is MurmurHash3's fmix32 (public domain), a bijection, so distinct one-word keys keep distinct hashes.
 */
import { randomBytes } from 'node:crypto';

/** Fresh seed from the system's generator, as a signed 32-bit integer. */
export function randomSeed(): number {
  return randomBytes(4).readInt32LE(0);
}

export function mix32(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of `count` words from `at`. */
export function hashWords(words: Int32Array, at: number, count: number, seed: number): number {
  let h = seed;
  for (let i = 0; i < count; i += 1) h = mixIn(h, words[at + i] as number);
  return mix32(h ^ (count << 2));
}

/** As hashWords with four words, without the loop: IPv6 addresses and IPv4 flows. */
export function hashFourWords(words: Int32Array, at: number, seed: number): number {
  let h = mixIn(seed, words[at] as number);
  h = mixIn(h, words[at + 1] as number);
  h = mixIn(h, words[at + 2] as number);
  h = mixIn(h, words[at + 3] as number);
  return mix32(h ^ 16);
}

/** MurmurHash3 x86_32 body, one block. */
function mixIn(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Xorshift32 (Marsaglia 2003): cheap randomness for sampling and decay; state must not be 0. */
export function nextRandom(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x;
}

/** Added to a table's tick for every key it is given: 2^32 / golden ratio, so the ticks spread evenly. */
export const TICK = 0x9e3779b9 | 0;

/** Randomness for a decay: whoever does not know the seed in `hash` cannot foresee it, and one key gets another roll each time. */
export function roll(hash: number, tick: number): number {
  const x = Math.imul(hash ^ tick, 0x85ebca6b);
  return x ^ (x >>> 15);
}
