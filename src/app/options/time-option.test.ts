import { expect, test } from 'vitest';
import { parseTime } from './time-option.js';

test.each([
  ['+0', 1000],
  ['+12.5', 1012.5],
  ['+12.5s', 1012.5],
  ['1770126425.75', 1_770_126_425.75],
  ['2026-02-03T13:47:05', 1_770_126_425],
  ['2026-02-03 13:47:05', 1_770_126_425],
  ['2026-02-03T13:47:05.750Z', 1_770_126_425.75],
  ['2026-02-03T14:47:05+01:00', 1_770_126_425],
  ['2026-02-03', 1_770_076_800],
])('%s = %d (date -u -d)', (text, sec) => expect(parseTime('--from', text, 1000)).toBe(sec));

test.each(['', 'now', '12:30', '-5', '+', '2026-13-45T00:00:00', '1e9'])('"%s" is refused', (text) => {
  expect(() => parseTime('--from', text, 1000)).toThrow(/--from: .* is no point in time/);
});
