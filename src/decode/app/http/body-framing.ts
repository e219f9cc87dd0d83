/** How long the body behind a request is. RFC 9112 §6.3. */
import { asciiBytes, equalsIgnoreCase, isBlank } from '../byte-range.js';

export const BodyKind = {
  /** The next request may follow at once. */
  none: 0,
  /** `contentLength` bytes. */
  length: 1,
  /** As long as the chunks say: `ChunkedSkipper`. */
  chunked: 2,
  /** Nobody can say where the next request begins: a tunnel (CONNECT), or framing a server has to refuse. */
  untilClose: 3,
} as const;
export type BodyKind = (typeof BodyKind)[keyof typeof BodyKind];

const CHUNKED = asciiBytes('chunked');
const COMMA = 0x2c;
const ZERO = 0x30;
/** Fifteen digits are exact in a double; no body is longer. */
const MAX_LENGTH_DIGITS = 15;

/** Fed with each Content-Length and Transfer-Encoding of a head, in order. */
export class BodyFraming {
  /** -1: none, or none that can be read. */
  contentLength = -1;
  hasContentLength = false;
  hasTransferEncoding = false;
  /** Says two things about the length, as in request smuggling: both headers, lengths that differ, or one that is none. */
  isAmbiguous = false;
  #endsChunked = false;

  clear(): void {
    this.contentLength = -1;
    this.hasContentLength = this.hasTransferEncoding = this.isAmbiguous = this.#endsChunked = false;
  }

  /** A list of equal lengths is one length (RFC 9110 §8.6). */
  addContentLength(bytes: Uint8Array, at: number, end: number): void {
    for (let next = at; next <= end; ) {
      const pieceEnd = indexOfComma(bytes, next, end);
      const length = lengthOf(bytes, next, pieceEnd);
      if (length < 0 || (this.hasContentLength && length !== this.contentLength)) this.isAmbiguous = true;
      this.contentLength = this.isAmbiguous ? -1 : length;
      this.hasContentLength = true;
      next = pieceEnd + 1;
    }
  }

  /** The last coding of the last header counts. */
  addTransferEncoding(bytes: Uint8Array, at: number, end: number): void {
    let pieceAt = at;
    for (let comma = indexOfComma(bytes, at, end); comma < end; comma = indexOfComma(bytes, pieceAt, end))
      pieceAt = comma + 1;
    let last = end;
    while (pieceAt < last && isBlank(bytes[pieceAt]!)) pieceAt += 1;
    while (last > pieceAt && isBlank(bytes[last - 1]!)) last -= 1;
    this.hasTransferEncoding = true;
    this.#endsChunked = equalsIgnoreCase(bytes, pieceAt, last, CHUNKED);
  }

  kindFor(isConnect: boolean): BodyKind {
    if (this.hasContentLength && this.hasTransferEncoding) this.isAmbiguous = true;
    if (isConnect) return BodyKind.untilClose;
    if (this.hasTransferEncoding) return this.#endsChunked ? BodyKind.chunked : BodyKind.untilClose;
    if (!this.hasContentLength || this.contentLength === 0) return BodyKind.none;
    return this.contentLength < 0 ? BodyKind.untilClose : BodyKind.length;
  }
}

function indexOfComma(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== COMMA) next += 1;
  return next;
}

/** -1: no number, or one beyond any body. */
function lengthOf(bytes: Uint8Array, at: number, end: number): number {
  let first = at;
  let last = end;
  while (first < last && isBlank(bytes[first]!)) first += 1;
  while (last > first && isBlank(bytes[last - 1]!)) last -= 1;
  while (first < last - 1 && bytes[first] === ZERO) first += 1;
  if (first === last || last - first > MAX_LENGTH_DIGITS) return -1;
  let length = 0;
  for (let next = first; next < last; next += 1) {
    const digit = bytes[next]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}
