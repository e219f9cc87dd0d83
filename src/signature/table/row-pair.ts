/** Rows of the attack window, then those of good traffic, read as one list. */
import type { SampledRows } from '../../records/sampled-rows.js';
import { ABSENT, type AttributeReader } from '../attributes/attribute-reader.js';

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

  /** Which lists hold the source of each row: a number a name, in both parts the same; -1: none. Null: there are no lists. */
  lists(): { readonly numbers: Float64Array; readonly names: readonly string[] } | null {
    if (this.#parts.every(({ lists }) => lists === undefined)) return null;
    const numbers = new Float64Array(this.rows).fill(ABSENT);
    const names: string[] = [];
    let index = 0;
    for (const { rows, lists } of this.#parts) {
      const places =
        lists?.names.map((name) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1)) ?? [];
      for (let i = 0; i < rows.length; i += 1, index += 1) {
        const number = lists?.numbers[i] ?? 0;
        if (number > 0) numbers[index] = places[number - 1] as number;
      }
    }
    return { numbers, names };
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
