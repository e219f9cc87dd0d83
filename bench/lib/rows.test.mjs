import { expect, test } from 'vitest';
import { row, table } from './rows.mjs';

test.each([
  { goal: null, worst: false, figure: 2, isMet: null },
  { goal: { atMost: 2 }, worst: false, figure: 2, isMet: true },
  { goal: { atMost: 2 }, worst: true, figure: 9, isMet: false },
  { goal: { atLeast: 2 }, worst: false, figure: 2, isMet: true },
  { goal: { atLeast: 2 }, worst: true, figure: 1, isMet: false },
])('figure and mark with goal $goal, worst $worst', ({ goal, worst, figure, isMet }) => {
  expect(row('x', [9, 1, 2], { goal, worst })).toMatchObject({ figure, isMet, low: 1, high: 9, runs: 3 });
});

test('a detail is printed when it misses its goal', () => {
  const details = [1, 3].map((value) => row(`is ${value}`, [value], { goal: { atMost: 2 }, isDetail: true }));
  const text = table([row('speed', [0.5], { unit: 'x' }), ...details]);
  expect(text).toMatch(/speed +0\.50x/);
  expect(text).toMatch(/✘ {2}is 3 +3\.00 +<= 2\.00/);
  expect(text).not.toContain('is 1');
  expect(text).toContain('1 more');
});
