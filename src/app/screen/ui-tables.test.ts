import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Talker } from '../../snapshot/snapshot.js';
import {
  clearSelection,
  EMPTY_TABLE,
  HOLD_MS,
  moveCursor,
  refreshTable,
  sortBy,
  type TableState,
  toggleMark,
} from './ui-tables.js';

const talker = (key: string, pps: number): Talker => ({ key, pps, bps: pps * 8, packets: pps, bytes: pps });
const keys = (table: TableState) => table.rows.map((row) => row.key).join('');
const AT = 1_000_000;
const VISIBLE = 3;

const first = refreshTable(EMPTY_TABLE, [talker('a', 3), talker('b', 2), talker('c', 1)], AT, VISIBLE);

test('without a selection the cursor rests on the first row, whatever it is', () => {
  const next = refreshTable(first, [talker('a', 1), talker('b', 2), talker('c', 9)], AT + 500, VISIBLE);
  expect([keys(next), next.index]).toEqual(['cba', 0]);
});

test('for two seconds after a key press rows keep their places, then the cursor goes with its key', () => {
  const chosen = moveCursor(first, 1, AT, VISIBLE);
  const data = [talker('a', 1), talker('b', 2), talker('c', 9), talker('d', 99)];
  const held = refreshTable(chosen, data, AT + HOLD_MS - 1, VISIBLE);
  expect([keys(held), held.index]).toEqual(['abcd', 1]);
  expect(held.rows[2]?.pps).toBe(9); // figures are new all the same
  const after = refreshTable(held, data, AT + HOLD_MS, VISIBLE);
  expect([keys(after), after.index, after.selectedKey]).toEqual(['dcba', 2, 'b']);
});

test('a selected row that leaves the list stays, marked as gone, in its place', () => {
  const chosen = moveCursor(first, 1, AT, VISIBLE);
  const next = refreshTable(chosen, [talker('a', 3), talker('c', 1), talker('d', 1)], AT + HOLD_MS, VISIBLE);
  expect([keys(next), next.index]).toEqual(['abcd', 1]);
  expect(next.rows[1]).toMatchObject({ key: 'b', pps: 0, isGone: true });
  expect(keys(clearSelection(next))).toBe('abcd');
});

test('sort, reverse, mark', () => {
  expect(keys(sortBy(first, 'pps', false, VISIBLE))).toBe('cba');
  expect(keys(sortBy(first, 'key', true, VISIBLE))).toBe('abc');
  expect([...toggleMark(first, AT).marked]).toEqual(['a']);
  expect([...toggleMark(toggleMark(first, AT), AT).marked]).toEqual([]);
});

test('property: the key under the cursor never changes without a key press, and the cursor is in sight', () => {
  const data = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefghij'), fc.integer({ min: 1, max: 50 })), {
    selector: ([key]) => key,
    minLength: 1,
  });
  const step = fc.oneof(
    fc.record({ move: fc.integer({ min: -4, max: 4 }) }),
    fc.record({ data, afterMs: fc.integer({ min: 100, max: 3000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let table = moveCursor(first, 0, AT, VISIBLE);
      let nowMs = AT;
      for (const next of steps) {
        const key = table.rows[table.index]?.key;
        if ('move' in next) table = moveCursor(table, next.move, nowMs, VISIBLE);
        else {
          nowMs += next.afterMs;
          table = refreshTable(
            table,
            next.data.map(([name, pps]) => talker(name, pps)),
            nowMs,
            VISIBLE,
          );
          expect(table.rows[table.index]?.key).toBe(key);
        }
        expect(table.index).toBeGreaterThanOrEqual(table.offset);
        expect(table.index).toBeLessThan(table.offset + VISIBLE);
        expect(new Set(table.rows.map((row) => row.key)).size).toBe(table.rows.length);
      }
    }),
  );
});
