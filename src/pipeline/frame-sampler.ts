/**
 * One of N frames, drawn so that every frame has the same chance whatever the traffic's rhythm: gaps are uniform over 1..2N-1
 * (mean N), the first one of a stretch is what is left of such a gap at a random moment. A fixed step would see only one phase of
 * traffic that comes in turns; independent draws (geometric gaps) would estimate totals with three times the variance.
 */
import type { FrameBatch } from '../records/frame-batch.js';
import { nextRandom } from '../sketch/hash.js';

export class FrameSampler {
  #rate = 1;
  #random: number;
  /** Frames to pass over before the next one is taken. */
  #skip = 0;
  /** Bytes on the wire of the rows last kept. */
  keptBytes = 0;

  constructor(seed: number) {
    this.#random = seed | 1;
  }

  get rate(): number {
    return this.#rate;
  }

  /** One of `rate` from the next frame on; an integer >= 1. */
  setRate(rate: number): void {
    this.#rate = rate;
    // What is left of a gap drawn by its length: the smaller of two different numbers of 1..2N.
    const first = this.#below(2 * rate);
    const second = (first + 1 + this.#below(2 * rate - 1)) % (2 * rate);
    this.#skip = rate === 1 ? 0 : Math.min(first, second);
  }

  /**
   * Moves the frames chosen among rows `from..to` to the front of the batch, over the rows there; returns how many. Touches only
   * those, so passing over a frame costs nothing.
   */
  keep(frames: FrameBatch, from: number, to: number): number {
    const { at, capLen, wireLen, sec, nsec, linkType } = frames;
    const gaps = 2 * this.#rate - 1;
    let kept = 0;
    let bytes = 0;
    let row = from + this.#skip;
    for (; row < to; row += 1 + this.#below(gaps)) {
      const length = wireLen[row] as number;
      at[kept] = at[row] as number;
      capLen[kept] = capLen[row] as number;
      wireLen[kept] = length;
      sec[kept] = sec[row] as number;
      nsec[kept] = nsec[row] as number;
      linkType[kept] = linkType[row] as number;
      bytes += length;
      kept += 1;
    }
    this.#skip = row - to;
    this.keptBytes = bytes;
    return kept;
  }

  #below(count: number): number {
    this.#random = nextRandom(this.#random);
    return Math.floor(((this.#random >>> 0) / 2 ** 32) * count);
  }
}
