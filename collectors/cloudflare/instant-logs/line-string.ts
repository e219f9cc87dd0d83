/** Strings of JSON from bytes (RFC 8259 §7). Most have no escape and stay where they are; of one with escapes the plain text is written elsewhere. */
import { hexDigit } from './line-address.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const SMALL_U = 0x75;
const UNICODE_LENGTH = 6;
const HIGH_SURROGATES = 0xd800;
const LOW_SURROGATES = 0xdc00;
const BEHIND_SURROGATES = 0xe000;
const REPLACEMENT = 0xfffd;

/** What `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t` stand for; 0: no escape. */
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ '"': 34, '\\': 92, '/': 47, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  ESCAPES[letter.charCodeAt(0)] = byte;
}

/** The first byte from `at` on that is a quote, a backslash, or none that may stand in a string. The bytes must have one. */
export function endOfPlain(bytes: Uint8Array, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes[next] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < FIRST_PRINTABLE) return next;
    next += 1;
  }
}

/**
 * The same, four bytes at once; `view` is on the bytes, and has three more behind them. In `(x - 1) & ~x & 0x80` of each byte the lowest bit set
 * is at the first byte that is zero (Lamport, "Multiple byte processing with full-word instructions", 1975).
 */
export function endOfPlainWords(view: DataView, at: number): number {
  for (let next = at; ; next += 4) {
    const word = view.getInt32(next, true);
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const found =
      (((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word)) &
      0x80808080;
    if (found !== 0) return next + ((31 - Math.clz32(found & -found)) >> 3);
  }
}

/** The closing quote of the string whose text begins at `at`; -1 when it is broken. A control character must follow it somewhere. */
export function endOfString(bytes: Uint8Array, at: number): number {
  let next = endOfPlain(bytes, at);
  while (bytes[next] === BACKSLASH) {
    const behind = behindEscape(bytes, next);
    if (behind < 0) return -1;
    next = endOfPlain(bytes, behind);
  }
  return bytes[next] === QUOTE ? next : -1;
}

/** Where the string whose text begins at `at` is broken: the byte that may not stand there. */
export function brokenStringAt(bytes: Uint8Array, at: number): number {
  let next = endOfPlain(bytes, at);
  while (bytes[next] === BACKSLASH) {
    const behind = behindEscape(bytes, next);
    if (behind < 0) return behindPart(bytes, next);
    next = endOfPlain(bytes, behind);
  }
  return next;
}

/**
 * Writes the text `bytes[at, end)`, which is sound, to `bytes[to..]` without escapes; returns where it ends. Never longer than it was.
 * Surrogates that are no pair become U+FFFD, as every encoder of UTF-8 writes them.
 */
export function writePlain(bytes: Uint8Array, at: number, end: number, to: number): number {
  let written = to;
  for (let next = at; next < end; ) {
    if (bytes[next] !== BACKSLASH) {
      bytes[written] = bytes[next] as number;
      written += 1;
      next += 1;
    } else if (bytes[next + 1] !== SMALL_U) {
      bytes[written] = ESCAPES[bytes[next + 1] as number] as number;
      written += 1;
      next += 2;
    } else {
      const unit = unitAt(bytes, next);
      const isPair = unit >= HIGH_SURROGATES && unit < LOW_SURROGATES && isLowAt(bytes, next + UNICODE_LENGTH, end);
      const low = isPair ? unitAt(bytes, next + UNICODE_LENGTH) : 0;
      written = writePoint(bytes, written, isPair ? pointOf(unit, low) : unit);
      next += isPair ? 2 * UNICODE_LENGTH : UNICODE_LENGTH;
    }
  }
  return written;
}

/** -1: none that JSON has. */
function behindEscape(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1] as number;
  if (ESCAPES[letter] !== 0) return at + 2;
  if (letter !== SMALL_U) return -1;
  for (let digit = at + 2; digit < at + UNICODE_LENGTH; digit += 1) if (hexDigit(bytes[digit]!) < 0) return -1;
  return at + UNICODE_LENGTH;
}

/** Behind as much of an escape as there is. */
function behindPart(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  if (bytes[next] !== SMALL_U) return next;
  do next += 1;
  while (hexDigit(bytes[next] as number) >= 0);
  return next;
}

function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let digit = at + 2; digit < at + UNICODE_LENGTH; digit += 1) unit = (unit << 4) | hexDigit(bytes[digit]!);
  return unit;
}

function isLowAt(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + UNICODE_LENGTH > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== SMALL_U) return false;
  const unit = unitAt(bytes, at);
  return unit >= LOW_SURROGATES && unit < BEHIND_SURROGATES;
}

function pointOf(high: number, low: number): number {
  return 0x10000 + ((high - HIGH_SURROGATES) << 10) + (low - LOW_SURROGATES);
}

function writePoint(bytes: Uint8Array, to: number, unit: number): number {
  const point = unit >= HIGH_SURROGATES && unit < BEHIND_SURROGATES ? REPLACEMENT : unit;
  if (point < 0x80) {
    bytes[to] = point;
    return to + 1;
  }
  if (point < 0x800) {
    bytes[to] = 0xc0 | (point >> 6);
    bytes[to + 1] = 0x80 | (point & 0x3f);
    return to + 2;
  }
  if (point < 0x10000) {
    bytes[to] = 0xe0 | (point >> 12);
    bytes[to + 1] = 0x80 | ((point >> 6) & 0x3f);
    bytes[to + 2] = 0x80 | (point & 0x3f);
    return to + 3;
  }
  bytes[to] = 0xf0 | (point >> 18);
  bytes[to + 1] = 0x80 | ((point >> 12) & 0x3f);
  bytes[to + 2] = 0x80 | ((point >> 6) & 0x3f);
  bytes[to + 3] = 0x80 | (point & 0x3f);
  return to + 4;
}
