/** Names and values of a Cookie header, as ranges into the caller's bytes. RFC 6265 §4.2.1, §5.4. Bounded, counting goes on. */
import { isBlank } from '../byte-range.js';

/** Browsers keep 180 a site at most and send a dozen. */
export const MAX_COOKIES = 64;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

export class CookieList {
  readonly nameAt = new Uint32Array(MAX_COOKIES);
  readonly nameEnd = new Uint32Array(MAX_COOKIES);
  /** Empty for a name without an equals sign. */
  readonly valueAt = new Uint32Array(MAX_COOKIES);
  readonly valueEnd = new Uint32Array(MAX_COOKIES);
  count = 0;

  get kept(): number {
    return Math.min(this.count, MAX_COOKIES);
  }

  clear(): void {
    this.count = 0;
  }

  /** Adds the cookies of one header's value. Empty pieces (";;") are none. */
  addValue(bytes: Uint8Array, at: number, end: number): void {
    for (let next = at; next < end; ) {
      let pieceEnd = next;
      while (pieceEnd < end && bytes[pieceEnd] !== SEMICOLON) pieceEnd += 1;
      this.#addPiece(bytes, next, pieceEnd);
      next = pieceEnd + 1;
    }
  }

  #addPiece(bytes: Uint8Array, at: number, end: number): void {
    let first = at;
    let last = end;
    while (first < last && isBlank(bytes[first]!)) first += 1;
    while (last > first && isBlank(bytes[last - 1]!)) last -= 1;
    if (first === last) return;
    const index = this.count;
    this.count += 1;
    if (index >= MAX_COOKIES) return;
    let equalsAt = first;
    while (equalsAt < last && bytes[equalsAt] !== EQUALS) equalsAt += 1;
    this.nameAt[index] = first;
    this.nameEnd[index] = equalsAt;
    this.valueAt[index] = Math.min(last, equalsAt + 1);
    this.valueEnd[index] = last;
  }
}
