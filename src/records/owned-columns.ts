/** Columns that own their buffers, so that rows can move to another thread: the arrays of a record, in the order they were declared. */

export type Column =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** Every typed array among the record's own fields. */
export function columnsOf(record: object): Column[] {
  return Object.values(record).filter((field): field is Column => ArrayBuffer.isView(field));
}

/** To be given to `postMessage` and to `adoptBuffers` on the other side. */
export function buffersOf(record: object): ArrayBuffer[] {
  return columnsOf(record).map(({ buffer }) => buffer as ArrayBuffer);
}

/** Puts views of `buffers[from..]` in place of the record's columns. Returns the index behind the last one used. */
export function adoptBuffers(record: object, buffers: readonly ArrayBuffer[], from = 0): number {
  let next = from;
  for (const [name, field] of Object.entries(record)) {
    if (!ArrayBuffer.isView(field)) continue;
    const make = field.constructor as new (buffer: ArrayBuffer) => Column;
    Object.assign(record, { [name]: new make(buffers[next] as ArrayBuffer) });
    next += 1;
  }
  return next;
}

/** Copies rows of one record's columns to rows 0..count of another's, which has the same columns. Cells a row are 1 or 4. */
export function pickRows(to: object, toRows: number, from: object, rows: ArrayLike<number>, count: number): void {
  const targets = columnsOf(to);
  for (const [index, source] of columnsOf(from).entries()) {
    const target = targets[index] as Column;
    const cells = target.length / toRows;
    for (let i = 0; i < count; i += 1) {
      const at = (rows[i] as number) * cells;
      for (let cell = 0; cell < cells; cell += 1) target[i * cells + cell] = source[at + cell] as number;
    }
  }
}
