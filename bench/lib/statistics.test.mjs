import { describe, expect, test } from 'vitest';
import { blockMeans, mean, median, regression, spread } from './statistics.mjs';

describe('spread', () => {
  test.each([
    { values: [3], low: 3, median: 3, high: 3 },
    { values: [10, 9], low: 9, median: 9, high: 10 },
    { values: [10, 9, 100], low: 9, median: 10, high: 100 },
    { values: [-1, 0.5, 2, 1], low: -1, median: 0.5, high: 2 },
  ])('of $values', ({ values, ...expected }) => {
    expect(spread(values)).toEqual(expected);
    expect(median(values)).toBe(expected.median);
  });

  test('of nothing is refused', () => expect(() => spread([])).toThrow(RangeError));
});

describe('regression', () => {
  test('a straight line has its slope and no error', () => {
    const { slope, start, standardError } = regression([0, 1, 2, 3].map((x) => [x, 5 - 2 * x]));
    expect(slope).toBeCloseTo(-2);
    expect(start).toBeCloseTo(5);
    expect(standardError).toBeCloseTo(0);
  });

  test('of scattered points', () => {
    const { slope, start, standardError } = regression([
      [1, 2],
      [2, 3],
      [3, 3],
      [4, 6],
    ]);
    expect(slope).toBeCloseTo(1.2);
    expect(start).toBeCloseTo(0.5);
    // residuals 0.3, 0.1, -1.1, 0.7: 1.8 / 2 degrees of freedom / 5
    expect(standardError).toBeCloseTo(Math.sqrt(1.8 / 2 / 5));
  });

  test('needs three points', () =>
    expect(() =>
      regression([
        [0, 1],
        [1, 1],
      ]),
    ).toThrow(RangeError));
});

test('blockMeans takes neighbours together', () => {
  const points = [1, 2, 3, 4, 5].map((x) => [x, x * 10]);
  expect(blockMeans(points, 3)).toEqual([
    [1.5, 15],
    [3.5, 35],
    [5, 50],
  ]);
  expect(blockMeans(points, 100)).toEqual(points);
  expect(mean([1, 2, 6])).toBe(3);
});
