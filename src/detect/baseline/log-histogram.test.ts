import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BINS, binOf, spreadOf } from './log-histogram.js';

const WIDTH = 0.25;

function countsOf(values: readonly number[]): Uint16Array {
  const counts = new Uint16Array(BINS);
  for (const value of values) counts[binOf(value)]! += 1;
  return counts;
}

const medianOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

test('median, spread and quantiles are those of the values, to a bin', () => {
  const values = fc.array(fc.double({ min: 0, max: 6e6, noNaN: true }), { minLength: 31, maxLength: 301 });
  fc.assert(
    fc.property(values, (of) => {
      const odd = of.length % 2 === 1 ? of : of.slice(1);
      const { median, mad, low, high } = spreadOf(countsOf(odd));
      const exact = odd.map((value) => Math.log1p(value));
      const middle = medianOf(exact);
      expect(Math.abs(median - middle)).toBeLessThanOrEqual(WIDTH);
      expect(Math.abs(mad - medianOf(exact.map((value) => Math.abs(value - middle))))).toBeLessThanOrEqual(2 * WIDTH);
      expect(low).toBeLessThanOrEqual(median);
      expect(high).toBeGreaterThanOrEqual(median);
    }),
  );
});

test('of what never changes nothing is spread, and what is beyond the scale counts in its last bin', () => {
  expect(spreadOf(countsOf(new Array(500).fill(100))).mad).toBeLessThan(0.07);
  expect([binOf(0), binOf(1e12)]).toEqual([0, BINS - 1]);
});
