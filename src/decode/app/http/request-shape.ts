/**
 * Shapes of a request: what a client's software decides rather than what it asks for, so that requests of one tool look alike.
 * Own definitions:
 *
 *   hsig    METHOD2 VERSION2 COUNT2 "." HASH12  over header names in the order sent
 *   hset    the same over the sorted set of them
 *   csig    HASH12 over the sorted set of cookie names
 *   cshape  NAME "=" CLASS BUCKET, sorted, joined by ";": each cookie with the class and the length of its value
 *
 * METHOD2: the first two bytes of the method in lower case ("ge", "po"); VERSION2: 11, 10, 09 without one, 00 for one that cannot be
 * read; COUNT2: how many names are hashed, 99 at most. HASH12: the first 12 hexadecimal digits of sha256 over the names in lower
 * case (cookie names as they are, they are case-sensitive), each followed by a line feed, which no name can contain. Left out are
 * cookie, referer, host and content-length: they depend on what was done before and where, not on who does it. csig of no cookies
 * is empty. Of more than 64 headers or cookies the first 64 count. Names are hostile bytes and appear in cshape as latin1.
 */
import { hash } from 'node:crypto';
import { asciiBytes, equalsIgnoreCase } from '../byte-range.js';
import type { RequestHead } from './request-head.js';
import { lengthBucketOf, valueClassOf } from './value-class.js';

const HASH_DIGITS = 12;
const MAX_SHOWN_COUNT = 99;
/** A cookie name in cshape; RFC 6265 §6.1 wants browsers to take 4096 bytes of name and value. */
const MAX_NAME_BYTES = 64;
const LEFT_OUT = ['cookie', 'referer', 'host', 'content-length'].map(asciiBytes);

/** hsig: the headers in the order sent. */
export function headerOrderOf(bytes: Uint8Array, head: RequestHead): string {
  return signatureOf(bytes, head, headerNames(bytes, head));
}

/** hset: the headers in any order, each once. */
export function headerSetOf(bytes: Uint8Array, head: RequestHead): string {
  return signatureOf(bytes, head, [...new Set(headerNames(bytes, head))].sort());
}

/** csig: the cookies' names. */
export function cookieNamesOf(bytes: Uint8Array, head: RequestHead): string {
  const { cookies } = head;
  if (cookies.count === 0) return '';
  const names = new Set<string>();
  for (let index = 0; index < cookies.kept; index += 1) {
    names.add(latin1(bytes, cookies.nameAt[index]!, cookies.nameEnd[index]!));
  }
  return hash12([...names].sort());
}

/** cshape: the cookies' names with what their values look like, as in "sid=hex32/32;theme=other/4". */
export function cookieShapeOf(bytes: Uint8Array, head: RequestHead): string {
  const { cookies } = head;
  const shapes: string[] = [];
  for (let index = 0; index < cookies.kept; index += 1) {
    const nameAt = cookies.nameAt[index]!;
    const valueAt = cookies.valueAt[index]!;
    const valueEnd = cookies.valueEnd[index]!;
    const name = latin1(bytes, nameAt, Math.min(cookies.nameEnd[index]!, nameAt + MAX_NAME_BYTES));
    shapes.push(`${name}=${valueClassOf(bytes, valueAt, valueEnd)}/${lengthBucketOf(valueEnd - valueAt)}`);
  }
  return shapes.sort().join(';');
}

function headerNames(bytes: Uint8Array, head: RequestHead): string[] {
  const { headers } = head;
  const names: string[] = [];
  for (let index = 0; index < headers.kept; index += 1) {
    const at = headers.nameAt[index]!;
    const end = headers.nameEnd[index]!;
    if (!isLeftOut(bytes, at, end)) names.push(latin1(bytes, at, end).toLowerCase());
  }
  return names;
}

function isLeftOut(bytes: Uint8Array, at: number, end: number): boolean {
  for (const name of LEFT_OUT) if (equalsIgnoreCase(bytes, at, end, name)) return true;
  return false;
}

function signatureOf(bytes: Uint8Array, head: RequestHead, names: readonly string[]): string {
  const { method } = head;
  const method2 = latin1(bytes, method.at, Math.min(method.end, method.at + 2))
    .toLowerCase()
    .padEnd(2, '_');
  const version2 = String(head.versionNumber).padStart(2, '0');
  const count2 = String(Math.min(names.length, MAX_SHOWN_COUNT)).padStart(2, '0');
  return `${method2}${version2}${count2}.${hash12(names)}`;
}

function hash12(names: readonly string[]): string {
  const bytes = Buffer.from(names.map((name) => `${name}\n`).join(''), 'latin1');
  return hash('sha256', bytes, 'hex').slice(0, HASH_DIGITS); // a third of the time of a Hash object
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let next = at; next < end; next += 1) text += String.fromCharCode(bytes[next]!);
  return text;
}
