/** Addresses from bytes into four words, by the rules of `parseIpv4` and `parseIpv6` (src/format/address.ts), without a string. */

const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
const V4_MAPPED = 0xffff;
/** "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" */
const LONGEST = 45;

/** Groups of an IPv6 address, and behind which of them "::" stands. */
const groups = new Int32Array(8);
let v4Word = 0;

/** `bytes[at, end)` into `out[outAt..outAt + 4)`; false, and nothing is written, when it is no address. */
export function readAddress(bytes: Uint8Array, at: number, end: number, out: Int32Array, outAt: number): boolean {
  if (end - at > LONGEST || end - at < 2) return false;
  if (readV4(bytes, at, end)) {
    out[outAt] = 0;
    out[outAt + 1] = 0;
    out[outAt + 2] = V4_MAPPED;
    out[outAt + 3] = v4Word;
    return true;
  }
  if (!readV6(bytes, at, end)) return false;
  for (let word = 0; word < 4; word += 1) {
    out[outAt + word] = ((groups[word * 2] as number) << 16) | (groups[word * 2 + 1] as number);
  }
  return true;
}

/** Four decimal parts without leading zeros, which others read as octal. */
function readV4(bytes: Uint8Array, at: number, end: number): boolean {
  let word = 0;
  let next = at;
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (next >= end || bytes[next] !== DOT) return false;
      next += 1;
    }
    const from = next;
    let value = 0;
    while (next < end && next < from + 3) {
      const digit = bytes[next]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      next += 1;
    }
    if (next === from || value > 255 || (bytes[from] === ZERO && next > from + 1)) return false;
    word = (word << 8) | value;
  }
  v4Word = word;
  return next === end;
}

function readV6(bytes: Uint8Array, at: number, end: number): boolean {
  let count = 0;
  let gapAt = -1;
  let next = at;
  if (bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON) return false;
    gapAt = 0;
    next = at + 2;
  }
  while (next < end) {
    const groupEnd = hexEnd(bytes, next, end);
    if (groupEnd < end && bytes[groupEnd] === DOT) {
      if (count > 6 || !readV4(bytes, next, end)) return false;
      groups[count] = v4Word >>> 16;
      groups[count + 1] = v4Word & 0xffff;
      count += 2;
      break;
    }
    if (groupEnd === next || groupEnd > next + 4 || count === 8) return false;
    groups[count] = hexOf(bytes, next, groupEnd);
    count += 1;
    if (groupEnd === end) break;
    if (bytes[groupEnd] !== COLON) return false;
    next = groupEnd + 1;
    if (next === end) return false;
    if (bytes[next] === COLON) {
      if (gapAt >= 0) return false;
      gapAt = count;
      next += 1;
    }
  }
  return gapAt < 0 ? count === 8 : spread(gapAt, count);
}

/** Moves the groups behind "::" to the end. */
function spread(gapAt: number, count: number): boolean {
  if (count > 7) return false;
  const moved = count - gapAt;
  for (let i = 1; i <= moved; i += 1) groups[8 - i] = groups[count - i] as number;
  groups.fill(0, gapAt, 8 - moved);
  return true;
}

function hexEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && hexDigit(bytes[next] as number) >= 0) next += 1;
  return next;
}

function hexOf(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let next = at; next < end; next += 1) value = (value << 4) | hexDigit(bytes[next] as number);
  return value;
}

/** -1: none. */
export function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= ZERO + 9) return byte - ZERO;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
