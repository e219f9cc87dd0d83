/** Rows of the attack window, then those of good traffic, read as one list. */
import type { SampledRows } from '../../records/sampled-rows.js';
import type { AttributeReader } from '../attributes/attribute-reader.js';

export class RowPair<Samples> {
  readonly attackRows: number;
  readonly goodRows: number;
  /** Used again for every column: tables are made while others wait, and are half a megabyte a column. */
  readonly #numbers: Float64Array;
  readonly #parts: readonly SampledRows<Samples>[];

  constructor(attack: SampledRows<Samples>, good: SampledRows<Samples> | null) {
    this.attackRows = attack.rows.length;
    this.goodRows = good?.rows.length ?? 0;
    this.#parts = good === null ? [attack] : [attack, good];
    this.#numbers = new Float64Array(this.rows);
  }

  get rows(): number {
    return this.attackRows + this.goodRows;
  }

  /** Calls back for every row: `index` counts through both. */
  each(see: (samples: Samples, row: number, index: number) => void): void {
    let index = 0;
    for (const { samples, rows } of this.#parts) {
      for (let i = 0; i < rows.length; i += 1, index += 1) see(samples, rows[i] as number, index);
    }
  }

  /** What `read` says of each row. Lent until the next call. */
  numbers(read: AttributeReader<Samples>['read']): Float64Array {
    const numbers = this.#numbers;
    let index = 0;
    for (const { samples, rows } of this.#parts) {
      for (let i = 0; i < rows.length; i += 1, index += 1) numbers[index] = read(samples, rows[i] as number);
    }
    return numbers;
  }

  weights(): Float64Array {
    const weights = new Float64Array(this.rows);
    let at = 0;
    for (const part of this.#parts) {
      weights.set(part.weights, at);
      at += part.rows.length;
    }
    return weights;
  }

  /** A text that went since the row was sampled is shown by its hash. */
  textOf(hash: number): string {
    for (const { texts } of this.#parts) {
      const text = texts.textOf(hash);
      if (text !== null) return text;
    }
    return `(text ${hash.toString(16)})`;
  }
}
