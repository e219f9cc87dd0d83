/** Values of JSON that nobody wants: passed over, and looked at only as far as it takes to know that they are sound. */
import { LineNumber } from './line-number.js';
import { brokenStringAt, endOfString } from './line-string.js';

/** Log records nest twice (headers, cookies); deeper ones are not read. */
export const DEEPEST = 64;

const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What numbers and literals are made of. */
const WORD_BYTES = Buffer.from('0123456789+-.eEtrufalsn', 'latin1');
const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word, 'latin1'));
const number = new LineNumber();

/** Where the last value that was no sound one could not be read further. */
let brokenAt = 0;

/** JSON's white space but for the line feed, which ends the line. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next] === SPACE || bytes[next] === TAB || bytes[next] === CARRIAGE_RETURN) next += 1;
  return next;
}

/** Where "true", "false" or "null" ends; -1 when none of them stands there. */
export function endOfLiteral(bytes: Uint8Array, at: number): number {
  for (const literal of LITERALS) {
    let length = 0;
    while (length < literal.length && bytes[at + length] === literal[length]) length += 1;
    if (length === literal.length) return at + length;
  }
  return -1;
}

/** Whether the bytes from `at` to the line feed at `end` are the begin of an object that may go on behind them. */
export function isUnfinished(bytes: Uint8Array, at: number, end: number): boolean {
  const from = skipSpace(bytes, at);
  return bytes[from] === OPEN_OBJECT && endOfValue(bytes, from) < 0 && brokenAt >= end;
}

/** Where the value at `at` ends, -1 when it is broken or too deep. A line feed must stand behind the line. */
export function endOfValue(bytes: Uint8Array, at: number, depth = 0): number {
  const byte = bytes[at];
  if (byte === QUOTE) {
    const end = endOfString(bytes, at + 1);
    return end < 0 ? broken(brokenStringAt(bytes, at + 1)) : end + 1;
  }
  if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return depth < DEEPEST ? endOfNested(bytes, at, depth) : broken(at);
  let end = number.read(bytes, at);
  if (end < 0) end = endOfLiteral(bytes, at);
  return end < 0 ? broken(behindWord(bytes, at)) : end;
}

function broken(at: number): number {
  brokenAt = at;
  return -1;
}

/** Behind what may be the begin of a number or of a literal. */
function behindWord(bytes: Uint8Array, at: number): number {
  let next = at;
  while (WORD_BYTES.includes(bytes[next] as number)) next += 1;
  return next;
}

function endOfNested(bytes: Uint8Array, at: number, depth: number): number {
  const isObject = bytes[at] === OPEN_OBJECT;
  const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
  let next = skipSpace(bytes, at + 1);
  if (bytes[next] === close) return next + 1;
  for (;;) {
    if (isObject) next = behindKey(bytes, next);
    if (next < 0) return -1;
    next = endOfValue(bytes, next, depth + 1);
    if (next < 0) return -1;
    next = skipSpace(bytes, next);
    if (bytes[next] === close) return next + 1;
    if (bytes[next] !== COMMA) return broken(next);
    next = skipSpace(bytes, next + 1);
  }
}

/** Where the value behind `"key" :` begins. */
function behindKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return broken(at);
  const end = endOfString(bytes, at + 1);
  if (end < 0) return broken(brokenStringAt(bytes, at + 1));
  const colon = skipSpace(bytes, end + 1);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : broken(colon);
}
