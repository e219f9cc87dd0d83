import { describe, expect, test } from 'vitest';
import { areaChart, chartStartSec, roundTop } from './area-chart.js';

const text = (lines: ReturnType<typeof areaChart>) => lines.map((line) => line.map((part) => part.text).join(''));
const options = { width: 4, height: 2, top: 8, onsetSec: null, ascii: false } as const;

describe('area chart', () => {
  test('two seconds by four levels in a cell, the newest second in the last one', () => {
    const series = { startSec: 2, total: [8, 8, 4, 4, 1, 0], attack: [0, 0, 0, 0, 0, 0] };
    expect(text(areaChart(series, options))).toEqual([' ⣿  ', ' ⣿⣿⡀']);
  });

  test('attack lies on good', () => {
    const series = { startSec: 6, total: [8, 8], attack: [4, 4] };
    const lines = areaChart(series, options);
    expect(lines.map((line) => line.at(-1)?.color)).toEqual(['attack', 'good']);
  });

  test('a gap is a gap, not a zero', () => {
    const series = {
      startSec: 0,
      total: [8, 8, Number.NaN, Number.NaN, 0, 0, 8, 8],
      attack: new Array<number>(8).fill(0),
    };
    expect(text(areaChart(series, options))[1]).toBe('⣿· ⣿');
  });

  test('the onset is marked where there is room above the curve', () => {
    const series = { startSec: 0, total: [1, 1, 1, 1, 8, 8, 8, 8], attack: [0, 0, 0, 0, 7, 7, 7, 7] };
    expect(text(areaChart(series, { ...options, onsetSec: 2.5 }))[0]).toBe(' ▼⣿⣿');
  });

  test('columns move by whole cells every second second', () => {
    const at = (newest: number) =>
      chartStartSec({ startSec: 0, total: new Array<number>(newest + 1).fill(0), attack: [] }, 4);
    expect([at(10), at(11), at(12)]).toEqual([4, 4, 6]);
  });

  test.each([
    [0, 1],
    [Number.NaN, 1],
    [1, 1],
    [1.1, 1.5],
    [1.37e6, 1.5e6],
    [7.6e3, 10e3],
    [0.03, 0.03],
  ])('roundTop(%d) = %d', (value, top) => expect(roundTop(value)).toBeCloseTo(top, 9));
});
