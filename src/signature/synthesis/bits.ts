/** Sets of rows as bits, 32 a word. The loops of the search are here; nothing in them allocates. */

export const wordsFor = (rows: number): number => (rows + 31) >>> 5;

/** Bits set in `count` words of `a` from `at`. */
export function countBits(a: Uint32Array, at: number, count: number): number {
  let sum = 0;
  for (let i = at; i < at + count; i += 1) {
    let x = a[i] as number;
    // Bits of pairs, of nibbles, of bytes, of the word (Warren, Hacker's Delight 5-1).
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    x = (x + (x >>> 4)) & 0x0f0f0f0f;
    sum += Math.imul(x, 0x01010101) >>> 24;
  }
  return sum;
}

/** Bits set in both. */
export function countCommon(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    let x = (a[aAt + i] as number) & (b[bAt + i] as number);
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    x = (x + (x >>> 4)) & 0x0f0f0f0f;
    sum += Math.imul(x, 0x01010101) >>> 24;
  }
  return sum;
}

/** out = a AND b, `count` words. */
export function intersect(
  a: Uint32Array,
  aAt: number,
  b: Uint32Array,
  bAt: number,
  out: Uint32Array,
  at: number,
  count: number,
): void {
  for (let i = 0; i < count; i += 1) out[at + i] = (a[aAt + i] as number) & (b[bAt + i] as number);
}

/** a = a AND NOT b. */
export function subtract(a: Uint32Array, b: Uint32Array): void {
  for (let i = 0; i < a.length; i += 1) a[i] = (a[i] as number) & ~(b[i] as number);
}

/** a = a OR b. */
export function unite(a: Uint32Array, b: Uint32Array): void {
  for (let i = 0; i < a.length; i += 1) a[i] = (a[i] as number) | (b[i] as number);
}

/** Bits 0 to `rows` set. */
export function fillBits(bits: Uint32Array, at: number, rows: number): void {
  const whole = rows >>> 5;
  bits.fill(0xffffffff, at, at + whole);
  if (rows & 31) bits[at + whole] = (1 << (rows & 31)) - 1;
}

export const hasBit = (bits: Uint32Array, row: number): boolean =>
  (((bits[row >>> 5] as number) >>> (row & 31)) & 1) === 1;
