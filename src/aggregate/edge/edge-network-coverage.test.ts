import { expect, test } from 'vitest';
import { Coverage } from './edge-network-coverage.js';

test('spans join where they touch, whatever their order; what is old is forgotten', () => {
  const covered = new Coverage();
  covered.add(0, 10, -100);
  covered.add(20, 30, -100);
  expect(covered.has(5, 25)).toBe(false);
  covered.add(10, 20, -100);
  expect(covered.has(0, 30)).toBe(true);
  covered.add(50, 60, 40);
  expect(covered.has(0, 1)).toBe(false);
  expect(covered.has(50, 60)).toBe(true);
  expect(covered.has(45, 55)).toBe(false);
});
