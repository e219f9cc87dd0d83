import { expect, test } from 'vitest';
import { trendText } from './trend-line.js';

test.each<[(number | null)[], number, string]>([
  [[], 4, '    '],
  [[0, 0, 0], 4, ' ▁▁▁'],
  [[1, 2, 4, 8], 4, '▁▂▄█'],
  [[8, null, 8], 4, ' █ █'],
  [[100, 1, 1], 2, '██'],
  [[Number.NaN, 5], 2, ' █'],
  [[1, 2], 0, ''],
])('%j in %d cells', (values, cells, expected) => expect(trendText(values, cells)).toBe(expected));
