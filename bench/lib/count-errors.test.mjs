import { expect, test } from 'vitest';
import { distinctError, topError } from './count-errors.mjs';

const row = (key, packets) => ({ key, packets });

test.each([
  {
    name: 'all found, one off by a tenth',
    found: [row('a', 110), row('b', 50)],
    exact: { a: 100, b: 50 },
    top: 2,
    expected: { recall: 100, mean: 5, max: 10 },
  },
  {
    name: 'a key that ties with the last is as good',
    found: [row('a', 9), row('c', 5)],
    exact: { a: 9, b: 5, c: 5 },
    top: 2,
    expected: { recall: 100, mean: 0, max: 0 },
  },
  {
    name: 'a light key in place of a heavy one',
    found: [row('a', 9), row('x', 8)],
    exact: { a: 9, b: 5 },
    top: 2,
    expected: { recall: 50, mean: 0, max: 0 },
  },
  {
    name: 'fewer keys than asked for',
    found: [row('a', 9)],
    exact: { a: 9 },
    top: 100,
    expected: { recall: 100, mean: 0, max: 0 },
  },
  { name: 'nothing found', found: [], exact: { a: 9 }, top: 1, expected: { recall: 0, mean: 100, max: 100 } },
])('$name', ({ found, exact, top, expected }) => {
  expect(topError(found, 'packets', new Map(Object.entries(exact)), top)).toEqual(expected);
});

test('distinct keys, in percent of the exact number', () => expect(distinctError(99, 100)).toBeCloseTo(1));
