import { expect, test } from 'vitest';
import { RecentEnds } from './recent-ends.js';

test('a segment sent again overlaps, what is new does not', () => {
  const ends = new RecentEnds();
  expect(ends.overlap(7, 100)).toBe(0);
  ends.set(7, 150);
  expect(ends.overlap(7, 100)).toBe(50);
  expect(ends.overlap(7, 150)).toBe(0);
  expect(ends.overlap(7, 200)).toBe(0);
  expect(ends.overlap(8, 100)).toBe(0);
});

test('sequence numbers wrap, and a far one is another connection', () => {
  const ends = new RecentEnds();
  ends.set(7, 10);
  expect(ends.overlap(7, 0xffff_fff0 | 0)).toBe(26);
  expect(ends.overlap(7, -2_000_000)).toBe(0);
});

test('of five flows in one set the oldest goes', () => {
  const ends = new RecentEnds();
  for (const hash of [0, 1, 2, 3]) ends.set(hash, 100);
  ends.set(1, 200);
  ends.set(4, 100);
  expect([0, 1, 2, 3, 4].map((hash) => ends.overlap(hash, 50))).toEqual([0, 150, 50, 50, 50]);
});
