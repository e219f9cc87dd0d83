/** The values of a predicate in the shapes the compilers want. Null: the predicate holds something else (a rule may come from a file). */
import { formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import type { AttributeValue, Predicate } from '../rule.js';

/** Low and high, both inclusive. */
export type Range = readonly [number, number];

/** Empty for a list that is none: a predicate may come from a file. */
export function valuesOf(predicate: Predicate): readonly AttributeValue[] {
  if (predicate.operator === 'eq') return [predicate.value];
  return Array.isArray(predicate.value) ? (predicate.value as readonly AttributeValue[]) : [];
}

/** Ascending, without overlaps, neighbours joined; whole numbers from 0 to `max`. */
export function rangesOf(predicate: Predicate, max: number): Range[] | null {
  const isRange = predicate.operator === 'range';
  const values = valuesOf(predicate);
  if (values.length === 0 || !values.every((value) => isWhole(value, max))) return null;
  const numbers = values as readonly number[];
  if (!isRange) return joinRanges(numbers.map((value) => [value, value]));
  const [low, high] = numbers;
  return numbers.length === 2 && low <= high ? [[low, high]] : null;
}

function isWhole(value: AttributeValue, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

export function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

export function textsOf(predicate: Predicate): readonly string[] | null {
  if (predicate.operator === 'range') return null;
  const values = valuesOf(predicate);
  return values.length > 0 && values.every((value) => typeof value === 'string') ? (values as readonly string[]) : null;
}

export function prefixesOf(predicate: Predicate): readonly Prefix[] | null {
  const prefixes = textsOf(predicate)?.map(parsePrefix);
  return prefixes === undefined || prefixes.some((prefix) => prefix === null) ? null : (prefixes as Prefix[]);
}

/** With its length, also for a host: flowspec and readers of JSON want it. */
export function prefixWithLength(prefix: Prefix): string {
  const text = formatPrefix(prefix);
  return text.includes('/') ? text : `${text}/${prefix.length}`;
}

/** Four bytes read better in hexadecimal: 0x2112a442. */
export function numberText({ size }: { readonly size: number }, number: number): string {
  return size === 4 ? `0x${number.toString(16)}` : `${number}`;
}
