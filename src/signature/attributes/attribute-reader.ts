/** How an attribute is read of sampled rows. */

/** A row without the attribute; no value is negative. */
export const ABSENT = -1;

export interface AttributeReader<Samples> {
  /** A whole number from 0 to 2^32 - 1, or ABSENT. Of text: its hash, or with `words` its index there. */
  read(samples: Samples, row: number): number;
  /** So many of the number make one: 2 for half bits. */
  readonly parts: number;
  /** All texts there are. */
  readonly words?: readonly string[];
}
