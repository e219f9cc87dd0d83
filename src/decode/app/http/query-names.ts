/** Names of a target's query parameters, as ranges: "/a?x=1&y" has x and y. WHATWG URL, application/x-www-form-urlencoded §5.1. */
import { pathEndOf } from './digit-template.js';

/** More are counted, not kept. */
export const MAX_PARAMETERS = 32;

const QUESTION = 0x3f;
const HASH = 0x23;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;

export class QueryNames {
  readonly at = new Uint32Array(MAX_PARAMETERS);
  readonly end = new Uint32Array(MAX_PARAMETERS);
  count = 0;
  /** Bytes of the query behind the question mark; -1 without one. */
  queryBytes = -1;

  get kept(): number {
    return Math.min(this.count, MAX_PARAMETERS);
  }

  /** Of the target `bytes[at, end)`. Empty pieces ("&&") are none; a name may be empty ("=1"). */
  read(bytes: Uint8Array, at: number, end: number): void {
    this.count = 0;
    this.queryBytes = -1;
    const question = pathEndOf(bytes, at, end);
    if (question === end || bytes[question] !== QUESTION) return;
    let last = question + 1;
    while (last < end && bytes[last] !== HASH) last += 1;
    this.queryBytes = last - question - 1;
    for (let next = question + 1; next < last; ) next = this.#takePiece(bytes, next, last);
  }

  /** Returns where the next piece begins. */
  #takePiece(bytes: Uint8Array, at: number, end: number): number {
    let pieceEnd = at;
    let nameEnd = -1;
    while (pieceEnd < end && bytes[pieceEnd] !== AMPERSAND) {
      if (nameEnd < 0 && bytes[pieceEnd] === EQUALS) nameEnd = pieceEnd;
      pieceEnd += 1;
    }
    if (pieceEnd > at) {
      if (this.count < MAX_PARAMETERS) {
        this.at[this.count] = at;
        this.end[this.count] = nameEnd < 0 ? pieceEnd : nameEnd;
      }
      this.count += 1;
    }
    return pieceEnd + 1;
  }
}
