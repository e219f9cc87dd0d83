/** A range of addresses as the fewest prefixes: at most 62 of IPv4, 254 of IPv6 (RFC 4632 §5.1 counts the other way round). */
import { type Prefix, parsePrefix } from '../../format/address.js';

const WORD = 0xffff_ffffn;

/** Both ends belong to it. Null: they are of two versions, or the wrong way round. */
export function rangePrefixes(first: string, last: string): Prefix[] | null {
  const [from, to] = [hostOf(first), hostOf(last)];
  if (from === null || to === null || from.version !== to.version) return null;
  const bits = from.version === 4 ? 32 : 128;
  const end = numberOf(to);
  const prefixes: Prefix[] = [];
  for (let at = numberOf(from); at <= end; ) {
    let free = 0;
    while (free < bits && (at & (1n << BigInt(free))) === 0n && at + (2n << BigInt(free)) - 1n <= end) free += 1;
    prefixes.push({ version: from.version, words: wordsOf(at, from.version), length: bits - free });
    at += 1n << BigInt(free);
  }
  return prefixes.length === 0 ? null : prefixes;
}

function hostOf(text: string): Prefix | null {
  return text.includes('/') ? null : parsePrefix(text);
}

function numberOf({ version, words }: Prefix): bigint {
  let number = 0n;
  for (const word of version === 4 ? [words[3]] : words) number = (number << 32n) | BigInt(word >>> 0);
  return number;
}

function wordsOf(value: bigint, version: 4 | 6): Prefix['words'] {
  const word = (shift: bigint) => Number((value >> shift) & WORD) | 0;
  return version === 4 ? [0, 0, 0xffff, word(0n)] : [word(96n), word(64n), word(32n), word(0n)];
}
