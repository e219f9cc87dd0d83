/**
 * How many messages of a kind are read when there are too many to read all. Each that is read counts for as many as were passed
 * over, so sums stay unbiased. Gaps are uniform over 1..2N-1, as in FrameSampler: messages that take turns are seen in all turns.
 *
 * `perSecond`, for sources that run against the clock: up to `limit` in a second of capture time, then every second one, every
 * fourth... A second's work is limit × log2 of its messages; a constant flood is read at one rate from its second second on.
 * `inAll`, for files, whose seconds pass in no time: up to `limit`, then ever fewer, down to one in `lastRate`.
 */
import { nextRandom } from '../sketch/hash.js';

/** Behind a limit in all the rate doubles with every eighth of it. */
const STEPS = 8;

export class Stride {
  /** One in so many is read, and stands for them. */
  rate = 1;
  #taken = 0;
  /** Messages read until the next rate. */
  #step: number;
  /** What the messages of the running second stand for. */
  #seen = 0;
  #left = 1;
  #random: number;

  /** `lastRate`: of a limit in all; null for a limit per second. */
  constructor(
    readonly limit: number,
    seed: number,
    readonly lastRate: number | null = null,
  ) {
    this.#random = seed | 1;
    this.#step = limit;
  }

  /** How many messages the next one stands for; 0: it is not read. */
  take(): number {
    this.#left -= 1;
    if (this.#left > 0) return 0;
    const { rate } = this;
    this.note(1);
    this.#left = this.#gap();
    return rate;
  }

  #gap(): number {
    if (this.rate === 1) return 1;
    this.#random = nextRandom(this.#random);
    return 1 + ((this.#random >>> 0) % (2 * this.rate - 1));
  }

  /** `count` messages were read at the running rate, chosen elsewhere. */
  note(count: number): void {
    this.#seen += count * this.rate;
    this.#taken += count;
    while (this.#taken >= this.#step) {
      this.#taken -= this.#step;
      if (this.lastRate === null) this.rate *= 2;
      else {
        this.rate = Math.min(this.rate * 2, this.lastRate);
        this.#step = this.limit / STEPS;
      }
    }
  }

  /** The rate at which as many messages as in the second before come to the limit at most. */
  beginSecond(): void {
    if (this.lastRate !== null) return;
    this.rate = 2 ** Math.max(0, Math.ceil(Math.log2(this.#seen / this.limit)));
    this.#taken = 0;
    this.#seen = 0;
    if (this.rate === 1) this.#left = 1;
  }
}
