/** Clients of a log by address: rows in turn into the tables of both versions. Runs of equal weight are added at once. */
import type { HttpLogBatch } from '../../records/http-log-batch.js';
import { AddressDimension, type TableOptions } from '../dimension.js';

const V4_MAPPED = 0xffff;

export class EdgeClients {
  readonly addresses: AddressDimension;
  readonly #keys4: Int32Array;
  readonly #bytes4: Float64Array;
  readonly #keys6: Int32Array;
  readonly #bytes6: Float64Array;
  #count4 = 0;
  #count6 = 0;
  #weight = 1;

  constructor(options: TableOptions, batchRows: number) {
    this.addresses = new AddressDimension(32, 128, options, batchRows);
    this.#keys4 = new Int32Array(batchRows);
    this.#bytes4 = new Float64Array(batchRows);
    this.#keys6 = new Int32Array(batchRows * 4);
    this.#bytes6 = new Float64Array(batchRows);
  }

  add({ src, weight, responseBytes }: HttpLogBatch, rows: Int32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const requests = weight[row] as number;
      if (requests !== this.#weight) this.#flush();
      this.#weight = requests;
      const at = row * 4;
      const bytes = (responseBytes[row] as number) * requests;
      const isUpperZero = src[at] === 0 && src[at + 1] === 0;
      if (isUpperZero && src[at + 2] === V4_MAPPED) {
        this.#keys4[this.#count4] = src[at + 3] as number;
        this.#bytes4[this.#count4] = bytes;
        this.#count4 += 1;
      } else if (!isUpperZero || src[at + 2] !== 0 || src[at + 3] !== 0) {
        for (let word = 0; word < 4; word += 1) this.#keys6[this.#count6 * 4 + word] = src[at + word] as number;
        this.#bytes6[this.#count6] = bytes;
        this.#count6 += 1;
      }
    }
    this.#flush();
  }

  #flush(): void {
    this.addresses.addV4(this.#keys4, this.#bytes4, this.#count4, this.#weight);
    this.addresses.addV6(this.#keys6, this.#bytes6, this.#count6, this.#weight);
    this.#count4 = 0;
    this.#count6 = 0;
  }
}
