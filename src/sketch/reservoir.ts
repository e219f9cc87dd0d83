/** Which of a stream of items are kept so that each has the same chance: Algorithm L (Li 1994). All of them while there is room. */
import { mix32, nextRandom } from './hash.js';

export class Reservoir {
  /** Items seen. */
  seen = 0;
  /** Which item, counted from 1, is kept next. */
  #next = 1;
  #weight = 1;
  #random: number;

  constructor(
    readonly room: number,
    seed: number,
  ) {
    if (!(room >= 1)) throw new RangeError(`Reservoir: expected room for at least one, got ${room}.`);
    this.#random = mix32(seed) | 1;
  }

  get kept(): number {
    return Math.min(this.seen, this.room);
  }

  /** Where the next item goes, or -1 when it is passed over. */
  take(): number {
    this.seen += 1;
    if (this.seen < this.#next) return -1;
    if (this.seen <= this.room) {
      if (this.seen < this.room) this.#next = this.seen + 1;
      else this.#skip();
      return this.seen - 1;
    }
    const place = Math.floor(this.#draw() * this.room);
    this.#skip();
    return place;
  }

  #skip(): void {
    this.#weight *= Math.exp(Math.log(this.#draw()) / this.room);
    this.#next = this.seen + Math.floor(Math.log(this.#draw()) / Math.log(1 - this.#weight)) + 1;
  }

  /** Above 0, below 1. */
  #draw(): number {
    this.#random = nextRandom(this.#random);
    return ((this.#random >>> 0) + 0.5) / 2 ** 32;
  }
}
