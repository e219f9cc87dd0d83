/** Rows chosen from samples, for who looks at them one by one: a diff, an estimate. */
import type { TextLookup } from './text-keeper.js';

export interface SampledRows<Samples> {
  readonly samples: Samples;
  /** Row numbers in `samples`. */
  readonly rows: Int32Array;
  /** Messages each of them stands for. */
  readonly weights: Float64Array;
  /** The texts that the samples hold hashes of. */
  readonly texts: TextLookup;
}
