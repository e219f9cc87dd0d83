/** A number of JSON from bytes (RFC 8259 §6), without a string where it is a whole one of up to fifteen digits. */

const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const SMALL_E = 0x65;
const ZERO = 0x30;
/** Below 2^53: summed up digit by digit without an error. */
const EXACT_DIGITS = 15;
/** Of text that is made a number the long way; JSON has no bound. */
const LONGEST = 400;

export class LineNumber {
  value = Number.NaN;

  /** Reads the number at `bytes[at]`; returns where it ends, -1 where there is none. Some other byte must follow it. */
  read(bytes: Uint8Array, at: number): number {
    const first = bytes[at] === MINUS ? at + 1 : at;
    let next = first;
    let sum = 0;
    for (let digit = bytes[next]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[next]! - ZERO) {
      sum = sum * 10 + digit;
      next += 1;
    }
    if (next === first || (bytes[first] === ZERO && next > first + 1)) return -1;
    const byte = bytes[next] as number;
    if (byte !== DOT && (byte | 0x20) !== SMALL_E && next - first <= EXACT_DIGITS) {
      this.value = first === at ? sum : -sum;
      return next;
    }
    const end = endOfRest(bytes, next);
    if (end < 0) return -1;
    this.value = end - at > LONGEST ? Number.NaN : Number(latin1(bytes, at, end));
    return end;
  }
}

/** Where fraction and exponent end that may follow the digits; -1 when they are broken. */
function endOfRest(bytes: Uint8Array, at: number): number {
  let next = at;
  if (bytes[next] === DOT) {
    next = endOfDigits(bytes, at + 1);
    if (next === at + 1) return -1;
  }
  if ((bytes[next]! | 0x20) !== SMALL_E) return next;
  const sign = bytes[next + 1];
  const from = sign === MINUS || sign === PLUS ? next + 2 : next + 1;
  next = endOfDigits(bytes, from);
  return next === from ? -1 : next;
}

function endOfDigits(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next]! >= ZERO && bytes[next]! <= ZERO + 9) next += 1;
  return next;
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let next = at; next < end; next += 1) text += String.fromCharCode(bytes[next] as number);
  return text;
}
