/** Where the columns of a batch lie: in memory a kernel can reach, or in memory of their own. */

/** One batch in shared memory, laid out as src/records/batch-layout.ts says. */
export interface ColumnPlace {
  readonly buffer: ArrayBuffer;
  /** Address of the batch in it. */
  readonly at: number;
}

type ArrayMaker<T> = { new (length: number): T; new (buffer: ArrayBuffer, at: number, length: number): T };

/** `length` elements at `offset` of the place; without one, an array of its own. */
export function column<T>(place: ColumnPlace | null, offset: number, make: ArrayMaker<T>, length: number): T {
  return place === null ? new make(length) : new make(place.buffer, place.at + offset, length);
}
