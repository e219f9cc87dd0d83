import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Column, columnsOf, pickRows } from './owned-columns.js';

const ROWS = 20;
const MAKERS = [Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array];

/** A column of each kind, of one cell a row and of four. */
function record(rows: number, bytes: (index: number) => number): Readonly<Record<string, Column>> {
  const columns = MAKERS.flatMap((make) => [new make(rows), new make(rows * 4)]);
  for (const [number, column] of columns.entries()) {
    for (let i = 0; i < column.length; i += 1) column[i] = bytes(number * 997 + i) - 100;
  }
  return Object.fromEntries(columns.map((column, index) => [`c${index}`, column]));
}

test.each([
  ['any rows', fc.array(fc.nat(ROWS - 1), { maxLength: 30 })],
  [
    'rows that follow one another',
    fc
      .tuple(fc.nat(ROWS - 1), fc.nat(ROWS))
      .map(([from, length]) => Array.from({ length: Math.min(length, ROWS - from) }, (_, i) => from + i)),
  ],
])('rows of every kind of column are copied: %s', (_name, lists) => {
  const from = record(ROWS, (index) => Math.imul(index, 7919) & 0xff);
  fc.assert(
    fc.property(lists, (rows) => {
      const to = record(rows.length, () => 0);
      pickRows(to, rows.length, from, rows, rows.length);
      for (const [index, column] of columnsOf(from).entries()) {
        const cells = column.length / ROWS;
        const expected = rows.flatMap((row) => [...column.subarray(row * cells, (row + 1) * cells)]);
        expect([...columnsOf(to)[index]!]).toEqual(expected);
      }
    }),
  );
});
