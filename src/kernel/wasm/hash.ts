// Seeded 32-bit mixing; must equal src/sketch/hash.ts word for word (kernel.test.ts compares the tables both build).

// @ts-ignore: decorator
@inline
export function mix32(word: i32): i32 {
  let h = word ^ (word >>> 16);
  h *= 0x85ebca6b;
  h ^= h >>> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >>> 16);
}

/** Factor of word `i` of a key: odd, and unknown to whoever does not know the seed. */
export function factor(seed: i32, i: i32): i32 {
  return mix32(seed + (i + 1) * TICK) | 1;
}

/** Xorshift32 (Marsaglia 2003). */
// @ts-ignore: decorator
@inline
export function nextRandom(state: i32): i32 {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x;
}

/** Added to a table's tick for every key it is given: 2^32 / golden ratio, so the ticks spread evenly. */
export const TICK: i32 = 0x9e3779b9;

/** Randomness for a decay: whoever does not know the seed in `hash` cannot foresee it, and one key gets another roll each time. */
// @ts-ignore: decorator
@inline
export function roll(hash: i32, tick: i32): i32 {
  const x = (hash ^ tick) * 0x85ebca6b;
  return x ^ (x >>> 15);
}
