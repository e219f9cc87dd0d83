/** How texts of a log are counted: paths as templates, referers by their host, lists item by item. */
import { equalsIgnoreCase, lowerCaseOf } from '../../decode/app/byte-range.js';
import { maskPath } from '../../decode/app/http/digit-template.js';

/** Templates and hosts are never longer than their text. */
export const LONGEST_COUNTED = 4096;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const HASH = 0x23;
const SCHEMES = ['https://', 'http://'].map((text) => Buffer.from(text, 'latin1'));
/** Items of a list that are looked at. An edge has fewer products than that. */
const MOST_ITEMS = 32;

/** Writes the path `bytes[at, end)` as template; returns its length. `out` has room for LONGEST_COUNTED. */
export function writeTemplate(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  return maskPath(bytes, at, Math.min(end, at + LONGEST_COUNTED), out);
}

/** Writes the host of a URL, without port, in lower case; returns its length, 0 without one. */
export function writeHost(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  let next = at;
  for (const scheme of SCHEMES) {
    const behind = at + scheme.length;
    if (behind <= end && equalsIgnoreCase(bytes, at, behind, scheme)) next = behind;
  }
  let length = 0;
  for (; next < end && length < LONGEST_COUNTED; next += 1, length += 1) {
    const byte = bytes[next] as number;
    if (byte === SLASH || byte === COLON || byte === QUESTION || byte === HASH) break;
    out[length] = lowerCaseOf(byte);
  }
  return length;
}

/** Where the item at `at` of a list with commas between its items ends. */
export function itemEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== COMMA) next += 1;
  return next;
}

/** Each item once, however often a list has it: two rules of one product are one request. Empty items are none. */
export function visitItems(bytes: Uint8Array, at: number, end: number, each: (at: number, end: number) => void): void {
  let items = 0;
  for (let from = at; from <= end && items < MOST_ITEMS; items += 1) {
    const to = itemEnd(bytes, from, end);
    if (to > from && !hasBefore(bytes, at, from, to)) each(from, to);
    from = to + 1;
  }
}

function hasBefore(bytes: Uint8Array, first: number, at: number, end: number): boolean {
  for (let from = first; from < at; ) {
    const to = itemEnd(bytes, from, at);
    if (equals(bytes, from, to, bytes, at, end)) return true;
    from = to + 1;
  }
  return false;
}

export function equals(a: Uint8Array, aAt: number, aEnd: number, b: Uint8Array, bAt: number, bEnd: number): boolean {
  if (aEnd - aAt !== bEnd - bAt) return false;
  for (let own = aAt, other = bAt; own < aEnd; own += 1, other += 1) if (a[own] !== b[other]) return false;
  return true;
}
