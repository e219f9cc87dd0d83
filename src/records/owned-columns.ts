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
  const isRun = isOneRun(rows, count);
  for (const [index, source] of columnsOf(from).entries()) {
    const target = targets[index] as Column;
    const cells = target.length / toRows;
    const firstAt = (rows[0] as number) * cells;
    if (isRun) target.set(source.subarray(firstAt, firstAt + count * cells));
    else pickCells(target, source, rows, count, cells);
  }
}

/** Rows that follow one another, as those of samples that hold nothing else. */
function isOneRun(rows: ArrayLike<number>, count: number): boolean {
  for (let i = 1; i < count; i += 1) if (rows[i] !== (rows[0] as number) + i) return false;
  return count > 0;
}

/** As whole numbers of the same width: one loop over eight kinds of arrays is six times slower than one loop for each width. */
function pickCells(target: Column, source: Column, rows: ArrayLike<number>, count: number, cells: number): void {
  const widthOf = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array };
  const view = widthOf[target.BYTES_PER_ELEMENT as keyof typeof widthOf];
  const to = new view(target.buffer as ArrayBuffer, target.byteOffset, target.length);
  const from = new view(source.buffer as ArrayBuffer, source.byteOffset, source.length);
  if (to instanceof Uint8Array) pickBytes(to, from as Uint8Array, rows, count, cells);
  else if (to instanceof Uint16Array) pickHalves(to, from as Uint16Array, rows, count, cells);
  else if (to instanceof Uint32Array) pickWords(to, from as Uint32Array, rows, count, cells);
  else pickDoubles(to, from as Float64Array, rows, count, cells);
}

function pickBytes(to: Uint8Array, from: Uint8Array, rows: ArrayLike<number>, count: number, cells: number): void {
  for (let i = 0, next = 0; i < count; i += 1) {
    const at = (rows[i] as number) * cells;
    for (let cell = 0; cell < cells; cell += 1, next += 1) to[next] = from[at + cell] as number;
  }
}

function pickHalves(to: Uint16Array, from: Uint16Array, rows: ArrayLike<number>, count: number, cells: number): void {
  for (let i = 0, next = 0; i < count; i += 1) {
    const at = (rows[i] as number) * cells;
    for (let cell = 0; cell < cells; cell += 1, next += 1) to[next] = from[at + cell] as number;
  }
}

function pickWords(to: Uint32Array, from: Uint32Array, rows: ArrayLike<number>, count: number, cells: number): void {
  for (let i = 0, next = 0; i < count; i += 1) {
    const at = (rows[i] as number) * cells;
    for (let cell = 0; cell < cells; cell += 1, next += 1) to[next] = from[at + cell] as number;
  }
}

function pickDoubles(
  to: Float64Array,
  from: Float64Array,
  rows: ArrayLike<number>,
  count: number,
  cells: number,
): void {
  for (let i = 0, next = 0; i < count; i += 1) {
    const at = (rows[i] as number) * cells;
    for (let cell = 0; cell < cells; cell += 1, next += 1) to[next] = from[at + cell] as number;
  }
}
