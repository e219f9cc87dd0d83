/** Rows chosen from samples, for who looks at them one by one: a diff, an estimate. */
import type { TextLookup } from './text-keeper.js';

/** Which local lists hold the source of each row. */
export interface RowLists {
  /** In the order of `SampledRows.rows`. 0: none; n: `names[n - 1]`. */
  readonly numbers: Uint16Array;
  /** "firehol_level1", of several lists "abuse + firehol_level1". Names of files: may hold anything. */
  readonly names: readonly string[];
}

export interface SampledRows<Samples> {
  readonly samples: Samples;
  /** Row numbers in `samples`. */
  readonly rows: Int32Array;
  /** Messages each of them stands for. */
  readonly weights: Float64Array;
  /** The texts that the samples hold hashes of. */
  readonly texts: TextLookup;
  /** Left out where there are no lists. */
  readonly lists?: RowLists;
}
