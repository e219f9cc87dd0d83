import { expect, test } from 'vitest';
import { formatClock, formatDateTime, formatDuration } from './time-format.js';

test.each([
  [0, '0s'],
  [0.02, '0.1s'],
  [0.49, '0.4s'],
  [1, '1s'],
  [59.9, '59s'],
  [60, '1m00s'],
  [192, '3m12s'],
  [3599, '59m59s'],
  [3600, '1h00m'],
  [3720, '1h02m'],
  [86_399, '23h59m'],
  [86_400, '1d00h'],
  [273_600, '3d04h'],
  [-12, '-12s'],
  [Number.NaN, '-'],
] as const)('formatDuration(%d) = %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test('clock is UTC', () => {
  expect(formatClock(1_770_126_425.73)).toBe('13:47:05');
  expect(formatDateTime(1_770_126_425.73)).toBe('2026-02-03 13:47:05Z');
  expect(formatClock(Number.NaN)).toBe('--:--:--');
  expect(formatDateTime(9e15)).toBe('-');
});
