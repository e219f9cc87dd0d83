/** Predicates in codes: since codes are in the order of the values, every predicate is a few runs of codes. */
import { type Prefix, parsePrefix } from '../../format/address.js';
import type { ContrastColumn } from '../contrast.js';
import type { AttributeValue, Predicate } from '../rule.js';

/** Low and high, both inclusive, of each run: [low, high, low, high...]. Empty: no row of the contrast has such a value. */
export type Spans = readonly number[];

export function spansOf(column: ContrastColumn, predicate: Predicate): Spans {
  switch (predicate.operator) {
    case 'eq':
      return spanOfValue(column, predicate.value);
    case 'in':
      return predicate.value.flatMap((value) => spanOfValue(column, value));
    case 'range':
      return spanOfRange(column, predicate.value[0], predicate.value[1]);
  }
}

function spanOfValue(column: ContrastColumn, value: AttributeValue): Spans {
  if (column.addresses !== null) {
    const prefix = typeof value === 'string' ? parsePrefix(value) : null;
    return prefix === null ? [] : spanOfPrefix(column.addresses, prefix);
  }
  const code = column.codeOf(value);
  return code > 0 ? [code, code] : [];
}

function spanOfRange({ numbers }: ContrastColumn, low: number, high: number): Spans {
  if (numbers === null) return [];
  const first = firstIndex(numbers.length, (i) => (numbers[i] as number) >= low);
  const end = firstIndex(numbers.length, (i) => (numbers[i] as number) > high);
  return first < end ? [first + 1, end] : [];
}

function spanOfPrefix(addresses: Int32Array, prefix: Prefix): Spans {
  const bits = prefix.version === 4 ? prefix.length + 96 : prefix.length;
  const count = addresses.length >>> 2;
  const first = firstIndex(count, (i) => comparePrefix(addresses, i * 4, prefix.words, bits) >= 0);
  const end = firstIndex(count, (i) => comparePrefix(addresses, i * 4, prefix.words, bits) > 0);
  return first < end ? [first + 1, end] : [];
}

/** The first `bits` bits of an address against those of a prefix, as unsigned numbers. */
function comparePrefix(addresses: Int32Array, at: number, words: readonly number[], bits: number): number {
  for (let word = 0; word * 32 < bits; word += 1) {
    const shift = Math.max(0, 32 - (bits - word * 32));
    const a = (addresses[at + word] as number) >>> shift;
    const b = (words[word] as number) >>> shift;
    if (a !== b) return a - b;
  }
  return 0;
}

/** The first of `count` indexes that `isThere` holds for; it holds for all after it. */
function firstIndex(count: number, isThere: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isThere(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sets the bits of the rows `from` to `to` of `codes` that lie in the spans, from bit 0 of word `at`. The words must be 0. */
export function setBitsOf(
  codes: Uint32Array,
  from: number,
  to: number,
  spans: Spans,
  bits: Uint32Array,
  at: number,
): void {
  for (let span = 0; span < spans.length; span += 2) {
    const low = spans[span] as number;
    const width = (spans[span + 1] as number) - low;
    for (let row = from; row < to; row += 1) {
      // One comparison for both ends: below low it wraps to a large number.
      if (((codes[row] as number) - low) >>> 0 > width) continue;
      const i = row - from;
      bits[at + (i >>> 5)] = (bits[at + (i >>> 5)] as number) | (1 << (i & 31));
    }
  }
}
