/** Columns of a contrast, by the type of their attribute. */
import { formatIpv4, formatIpv6, parsePrefix } from '../../format/address.js';
import type { AttributeInfo } from '../attribute.js';
import type { ContrastColumn } from '../contrast.js';
import type { AttributeValue } from '../rule.js';
import { codeAddresses, compareAddresses, isIpv4 } from './address-codes.js';
import { codeNumbers } from './code-column.js';

/** `numbers`: one a row, below 0 where absent; `parts` of them make one. Null: no row has the attribute. */
export function numberColumn(attribute: AttributeInfo, numbers: Float64Array, parts: number): ContrastColumn | null {
  const largest = largestOf(numbers);
  if (largest < 0) return null;
  const { codes, values } = codeNumbers(numbers, largest);
  const shown = new Float64Array(values);
  if (parts !== 1) for (let i = 0; i < shown.length; i += 1) shown[i] = (shown[i] as number) / parts;
  return {
    attribute,
    codes,
    valueCount: shown.length,
    numbers: shown,
    addresses: null,
    valueOf: (code) => shown[code - 1] as number,
    codeOf: (value) =>
      typeof value === 'number' ? codeIn(shown.length, (index) => (shown[index] as number) - value) : 0,
  };
}

/** `numbers` stand for texts: `nameOf` says which. Null: no row has one. */
export function textColumn(
  attribute: AttributeInfo,
  numbers: Float64Array,
  nameOf: (number: number) => string,
): ContrastColumn | null {
  const largest = largestOf(numbers);
  if (largest < 0) return null;
  const { codes: raw, values } = codeNumbers(numbers, largest);
  const named = Array.from(values, (value, index) => ({ name: nameOf(value), code: index + 1 }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.code - b.code));
  const rank = new Uint32Array(values.length + 1);
  for (const [index, { code }] of named.entries()) rank[code] = index + 1;
  const codes = raw.map((code) => rank[code] as number);
  const codeByName = new Map(named.map(({ name }, index) => [name, index + 1]));
  return {
    attribute,
    codes,
    valueCount: named.length,
    numbers: null,
    addresses: null,
    valueOf: (code) => named[code - 1]?.name as string,
    codeOf: (value) => (typeof value === 'string' ? (codeByName.get(value) ?? 0) : 0),
  };
}

/** `words`: four a row. */
export function addressColumn(attribute: AttributeInfo, words: Int32Array): ContrastColumn | null {
  if (words.length === 0) return null;
  const { codes, addresses } = codeAddresses(words);
  const valueCount = addresses.length / 4;
  return {
    attribute,
    codes,
    valueCount,
    numbers: null,
    addresses,
    valueOf: (code) => addressText(addresses, (code - 1) * 4),
    codeOf: (value) => codeOfAddress(addresses, valueCount, value),
  };
}

function addressText(addresses: Int32Array, at: number): string {
  const [w0, w1, w2, w3] = addresses.subarray(at, at + 4) as unknown as [number, number, number, number];
  return isIpv4(addresses, at) ? `${formatIpv4(w3)}/32` : `${formatIpv6(w0, w1, w2, w3)}/128`;
}

function codeOfAddress(addresses: Int32Array, count: number, value: AttributeValue): number {
  const prefix = typeof value === 'string' ? parsePrefix(value) : null;
  if (prefix === null || prefix.length !== (prefix.version === 4 ? 32 : 128)) return 0;
  const { version, words } = prefix;
  const wanted = version === 4 ? [0, 0, 0xffff, words[3] as number] : words;
  return codeIn(count, (index) => compareAddresses(addresses, index * 4, wanted, 0));
}

/** Binary search: `compare` says whether value `index` is below (negative), what is looked for (0), or above. 0: none. */
function codeIn(count: number, compare: (index: number) => number): number {
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(middle);
    if (order === 0) return middle + 1;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

function largestOf(numbers: Float64Array): number {
  let largest = -1;
  for (let row = 0; row < numbers.length; row += 1)
    if ((numbers[row] as number) > largest) largest = numbers[row] as number;
  return largest;
}
