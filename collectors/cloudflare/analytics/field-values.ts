/** Fields of an answer as values: numbers may be texts (uint64 beyond 2^53), everything may be missing or wrong. Null: not known. */
import { parsePrefix } from '../../../src/format/address.js';

/** Names of attacks, rules, networks; what is longer is no name. */
const MOST_TEXT = 200;

export type Fields = Readonly<Record<string, unknown>>;

/** 0 and more. */
export function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,20}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? Math.floor(number) : null;
}

/** 0 to `most`. */
export function numberUpTo(value: unknown, most: number): number | null {
  const number = wholeOf(value);
  return number !== null && number <= most ? number : null;
}

/** Null for an empty one. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, MOST_TEXT) : null;
}

/** RFC 3339 → epoch seconds. */
export function secondsOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** An address or a prefix, as it came; :: and 0.0.0.0 stand for none. */
export function addressOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null || text === '::' || text === '0.0.0.0' || parsePrefix(text) === null ? null : text;
}

/** From the lowest bit on. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** "SYN ACK", "SYN,ACK", "SYN|ACK" → bits; null where a word is no flag. An empty text is no flag at all. */
export function flagsOfText(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const words = value
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter((word) => word !== '' && word !== 'NONE');
  let bits = 0;
  for (const word of words) {
    const bit = FLAGS.indexOf(word === 'PUSH' ? 'PSH' : word);
    if (bit < 0) return null;
    bits |= 1 << bit;
  }
  return bits;
}
