import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentKeys } from './recent-keys.js';

test('keys of this span of time and of the one before, no older ones', () => {
  const keys = new RecentKeys(30, 100);
  keys.add(7, 29);
  keys.add(0, 31);
  expect([keys.has(7), keys.has(0), keys.has(8)]).toEqual([true, true, false]);
  keys.add(-5, 61);
  expect([keys.has(7), keys.has(0), keys.has(-5)]).toEqual([false, true, true]);
  keys.add(9, 200);
  expect([keys.has(0), keys.has(-5), keys.has(9)]).toEqual([false, false, true]);
  keys.clear();
  expect(keys.has(9)).toBe(false);
});

test('as a Set of words says, as long as there is room', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { maxLength: 64 }),
      fc.array(fc.integer(), { maxLength: 64 }),
      (added, asked) => {
        const keys = new RecentKeys(10, 64);
        for (const key of added) keys.add(key, 3);
        const known = new Set(added);
        expect([...added, ...asked].filter((key) => keys.has(key) !== known.has(key))).toEqual([]);
      },
    ),
  );
});

test('of too many the newest are there, and no more than twice the bound', () => {
  const keys = new RecentKeys(10, 50);
  for (let key = 1; key <= 1000; key += 1) keys.add(key, 3);
  const left = Array.from({ length: 1000 }, (_, i) => i + 1).filter((key) => keys.has(key));
  expect(left.length).toBeLessThanOrEqual(100);
  expect(left.slice(-50)).toEqual(Array.from({ length: 50 }, (_, i) => 951 + i));
});
