import { mix32, randomSeed } from '../../sketch/hash.js';

/** What lies in an empty slot, and what stands for a key of that value. */
const EMPTY = 0;
const ZERO = 0x5bd1e995;

const LEAST_BITS = 8;

/** 32-bit words, at most `most`: open addressing, no garbage. */
class KeySet {
  size = 0;
  #slots = new Int32Array(2 ** LEAST_BITS);
  #shift = 32 - LEAST_BITS;

  constructor(
    readonly most: number,
    readonly seed: number,
  ) {}

  /** Its place, or that of the empty slot where it belongs: at least half of them are empty. */
  #placeOf(key: number): number {
    const last = this.#slots.length - 1;
    let place = mix32(key ^ this.seed) >>> this.#shift;
    while (this.#slots[place] !== key && this.#slots[place] !== EMPTY) place = (place + 1) & last;
    return place;
  }

  has(key: number): boolean {
    return this.#slots[this.#placeOf(key | 0 || ZERO)] !== EMPTY;
  }

  /** False: there is no room. */
  add(key: number): boolean {
    const word = key | 0 || ZERO;
    const place = this.#placeOf(word);
    if (this.#slots[place] === word) return true;
    if (this.size >= this.most) return false;
    this.#slots[place] = word;
    this.size += 1;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  #grow(): void {
    const words = this.#slots;
    this.#slots = new Int32Array(words.length * 2);
    this.#shift -= 1;
    for (const word of words) if (word !== EMPTY) this.#slots[this.#placeOf(word)] = word;
  }

  clear(): void {
    if (this.size > 0) this.#slots.fill(EMPTY);
    this.size = 0;
  }
}

/** Keys (32-bit words) of the last one or two spans of time, bounded: of too many the oldest go. */
export class RecentKeys {
  #older: KeySet;
  #newer: KeySet;
  #span = Number.NaN;

  /** `most`: in each of the two spans. */
  constructor(
    readonly seconds: number,
    most: number,
  ) {
    const seed = randomSeed();
    this.#older = new KeySet(most, seed);
    this.#newer = new KeySet(most, seed);
  }

  add(key: number, sec: number): void {
    const span = Math.floor(sec / this.seconds);
    if (span !== this.#span) {
      const goesOn = span === this.#span + 1;
      this.#turn();
      if (!goesOn) this.#older.clear();
      this.#span = span;
    }
    if (this.#newer.add(key)) return;
    this.#turn();
    this.#newer.add(key);
  }

  #turn(): void {
    const older = this.#older;
    this.#older = this.#newer;
    this.#newer = older;
    older.clear();
  }

  has(key: number): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  clear(): void {
    this.#older.clear();
    this.#newer.clear();
  }
}
