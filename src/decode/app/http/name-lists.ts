/** Sorted lists of the names in a request: query parameters, cookies. Each name once; hostile bytes, as Latin-1 characters. */
import { isDigit, isHexDigit, isLetter } from './byte-class.js';
import type { CookieList } from './cookie-list.js';
import type { QueryNames } from './query-names.js';
import { valueClassOf } from './value-class.js';

/** Of a name; RFC 6265 §6.1 wants browsers to take 4096 bytes of name and value. */
const LONGEST_NAME = 64;
const MASK = '#';
/** Shorter names are as likely abbreviations ("v2", "utm4"). */
const SHORTEST_RANDOM = 5;
const MOST_CONSONANTS = 5;
const VOWELS = 'aeiouyAEIOUY';

/** Ampersands between them, which no name can contain; random-looking names are one "#". */
export function queryNameList(bytes: Uint8Array, query: QueryNames): string {
  const names = new Set<string>();
  for (let index = 0; index < query.kept; index += 1) {
    const at = query.at[index]!;
    const end = query.end[index]!;
    names.add(isRandomLooking(bytes, at, end) ? MASK : latin1(bytes, at, Math.min(end, at + LONGEST_NAME)));
  }
  return [...names].sort().join('&');
}

/** Semicolons between them, which no name can contain. */
export function cookieNameList(bytes: Uint8Array, cookies: CookieList): string {
  const names = new Set<string>();
  for (let index = 0; index < cookies.kept; index += 1) {
    const at = cookies.nameAt[index]!;
    names.add(latin1(bytes, at, Math.min(cookies.nameEnd[index]!, at + LONGEST_NAME)));
  }
  return [...names].sort().join(';');
}

/** A number, an id, digits among letters, or letters that nobody can pronounce: what floods add so that no cache answers. */
export function isRandomLooking(bytes: Uint8Array, at: number, end: number): boolean {
  const kind = valueClassOf(bytes, at, end);
  if (kind !== 'other' && kind !== 'empty') return true;
  let digits = 0;
  let letters = 0;
  let hexDigits = 0;
  let consonants = 0;
  let most = 0;
  for (let next = at; next < end; next += 1) {
    const byte = bytes[next]!;
    if (isDigit(byte)) digits += 1;
    if (isHexDigit(byte)) hexDigits += 1;
    const isConsonant = isLetter(byte) && !VOWELS.includes(String.fromCharCode(byte));
    if (isLetter(byte)) letters += 1;
    consonants = isConsonant ? consonants + 1 : 0;
    if (consonants > most) most = consonants;
  }
  const length = end - at;
  if (length < SHORTEST_RANDOM) return false;
  return (digits > 0 && letters > 0 && (digits > 1 || hexDigits === length)) || most >= MOST_CONSONANTS;
}

function latin1(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let next = at; next < end; next += 1) text += String.fromCharCode(bytes[next]!);
  return text;
}
