/**
 * Addresses of rows → dense codes in the order of the addresses as unsigned numbers, so that a prefix is a range of codes. IPv4 is
 * ::ffff:a.b.c.d, and sorted by its one word: floods are mostly that, with as many sources as rows.
 */
import { hashWords, randomSeed } from '../../sketch/hash.js';

const SEED = randomSeed();
const WORDS = 4;
const MAPPED_WORD_2 = 0xffff;

export interface CodedAddresses {
  /** 1 to the number of addresses. */
  readonly codes: Uint32Array;
  /** Four words each, ascending. */
  readonly addresses: Int32Array;
}

/** `words`: four a row. */
export function codeAddresses(words: Int32Array): CodedAddresses {
  const rows = words.length / WORDS;
  const codes = new Uint32Array(rows);
  const places = new AddressPlaces(words, rows);
  for (let row = 0; row < rows; row += 1) codes[row] = places.placeOf(words, row * WORDS, row);
  const addresses = sorted(words, places.firstRows());
  for (let index = 0; index < addresses.length / WORDS; index += 1) {
    places.setCode(places.placeOf(addresses, index * WORDS, 0), index + 1);
  }
  for (let row = 0; row < rows; row += 1) codes[row] = places.codeAt(codes[row] as number);
  return { codes, addresses };
}

export function isIpv4(words: ArrayLike<number>, at: number): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED_WORD_2;
}

/** Below 0, 0 or above: as unsigned numbers. */
export function compareAddresses(a: ArrayLike<number>, aAt: number, b: ArrayLike<number>, bAt: number): number {
  for (let word = 0; word < WORDS; word += 1) {
    const left = (a[aAt + word] as number) >>> 0;
    const right = (b[bAt + word] as number) >>> 0;
    if (left !== right) return left - right;
  }
  return 0;
}

/** Of distinct addresses. */
function sorted(words: Int32Array, rows: readonly number[]): Int32Array {
  const ipv4 = new Uint32Array(rows.length);
  const others: number[] = [];
  let count = 0;
  for (const row of rows) {
    if (!isIpv4(words, row * WORDS)) others.push(row);
    else ipv4[count++] = words[row * WORDS + 3] as number;
  }
  ipv4.subarray(0, count).sort();
  others.sort((a, b) => compareAddresses(words, a * WORDS, words, b * WORDS));
  const addresses = new Int32Array(rows.length * WORDS);
  let next = 0;
  const mapped = [0, 0, MAPPED_WORD_2, 0];
  const put = (row: number) => {
    addresses.set(words.subarray(row * WORDS, row * WORDS + WORDS), next);
    next += WORDS;
  };
  const isBelow = (row: number) => compareAddresses(words, row * WORDS, mapped, 0) < 0;
  for (const row of others) if (isBelow(row)) put(row);
  for (const word of ipv4.subarray(0, count)) {
    addresses[next + 2] = MAPPED_WORD_2;
    addresses[next + 3] = word;
    next += WORDS;
  }
  for (const row of others) if (!isBelow(row)) put(row);
  return addresses;
}

/** Distinct addresses, each in a place that names its first row; half of the places stay empty. */
class AddressPlaces {
  readonly #words: Int32Array;
  /** First row plus 1; 0: empty. */
  readonly #rows: Int32Array;
  readonly #codes: Uint32Array;

  constructor(words: Int32Array, rows: number) {
    const places = 2 ** (32 - Math.clz32(Math.max(2, rows * 2 - 1)));
    this.#words = words;
    this.#rows = new Int32Array(places);
    this.#codes = new Uint32Array(places);
  }

  /** The place of an address, taken for row `row` when it is new. */
  placeOf(address: Int32Array, at: number, row: number): number {
    const mask = this.#rows.length - 1;
    let place = hashWords(address, at, WORDS, SEED) & mask;
    for (let first = this.#rows[place] as number; first !== 0; first = this.#rows[place] as number) {
      if (isSame(this.#words, (first - 1) * WORDS, address, at)) return place;
      place = (place + 1) & mask;
    }
    this.#rows[place] = row + 1;
    return place;
  }

  setCode(place: number, code: number): void {
    this.#codes[place] = code;
  }

  codeAt(place: number): number {
    return this.#codes[place] as number;
  }

  firstRows(): number[] {
    const rows: number[] = [];
    for (const first of this.#rows) if (first !== 0) rows.push(first - 1);
    return rows;
  }
}

function isSame(a: Int32Array, aAt: number, b: Int32Array, bAt: number): boolean {
  if (a[aAt + 3] !== b[bAt + 3] || a[aAt + 2] !== b[bAt + 2]) return false;
  return a[aAt + 1] === b[bAt + 1] && a[aAt] === b[bAt];
}
