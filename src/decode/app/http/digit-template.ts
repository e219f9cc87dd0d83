/**
 * Templates of texts that software writes with changing numbers in them: a user agent with its versions, a path with its ids.
 * What changes becomes one "#", so that the texts of one tool fall together. Bytes in, bytes out; a template is never longer.
 */
import { isDigit, isHexDigit, isLetter } from './byte-class.js';
import { isUuid } from './value-class.js';

const MASK = 0x23;
const DOT = 0x2e;
const UNDERSCORE = 0x5f;
const QUESTION = 0x3f;
const HASH = 0x23;
const UUID_BYTES = 36;
/** Hexadecimal words of fewer digits are as likely names ("e2e", "a1"). */
const SHORTEST_HEX = 8;

/** User agents: a number is digits with dots or underscores between them: "Chrome/120.0.6099.5" is "Chrome/#". `out`: as long as the text. */
export function maskNumbers(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  let written = 0;
  for (let next = at; next < end; ) {
    if (isDigit(bytes[next]!)) {
      next = numberEnd(bytes, next, end);
      out[written] = MASK;
    } else {
      out[written] = bytes[next]!;
      next += 1;
    }
    written += 1;
  }
  return written;
}

/** Paths up to the query: digits, UUIDs, and hexadecimal words of eight and more that have a digit: "/u/42/9f86d081" is "/u/#/#". */
export function maskPath(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  const last = pathEndOf(bytes, at, end);
  let written = 0;
  for (let next = at; next < last; ) {
    const wordEnd = wordEndOf(bytes, next, last);
    if (wordEnd === next) {
      out[written] = bytes[next]!;
      written += 1;
      next += 1;
    } else if (next + UUID_BYTES <= last && isUuid(bytes, next, next + UUID_BYTES)) {
      out[written] = MASK;
      written += 1;
      next += UUID_BYTES;
    } else {
      written = maskWord(bytes, next, wordEnd, out, written);
      next = wordEnd;
    }
  }
  return written;
}

/** Where the query or a fragment begins, or `end`. */
export function pathEndOf(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== QUESTION && bytes[next] !== HASH) next += 1;
  return next;
}

function maskWord(bytes: Uint8Array, at: number, end: number, out: Uint8Array, writtenBefore: number): number {
  let written = writtenBefore;
  if (isHexWord(bytes, at, end)) {
    out[written] = MASK;
    return written + 1;
  }
  for (let next = at; next < end; ) {
    if (isDigit(bytes[next]!)) {
      while (next < end && isDigit(bytes[next]!)) next += 1;
      out[written] = MASK;
    } else {
      out[written] = bytes[next]!;
      next += 1;
    }
    written += 1;
  }
  return written;
}

function isHexWord(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < SHORTEST_HEX) return false;
  let hasDigit = false;
  for (let next = at; next < end; next += 1) {
    if (!isHexDigit(bytes[next]!)) return false;
    if (isDigit(bytes[next]!)) hasDigit = true;
  }
  return hasDigit;
}

/** `at` when there is no letter or digit. */
function wordEndOf(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (isDigit(bytes[next]!) || isLetter(bytes[next]!))) next += 1;
  return next;
}

function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  for (;;) {
    while (next < end && isDigit(bytes[next]!)) next += 1;
    const isJoined = next + 1 < end && (bytes[next] === DOT || bytes[next] === UNDERSCORE) && isDigit(bytes[next + 1]!);
    if (!isJoined) return next;
    next += 1;
  }
}
