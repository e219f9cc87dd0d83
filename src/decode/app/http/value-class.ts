/** What kind of value a cookie or parameter has, so that clients can be told apart without keeping values. */
import { isBase64Byte, isDigit, isHexDigit } from './byte-class.js';

export type ValueClass = 'empty' | 'int' | 'hex32' | 'uuid' | 'base64' | 'jwt' | 'other';

const HYPHEN = 0x2d;
const DOT = 0x2e;
const EQUALS = 0x3d;
const PERCENT = 0x25;
/** The first bytes of base64url of `{"`, with which every JSON Web Token begins (RFC 7519 §3.1). */
const JWT_START = [0x65, 0x79, 0x4a];
/** Hyphens of 8-4-4-4-12 (RFC 9562 §4). */
const UUID_HYPHENS = [8, 13, 18, 23];
const UUID_BYTES = 36;
const HEX32_BYTES = 32;
/** Shorter words are as likely text. */
const SHORTEST_BASE64 = 16;

/** The first that fits: empty; int: digits, perhaps signed; hex32: 32 hexadecimal digits; uuid; jwt: three base64url parts; base64 of 16 or more. */
export function valueClassOf(bytes: Uint8Array, at: number, end: number): ValueClass {
  if (at >= end) return 'empty';
  if (isInt(bytes, at, end)) return 'int';
  if (end - at === HEX32_BYTES && isAll(bytes, at, end, isHexDigit)) return 'hex32';
  if (isUuid(bytes, at, end)) return 'uuid';
  if (isJwt(bytes, at, end)) return 'jwt';
  return isBase64(bytes, at, end) ? 'base64' : 'other';
}

/** 0 for nothing, else the power of two that is reached: lengths 1, 2-3, 4-7, 8-15, ... are 1, 2, 4, 8, ... */
export function lengthBucketOf(length: number): number {
  return length <= 0 ? 0 : 2 ** (31 - Math.clz32(length));
}

export function isUuid(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at !== UUID_BYTES) return false;
  for (let index = 0; index < UUID_BYTES; index += 1) {
    const byte = bytes[at + index]!;
    if (UUID_HYPHENS.includes(index) ? byte !== HYPHEN : !isHexDigit(byte)) return false;
  }
  return true;
}

function isInt(bytes: Uint8Array, at: number, end: number): boolean {
  const first = bytes[at] === HYPHEN && end - at > 1 ? at + 1 : at;
  return isAll(bytes, first, end, isDigit);
}

function isJwt(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < JWT_START.length) return false;
  for (let index = 0; index < JWT_START.length; index += 1) if (bytes[at + index] !== JWT_START[index]) return false;
  let dots = 0;
  for (let next = at; next < end; next += 1) {
    if (bytes[next] === DOT) dots += 1;
    else if (!isBase64Byte(bytes[next]!)) return false;
  }
  return dots === 2;
}

/** Either alphabet (RFC 4648 §4, §5), padded or not, the padding perhaps percent-encoded as cookies have it; with a digit or a capital. */
function isBase64(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < SHORTEST_BASE64) return false;
  let last = end;
  while (last > at && bytes[last - 1] === EQUALS && end - last < 2) last -= 1;
  while (last - 3 > at && bytes[last - 3] === PERCENT && bytes[last - 2] === 0x33 && (bytes[last - 1]! | 0x20) === 0x64)
    last -= 3;
  let isMixed = false;
  for (let next = at; next < last; next += 1) {
    const byte = bytes[next]!;
    if (!isBase64Byte(byte)) return false;
    if (byte < 0x60 && byte !== HYPHEN && byte !== 0x5f) isMixed = true;
  }
  return isMixed;
}

function isAll(bytes: Uint8Array, at: number, end: number, isOne: (byte: number) => boolean): boolean {
  for (let next = at; next < end; next += 1) if (!isOne(bytes[next]!)) return false;
  return true;
}
