import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import { denseIds } from './dense-ids.js';
import { diffOf } from './diff.js';
import { shortestInterval } from './shortest-interval.js';

/** A SYN flood of two TTLs on web traffic: every fifth row of the window is good. */
const goodRow = (i: number): PlainRow => ({
  flow: `good ${i >> 2}`,
  values: { 'ip.proto': 6, 'ip.ttl': 50 + (i % 9), 'ip.length': 40 + ((i * 37) % 1400), 'tcp.flags': i % 4 ? 16 : 24 },
});
const floodRow = (i: number): PlainRow => ({
  flow: `flood ${i}`,
  values: {
    'ip.proto': 6,
    'ip.ttl': i % 2 ? 244 : 242,
    'ip.length': 40,
    'tcp.flags': 2,
    'ip.src': `10.${i % 250}.7.1`,
  },
});
const good = Array.from({ length: 4000 }, (_, i) => goodRow(i));
const mixed = Array.from({ length: 5000 }, (_, i) => (i % 5 === 0 ? goodRow(100_000 + i) : floodRow(i)));

describe('a SYN flood with a fifth of good traffic', () => {
  const diff = diffOf(contrastOf(mixed, good));
  const of = (name: string) => diff.attributes.find(({ attribute }) => attribute.name === name)!;

  test('the share of the attack is told from the rows', () => {
    expect(diff.attackFraction.from).toBe('estimate');
    expect(diff.attackFraction.low).toBeLessThanOrEqual(0.8);
    expect(diff.attackFraction.high).toBeGreaterThanOrEqual(0.8);
    expect(diff.attackFraction.value).toBeGreaterThanOrEqual(0.78); // too low would cost recall
    expect(diff.attackFraction.value).toBeLessThan(0.9);
  });

  test('shares are those of the attack, not of the window', () => {
    const ttl = of('ip.ttl');
    expect(ttl.values.slice(0, 2).map(({ value }) => value)).toEqual(expect.arrayContaining([242, 244]));
    for (const value of ttl.values.slice(0, 2)) {
      expect(value.attackShare).toBeCloseTo(0.5, 1);
      expect(value).toMatchObject({ goodShare: 0, isFind: true });
      expect(value.liftLow).toBeLessThan(value.lift!);
    }
    expect(ttl.range).toMatchObject({ low: 242, high: 244, goodShare: 0 });
    expect(ttl.divergence).toBeGreaterThan(0.8);
  });

  test('what both have in common is no find, and comes last', () => {
    expect(of('ip.proto').values).toMatchObject([{ value: 6, isFind: false }]);
    expect(diff.attributes.at(-1)?.attribute.name).toBe('ip.proto');
  });

  test('hundreds of values are counted, not listed', () => {
    const sources = of('ip.src');
    expect(sources.values.length).toBeLessThanOrEqual(12);
    expect(sources.otherValues + sources.values.length).toBe(200);
    expect(sources.otherShare).toBeGreaterThan(0.7);
  });

  test('rates of the target are believed', () => {
    const rates = { attackPps: 1000, goodPps: 250 };
    expect(diffOf(contrastOf(mixed, good), { rates }).attackFraction).toMatchObject({ value: 0.75, from: 'rates' });
  });
});

test('the same traffic on both sides has no finds', () => {
  const diff = diffOf(
    contrastOf(
      good.filter((_, i) => i & 4),
      good.filter((_, i) => !(i & 4)),
    ),
  );
  expect(diff.attributes.flatMap(({ values }) => values.filter(({ isFind }) => isFind))).toEqual([]);
  expect(diff.attackFraction.value).toBeLessThan(0.1);
});

test.each([
  ['no good rows', mixed, []],
  ['a handful of good rows', mixed, good.slice(0, 9)],
  ['a handful of attack rows', mixed.slice(0, 9), good],
  ['no rows', [], []],
])('%s: shares, and nothing that stands out', (_, attack, base) => {
  const diff = diffOf(contrastOf(attack, base));
  expect(diff.canContrast).toBe(false);
  for (const { divergence, values } of diff.attributes) {
    expect(divergence).toBeNull();
    for (const value of values) expect(value).toMatchObject({ lift: null, liftLow: null, z: null, isFind: false });
  }
});

test('a row that stands for ten counts as ten, but not as ten pieces of evidence', () => {
  const heavy = mixed.slice(0, 500).map((row) => ({ ...row, weight: 10 }));
  const diff = diffOf(contrastOf(heavy, good));
  expect(diff.attack).toMatchObject({ rows: 500, packets: 5000 });
  expect(diff.attack.effectiveRows).toBeCloseTo(500, 6);
});

test('any rows give numbers', () => {
  const row = fc.record({
    weight: fc.double({ min: 1, max: 1e6, noNaN: true }),
    flow: fc.constantFrom('a', 'b', 'c'),
    values: fc.dictionary(fc.constantFrom('ip.ttl', 'ip.proto', 'port.src'), fc.integer({ min: 0, max: 5 })),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 80 }), fc.array(row, { maxLength: 80 }), (attack, base) => {
      const diff = diffOf(contrastOf(attack, base));
      const { low, value, high } = diff.attackFraction;
      expect(low).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(high);
      for (const { values, otherShare, otherValues } of diff.attributes) {
        expect(otherValues).toBeGreaterThanOrEqual(0);
        expect(otherShare).toBeGreaterThanOrEqual(0);
        for (const { attackShare, windowShare, z } of values) {
          expect(attackShare >= 0 && attackShare <= 1 && windowShare >= 0 && windowShare <= 1 + 1e-9).toBe(true);
          expect(z === null || Number.isFinite(z)).toBe(true);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('the shortest interval is that of trying all', () => {
  const masses = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(masses, fc.constantFrom(0.5, 0.9, 1), (list, share) => {
      const numbers = Float64Array.from(list, (_, i) => i * i);
      const all = list.reduce((sum, mass) => sum + mass, 0);
      const found = shortestInterval(Float64Array.of(0, ...list), numbers, share);
      let shortest = Number.POSITIVE_INFINITY;
      for (let low = 0; low < list.length; low += 1)
        for (let high = low; high < list.length; high += 1)
          if (list.slice(low, high + 1).reduce((sum, mass) => sum + mass, 0) >= share * all)
            shortest = Math.min(shortest, numbers[high]! - numbers[low]!);
      if (all === 0) expect(found).toBeNull();
      else expect(numbers[found!.high - 1]! - numbers[found!.low - 1]!).toBe(shortest);
    }),
  );
});

test('dense numbers are the places among the distinct ones', () => {
  fc.assert(
    fc.property(fc.uint32Array({ max: 40 }), (keys) => {
      const distinct = [...new Set(keys)];
      const expected = Array.from(keys, (key) => distinct.indexOf(key));
      expect([...denseIds(keys).ids]).toEqual(expected);
      expect(denseIds(keys).count).toBe(distinct.length);
    }),
  );
});
