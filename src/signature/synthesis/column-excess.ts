/** Counts of one column over the rows searched, and which predicates on it hold how much of the excess. */
import { formatPrefix, maskOf, type Prefix } from '../../format/address.js';
import type { ContrastColumn } from '../contrast.js';
import { shortestInterval } from '../diff/shortest-interval.js';
import type { AttributeValue, Predicate } from '../rule.js';
import { between, oneOf } from './term.js';

const SET_SIZES = [2, 4, 8];
const TOP_VALUES = 8;
const RANGE_SHARES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995];
/** Of the attack, that a prefix must hold to be a candidate. */
const LEAST_PREFIX_EXCESS = 0.02;
/** A value of less is not worth its place in a set: one long good flow that the other side happens to lack has as much. */
const LEAST_MEMBER_EXCESS = 0.03;
const PREFIX_LENGTHS = { 4: [8, 16, 24, 32], 6: [32, 48, 64, 128] } as const;

/** Excess share of each code, not below 0; cell 0 stays 0. */
export type Excess = Float64Array;

export function excessOf(
  column: ContrastColumn,
  attack: Uint32Array,
  good: Uint32Array,
  attackFraction: number,
): Excess {
  const excess = new Float64Array(column.valueCount + 1);
  for (let i = 0; i < attack.length; i += 1) excess[attack[i] as number] = (excess[attack[i] as number] as number) + 1;
  const ofWindow = 1 / Math.max(1, attack.length) / attackFraction;
  for (let code = 0; code < excess.length; code += 1) excess[code] = (excess[code] as number) * ofWindow;
  const ofGood = (1 - attackFraction) / Math.max(1, good.length) / attackFraction;
  for (let i = 0; i < good.length; i += 1) excess[good[i] as number] = (excess[good[i] as number] as number) - ofGood;
  for (let code = 0; code < excess.length; code += 1) if ((excess[code] as number) < 0) excess[code] = 0;
  excess[0] = 0;
  return excess;
}

/** The codes with the largest excess, largest first. */
export function topCodes(excess: Excess, limit: number): number[] {
  const top: number[] = [];
  for (let code = 1; code < excess.length; code += 1) {
    const share = excess[code] as number;
    if (share <= 0 || (top.length === limit && share <= (excess[top[limit - 1] as number] as number))) continue;
    let at = Math.min(top.length, limit - 1);
    for (; at > 0 && (excess[top[at - 1] as number] as number) < share; at -= 1) top[at] = top[at - 1] as number;
    top[at] = code;
  }
  return top;
}

/** Predicates worth a try: single values, sets of the largest, prefixes. Ranges are apart, they have to keep still. */
export function valuePredicates(column: ContrastColumn, excess: Excess): Predicate[] {
  const { name, type } = column.attribute;
  if (type === 'prefix') return prefixPredicates(column, excess);
  const top = topCodes(excess, TOP_VALUES);
  const values = top.map((code) => oneOf(name, [column.valueOf(code)]));
  const large = top.filter((code) => (excess[code] as number) >= LEAST_MEMBER_EXCESS);
  const sizes = new Set([...SET_SIZES, large.length].filter((size) => size > 1 && size <= large.length));
  const sets = [...sizes].map((size) => setPredicate(column, large.slice(0, size)));
  return [...values, ...sets];
}

/** Every value of 3 % of the attack, the eight largest. */
export function largestSet(column: ContrastColumn, excess: Excess): Predicate | null {
  const large = topCodes(excess, TOP_VALUES).filter((code) => (excess[code] as number) >= LEAST_MEMBER_EXCESS);
  return large.length === 0 || column.addresses !== null ? null : setPredicate(column, large);
}

export function setPredicate(column: ContrastColumn, codes: readonly number[]): Predicate {
  const values: AttributeValue[] = [...codes].sort((a, b) => a - b).map((code) => column.valueOf(code));
  return oneOf(column.attribute.name, values);
}

export function rangePredicates(column: ContrastColumn, excess: Excess): Predicate[] {
  const ranges = RANGE_SHARES.flatMap((share) => rangePredicate(column, excess, share) ?? []);
  return ranges.filter(({ operator }) => operator === 'range');
}

export function rangePredicate(column: ContrastColumn, excess: Excess, share: number): Predicate | null {
  const { numbers } = column;
  if (!column.attribute.hasRanges || numbers === null) return null;
  const interval = shortestInterval(excess, numbers, share);
  if (interval === null) return null;
  return between(column.attribute.name, numbers[interval.low - 1] as number, numbers[interval.high - 1] as number);
}

/** Runs of neighbouring addresses that share a prefix and hold 2 % of the excess, longest prefixes first. */
export function prefixPredicates(column: ContrastColumn, excess: Excess, least = LEAST_PREFIX_EXCESS): Predicate[] {
  const { addresses, valueCount } = column;
  if (addresses === null) return [];
  const found: Predicate[] = [];
  for (const version of [4, 6] as const) {
    for (const length of [...PREFIX_LENGTHS[version]].reverse()) {
      let prefix: Prefix | null = null;
      let mass = 0;
      for (let code = 1; code <= valueCount + 1; code += 1) {
        if (prefix !== null && (code > valueCount || !isIn(addresses, code, prefix))) {
          if (mass >= least) found.push(oneOf(column.attribute.name, [textOf(prefix)]));
          prefix = null;
          mass = 0;
        }
        if (code > valueCount || versionOf(addresses, code) !== version) continue;
        prefix ??= prefixOf(addresses, code, version, length);
        mass += excess[code] as number;
      }
    }
  }
  return found;
}

export function textOf(prefix: Prefix): string {
  const text = formatPrefix(prefix);
  return text.includes('/') ? text : `${text}/${prefix.length}`;
}

function versionOf(addresses: Int32Array, code: number): 4 | 6 {
  const at = (code - 1) * 4;
  return addresses[at] === 0 && addresses[at + 1] === 0 && addresses[at + 2] === 0xffff ? 4 : 6;
}

function prefixOf(addresses: Int32Array, code: number, version: 4 | 6, length: number): Prefix {
  const at = (code - 1) * 4;
  const bits = version === 4 ? length + 96 : length;
  const word = (i: number): number => (addresses[at + i] as number) & maskOf(Math.min(32, Math.max(0, bits - i * 32)));
  return { version, length, words: [word(0), word(1), word(2), word(3)] };
}

function isIn(addresses: Int32Array, code: number, prefix: Prefix): boolean {
  if (versionOf(addresses, code) !== prefix.version) return false;
  const bits = prefix.version === 4 ? prefix.length + 96 : prefix.length;
  for (let i = 0; i * 32 < bits; i += 1)
    if (((addresses[(code - 1) * 4 + i] as number) & maskOf(Math.min(32, bits - i * 32))) !== prefix.words[i])
      return false;
  return true;
}
