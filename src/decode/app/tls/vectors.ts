/** Vectors of TLS: a length, then elements. RFC 8446 §3.4. One that says it is longer than what there is yields nothing, as in tshark. */
import { u16 } from './byte-order.js';

/** Where the elements of the vector opened last are: one range, used again. */
export const vector = { at: 0, end: 0 };

/** What a vector that does not fit leaves its mark on. */
export interface Marks {
  isCut: boolean;
  isBroken: boolean;
}

/** Opens the vector at `at` into `vector`; false when it does not end before `end`. `lengthBytes`: 1 or 2. */
export function openVector(bytes: Uint8Array, at: number, end: number, lengthBytes: 1 | 2, marks: Marks): boolean {
  vector.at = vector.end = at + lengthBytes;
  if (vector.at <= end) vector.end += lengthBytes === 1 ? bytes[at]! : u16(bytes, at);
  if (vector.end <= end) return true;
  marks.isBroken = true;
  return false;
}

/** The 16-bit elements of `vector` into `list`; says how many. */
export function copyWords(bytes: Uint8Array, list: Uint16Array, marks: Marks): number {
  const held = (vector.end - vector.at) >> 1;
  const count = Math.min(held, list.length);
  for (let i = 0; i < count; i += 1) list[i] = u16(bytes, vector.at + 2 * i);
  if (held > count) marks.isCut = true;
  if (vector.at + 2 * held !== vector.end) marks.isBroken = true;
  return count;
}
