/**
 * Numbers of rows → dense codes in the order of the numbers. Up to 65 535 by a table of all values, others by open addressing; both are
 * kept from one column to the next, so a column costs two passes over its rows and a sort of its distinct values.
 */
import { mix32, randomSeed } from '../../sketch/hash.js';

/** Values are what an attacker sends: who does not know this cannot make them fall into one place. */
const SEED = randomSeed();

/** Codes of one column: 0 absent, c for `values[c - 1]`. */
export interface CodedNumbers {
  readonly codes: Uint32Array;
  /** Ascending. */
  readonly values: Uint32Array;
}

const DIRECT_VALUES = 0x10000;
const direct = new Uint32Array(DIRECT_VALUES);

/** `numbers`: whole, 0 to 2^32 - 1, or below 0 where absent. `largest` is the largest of them. */
export function codeNumbers(numbers: Float64Array, largest: number): CodedNumbers {
  return largest < DIRECT_VALUES ? codeSmall(numbers, largest) : codeLarge(numbers);
}

function codeSmall(numbers: Float64Array, largest: number): CodedNumbers {
  const codes = new Uint32Array(numbers.length);
  direct.fill(0, 0, largest + 1);
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row] as number;
    if (number >= 0) direct[number] = 1;
  }
  let count = 0;
  for (let value = 0; value <= largest; value += 1) if (direct[value] !== 0) direct[value] = count += 1;
  const values = new Uint32Array(count);
  for (let value = 0; value <= largest; value += 1) {
    if (direct[value] !== 0) values[(direct[value] as number) - 1] = value;
  }
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row] as number;
    if (number >= 0) codes[row] = direct[number] as number;
  }
  return { codes, values };
}

function codeLarge(numbers: Float64Array): CodedNumbers {
  const codes = new Uint32Array(numbers.length);
  const places = new NumberPlaces(numbers.length);
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row] as number;
    // The place of its value, plus 1, until the codes are known.
    if (number >= 0) codes[row] = places.placeOf(number) + 1;
  }
  const values = places.values().sort();
  for (let code = 1; code <= values.length; code += 1) places.setCode(values[code - 1] as number, code);
  for (let row = 0; row < codes.length; row += 1) {
    if (codes[row] !== 0) codes[row] = places.codeAt((codes[row] as number) - 1);
  }
  return { codes, values };
}

/** Distinct 32-bit numbers, each in a place; half of the places stay empty. */
class NumberPlaces {
  readonly #numbers: Uint32Array;
  /** 0: empty. */
  readonly #codes: Uint32Array;
  readonly #shift: number;
  #count = 0;

  constructor(most: number) {
    const bits = 32 - Math.clz32(Math.max(2, most * 2 - 1));
    this.#shift = 32 - bits;
    this.#numbers = new Uint32Array(2 ** bits);
    this.#codes = new Uint32Array(2 ** bits);
  }

  placeOf(number: number): number {
    const mask = this.#codes.length - 1;
    let place = mix32(number ^ SEED) >>> this.#shift;
    while (this.#codes[place] !== 0) {
      if (this.#numbers[place] === number) return place;
      place = (place + 1) & mask;
    }
    this.#numbers[place] = number;
    this.#codes[place] = 1;
    this.#count += 1;
    return place;
  }

  setCode(number: number, code: number): void {
    this.#codes[this.placeOf(number)] = code;
  }

  codeAt(place: number): number {
    return this.#codes[place] as number;
  }

  values(): Uint32Array {
    const values = new Uint32Array(this.#count);
    let next = 0;
    for (let place = 0; place < this.#codes.length; place += 1) {
      if (this.#codes[place] === 0) continue;
      values[next] = this.#numbers[place] as number;
      next += 1;
    }
    return values;
  }
}
