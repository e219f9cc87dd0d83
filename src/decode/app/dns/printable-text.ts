/**
 * Bytes of a name → printable UTF-8, by the rules tshark 4.0 prints names with (found by asking it, see printable-text.test.ts):
 * printable characters as they are, backslash and dot included; \a \b \t \n \v \f \r; other control characters as \ooo; code
 * points that print nothing as \uXXXX or \UXXXXXXXX; what is no UTF-8 as U+FFFD, one for each broken sequence.
 */

/** One byte becomes at most `\ooo`; longer escapes stand for longer sequences. */
export const MAX_EXPANSION = 4;

const BACKSLASH = 0x5c;
const ZERO = 0x30;
/** What follows the backslash, from 0x07 to 0x0d: a b t n v f r. */
const NAMED_ESCAPES = [0x61, 0x62, 0x74, 0x6e, 0x76, 0x66, 0x72];
const FIRST_NAMED = 0x07;
const MAX_CODE_POINT = 0x10ffff;
const BROKEN = -1;
const HEX = [...'0123456789ABCDEF'].map((digit) => digit.charCodeAt(0));

/** True for printable ASCII, which is nearly every name: nothing to do for those. */
export function isPlainByte(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** `bytes[at, end)` into `out` from 0 on, which must hold MAX_EXPANSION times as many bytes. Returns how many were written. */
export function presentText(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  let written = 0;
  let next = at;
  while (next < end) {
    const byte = bytes[next]!;
    if (byte < 0x80) {
      written = isPlainByte(byte) ? put(out, written, byte) : escapeControl(out, written, byte);
      next += 1;
      continue;
    }
    const length = sequenceLength(bytes, next, end);
    written = presentCodePoint(out, written, length.codePoint);
    next += length.bytes;
  }
  return written;
}

/** One instance: nothing is allocated per name. */
const sequence = { bytes: 0, codePoint: 0 };

/**
 * The sequence that begins with the non-ASCII byte at `at`. A broken one ends before the first byte that cannot belong to
 * it. Overlong forms are taken for what they mean, as tshark does: what is shown is escaped all the same.
 */
function sequenceLength(bytes: Uint8Array, at: number, end: number): typeof sequence {
  const first = bytes[at]!;
  const wanted =
    first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : first < 0xfc ? 4 : first < 0xfe ? 5 : 0;
  let codePoint = first & (0x3f >> wanted);
  let next = at + 1;
  const last = Math.min(end, next + wanted);
  while (next < last && (bytes[next]! & 0xc0) === 0x80) {
    codePoint = codePoint * 64 + (bytes[next]! & 0x3f);
    next += 1;
  }
  sequence.bytes = next - at;
  sequence.codePoint = wanted === 0 || next < at + 1 + wanted ? BROKEN : codePoint;
  return sequence;
}

function presentCodePoint(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint === BROKEN || codePoint > MAX_CODE_POINT || isSurrogate(codePoint)) return putUtf8(out, at, 0xfffd);
  if (isPrintable(codePoint)) return putUtf8(out, at, codePoint);
  const digits = codePoint > 0xffff ? 8 : 4;
  let next = put(out, at, BACKSLASH);
  next = put(out, next, digits === 8 ? 0x55 : 0x75);
  for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) next = put(out, next, HEX[(codePoint >>> shift) & 15]!);
  return next;
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

function escapeControl(out: Uint8Array, at: number, byte: number): number {
  let next = put(out, at, BACKSLASH);
  const named = NAMED_ESCAPES[byte - FIRST_NAMED];
  if (named !== undefined) return put(out, next, named);
  next = put(out, next, ZERO + (byte >> 6));
  next = put(out, next, ZERO + ((byte >> 3) & 7));
  return put(out, next, ZERO + (byte & 7));
}

function put(out: Uint8Array, at: number, byte: number): number {
  out[at] = byte;
  return at + 1;
}

function putUtf8(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) return put(out, at, codePoint);
  if (codePoint < 0x800) return put(out, put(out, at, 0xc0 | (codePoint >> 6)), 0x80 | (codePoint & 63));
  if (codePoint < 0x10000) {
    const second = put(out, put(out, at, 0xe0 | (codePoint >> 12)), 0x80 | ((codePoint >> 6) & 63));
    return put(out, second, 0x80 | (codePoint & 63));
  }
  const second = put(out, put(out, at, 0xf0 | (codePoint >> 18)), 0x80 | ((codePoint >> 12) & 63));
  return put(out, put(out, second, 0x80 | ((codePoint >> 6) & 63)), 0x80 | (codePoint & 63));
}

/** Control, format, unassigned, surrogate: these print nothing of their own. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}]/u;
const PAGE = 256;
/** A bit a code point, 136 KiB, filled page by page when a name first has a character of the page. */
const printable = new Uint8Array((MAX_CODE_POINT + 1) / 8);
const knownPages = new Uint8Array((MAX_CODE_POINT + 1) / PAGE);

function isPrintable(codePoint: number): boolean {
  const page = codePoint >>> 8;
  if (knownPages[page] === 0) learnPage(page);
  return (printable[codePoint >>> 3]! & (1 << (codePoint & 7))) !== 0;
}

function learnPage(page: number): void {
  for (let codePoint = page * PAGE; codePoint < (page + 1) * PAGE; codePoint += 1) {
    if (!UNPRINTABLE.test(String.fromCodePoint(codePoint))) printable[codePoint >>> 3]! |= 1 << (codePoint & 7);
  }
  knownPages[page] = 1;
}
