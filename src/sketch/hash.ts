/**
 * Seeded 32-bit mixing. Seeds are random per process: who knows them can make keys collide and hide a talker.
 * The finaliser is MurmurHash3's fmix32 (public domain), a bijection, so distinct one-word keys keep distinct hashes.
 */
import { randomBytes } from 'node:crypto';

/** Words of the longest key there is: an IPv6 flow. */
const MAX_KEY_WORDS = 10;

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

/** Factor of word `i` of a key: odd, and unknown to whoever does not know the seed. */
function factor(seed: number, i: number): number {
  return mix32((seed + Math.imul(i + 1, TICK)) | 0) | 1;
}

let factorsSeed = 0;
let factors = new Int32Array(0);

/** The factors of a seed; the last ones are kept. */
function factorsOf(seed: number): Int32Array {
  if (seed === factorsSeed && factors.length > 0) return factors;
  factorsSeed = seed;
  factors = Int32Array.from({ length: MAX_KEY_WORDS }, (_, i) => factor(seed, i));
  return factors;
}

/** Hash of `count` words from `at`: a sum of products by random odd factors (multilinear, Carter and Wegman 1979), mixed. */
export function hashWords(words: Int32Array, at: number, count: number, seed: number): number {
  const by = factorsOf(seed);
  let sum = seed;
  for (let i = 0; i < count; i += 1) sum = (sum + Math.imul(words[at + i] as number, by[i] as number)) | 0;
  return mix32(sum);
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
