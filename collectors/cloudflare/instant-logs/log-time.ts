/**
 * Times of a log record. Instant Logs let nobody choose their form, and the fields are "int or string": RFC 3339, or a whole number of
 * seconds, milli-, micro- or nanoseconds, which its size tells apart (10^11 s is the year 5138, 10^11 ms is 1973).
 */

const NANOSECONDS_FROM = 1e17;
const MICROSECONDS_FROM = 1e14;
const MILLISECONDS_FROM = 1e11;

const ZERO = 0x30;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const PLUS = 0x2b;
const SMALL_T = 0x74;
const SPACE = 0x20;
const SMALL_Z = 0x7a;
/** "2026-11-22T10:11:12Z" */
const SHORTEST = 20;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Epoch seconds; NaN: no time. */
export function secOfNumber(value: number): number {
  if (!(value >= 0)) return Number.NaN;
  if (value > NANOSECONDS_FROM) return value / 1e9;
  if (value > MICROSECONDS_FROM) return value / 1e6;
  return value > MILLISECONDS_FROM ? value / 1e3 : value;
}

/** Epoch seconds of `bytes[at, end)`, RFC 3339 §5.6 with a fraction of any length; NaN: none. */
export function secOfText(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < SHORTEST || bytes[at + 4] !== HYPHEN || bytes[at + 7] !== HYPHEN) return Number.NaN;
  const between = bytes[at + 10]! | 0x20;
  if ((between !== SMALL_T && between !== SPACE) || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON)
    return Number.NaN;
  const day = dayOf(two(bytes, at) * 100 + two(bytes, at + 2), two(bytes, at + 5), two(bytes, at + 8));
  const hour = two(bytes, at + 11);
  const minute = two(bytes, at + 14);
  const second = two(bytes, at + 17);
  // A leap second is the sixtieth.
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;
  let next = at + 19;
  let fraction = 0;
  if (bytes[next] === DOT) {
    const from = next + 1;
    let scale = 0.1;
    for (next = from; next < end && isDigit(bytes[next]!); next += 1, scale /= 10) {
      fraction += (bytes[next]! - ZERO) * scale;
    }
    if (next === from) return Number.NaN;
  }
  return day * 86_400 + hour * 3600 + minute * 60 + second + fraction - offsetOf(bytes, next, end);
}

/** "Z", "+01:00": seconds ahead of UTC. */
function offsetOf(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at]!;
  if ((sign | 0x20) === SMALL_Z) return end === at + 1 ? 0 : Number.NaN;
  if ((sign !== PLUS && sign !== HYPHEN) || end !== at + 6 || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = two(bytes, at + 1);
  const minutes = two(bytes, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (hours * 3600 + minutes * 60) * (sign === PLUS ? 1 : -1);
}

/** Days since 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"); NaN: no such day. */
function dayOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= (MONTH_DAYS[month - 1] as number))) return Number.NaN;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return Number.NaN;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
