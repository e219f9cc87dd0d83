/** Seeded randomness (mulberry32): the same seed gives the same bytes. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 <= x < 1 (mulberry32, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Integer in from..to, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** 32 random bits. */
  word32(): number {
    return Math.floor(this.next() * 2 ** 32) | 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }

  /** Lower-case letters. */
  word(length: number): string {
    let text = '';
    for (let i = 0; i < length; i += 1) text += String.fromCharCode(97 + Math.floor(this.next() * 26));
    return text;
  }

  bytes(length: number): number[] {
    return Array.from({ length }, () => Math.floor(this.next() * 256));
  }

  /** Time to the next event of a Poisson process of `rate` a second. */
  gap(rate: number): number {
    return -Math.log(1 - this.next()) / rate;
  }
}
