import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COMPACT_CELLS,
  formatBps,
  formatBpsUnit,
  formatBytes,
  formatCount,
  formatExact,
  formatPps,
  formatPpsUnit,
  formatShare,
} from './number-format.js';

test.each([
  [0, '0'],
  [1, '1'],
  [999, '999'],
  [999.4, '999'],
  [999.5, '1.00k'],
  [1000, '1.00k'],
  [1234, '1.23k'],
  [9994, '9.99k'],
  [9995, '10.0k'],
  [45_600, '45.6k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [999_499, '999k'],
  [999_500, '1.00M'],
  [1_234_567, '1.23M'],
  [8.31e9, '8.31G'],
  [2 ** 53, '9.01P'],
  [-1234, '-1.23k'],
  [Number.NaN, '-'],
  [Infinity, '-'],
] as const)('formatCount(%d) = %s', (value, text) => expect(formatCount(value)).toBe(text));

test.each([
  [0, '0'],
  [0.01, '<0.1'],
  [0.4, '0.4'],
  [1, '1'],
  [9.94, '9.9'],
  [9.96, '10'],
  [12.3, '12'],
  [1.24e6, '1.24M'],
  [Number.NaN, '-'],
] as const)('formatPps(%d) = %s', (value, text) => expect(formatPps(value)).toBe(text));

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1 000'],
  [12_340, '12 340'],
  [1_234_567, '1 234 567'],
  [Number.NaN, '-'],
] as const)('formatExact(%d) = %s', (value, text) => expect(formatExact(value)).toBe(text));

test.each([
  [0, '0%'],
  [0.0001, '<0.1%'],
  [0.003, '0.3%'],
  [0.5, '50.0%'],
  [0.9684, '96.8%'],
  [0.99999, '99.9%'],
  [1, '100%'],
  [Number.NaN, '-'],
] as const)('formatShare(%d) = %s', (value, text) => expect(formatShare(value)).toBe(text));

describe('units', () => {
  test.each([
    [formatBpsUnit(8.31e9), '8.31 Gbit/s'],
    [formatBpsUnit(980), '980 bit/s'],
    [formatBpsUnit(Number.NaN), '-'],
    [formatPpsUnit(1.24e6), '1.24M pps'],
    [formatBytes(1_061_024), '1.06 MB'],
    [formatBytes(12), '12 B'],
    [formatBps(1500), '1.50k'],
  ])('%s', (got, expected) => expect(got).toBe(expected));
});

test('property: never wider than five cells, never an unrounded carry', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e20, noNaN: true }), (value) => {
      for (const text of [formatCount(value), formatPps(value)]) {
        expect(text.length).toBeLessThanOrEqual(COMPACT_CELLS);
        expect(text).not.toMatch(/^1000[a-z]/i);
      }
      expect(formatShare(value).length).toBeLessThanOrEqual(5);
    }),
  );
});
