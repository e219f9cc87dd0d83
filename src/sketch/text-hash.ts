/**
 * Keyed hash of bytes to 64 bits: HalfSipHash-1-3 (Aumasson and Bernstein 2012; parameters as in the Linux kernel's
 * hsiphash). A pseudo-random function: who does not know the key cannot make two texts collide, and by chance one of 10 M
 * distinct texts meets one of 5000 kept ones once in 400 million runs. So the hash stands for the text.
 */
import { mix32 } from './hash.js';

/** The state, and where the two words of the result are found: out[at], out[at + 1]. */
let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

function round(): void {
  v0 = (v0 + v1) | 0;
  v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
  v0 = (v0 << 16) | (v0 >>> 16);
  v2 = (v2 + v3) | 0;
  v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
  v0 = (v0 + v3) | 0;
  v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
  v2 = (v2 + v1) | 0;
  v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
  v2 = (v2 << 16) | (v2 >>> 16);
}

/** `bytes[at, end)` under the two key words, into `out[outAt]` and the next. Some nanosecond a byte; allocates nothing. */
export function hashText(
  bytes: Uint8Array,
  at: number,
  end: number,
  key0: number,
  key1: number,
  out: Int32Array,
  outAt: number,
): void {
  v0 = key0;
  v1 = key1 ^ 0xee;
  v2 = key0 ^ 0x6c796765;
  v3 = key1 ^ 0x74656462;
  const whole = at + ((end - at) & ~3);
  let i = at;
  for (; i < whole; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  let last = (end - at) << 24;
  for (let shift = 0; i < end; i += 1, shift += 8) last |= (bytes[i] as number) << shift;
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xee;
  round();
  round();
  round();
  out[outAt] = v1 ^ v3;
  v1 ^= 0xdd;
  round();
  round();
  round();
  out[outAt + 1] = v1 ^ v3;
}

/** Two key words of the process' seed. */
export function textKeys(seed: number): readonly [key0: number, key1: number] {
  return [mix32(seed ^ 0x74657874), mix32((seed + 0x6b657973) | 0)];
}
