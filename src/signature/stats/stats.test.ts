/** Expected figures: scipy 1.17 (binomtest(...).proportion_ci('wilson'), norm.sf, jensenshannon(base=2)², false_discovery_control), numpy. */
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.js';
import { clusteredSize, effectiveSize } from './effective-size.js';
import { jensenShannon } from './jensen-shannon.js';
import { logOdds } from './log-odds.js';
import { upperTail } from './normal.js';
import { wilson } from './wilson.js';

describe('wilson', () => {
  // 81/263, 15/148 and 1/29 are the examples of Newcombe 1998, table I (method 3).
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [0, 1000, 0, 0.0038267584855551234],
    [3, 25, 0.041668171504403606, 0.29955793920927326],
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [15, 148, 0.06238639953073629, 0.16048724172330803],
    [1, 29, 0.006113214292762667, 0.17175521879320282],
    [1000, 1000, 0.9961732415144449, 1],
  ])('%i of %i', (hits, size, low, high) => {
    const interval = wilson(hits / size, size);
    expect(interval.low).toBeCloseTo(low, 7);
    expect(interval.high).toBeCloseTo(high, 7);
  });

  test.each([0, -1, Number.NaN])('without rows (%s) nothing is known', (size) => {
    expect(wilson(0.5, size)).toEqual({ estimate: 0.5, low: 0, high: 1 });
  });

  test('no hit bounds no lower than the rule of three', () => {
    for (let size = 14; size < 1e6; size *= 3) expect(wilson(0, size).high).toBeGreaterThanOrEqual(3 / size);
  });
});

test.each([
  [0, 0.5],
  [0.5, 0.3085375387259869],
  [1.959964, 0.024999999096442398],
  [2.4, 0.008197535924596131],
  [2.6, 0.004661188023718747],
  [4, 3.167124183311986e-5],
  [8, 6.22096057427174e-16],
  [20, 2.7536241186061556e-89],
  [37, 5.7255712225239266e-300],
])('upper tail of %s', (z, p) => {
  expect(upperTail(z) / p).toBeCloseTo(1, 9);
  expect(upperTail(-z)).toBeCloseTo(1 - p, 12);
});

test('the tail of nonsense is no find', () => {
  expect([upperTail(Number.NaN), upperTail(100), upperTail(Number.POSITIVE_INFINITY)]).toEqual([1, 0, 0]);
});

test.each([
  [50, 1000, 10, 2000, 3, 70, 2.1097340496949823, 6.764872542062223],
  [0, 500, 40, 500, 5.2, 55, -2.2379745450399344, -4.79088608582551],
  [900, 1000, 0, 3000, 22.5, 80, 6.679499475999948, 29.234051575685875],
])('log-odds of %i/%i against %i/%i', (a, countA, b, countB, prior, priorSum, delta, z) => {
  const odds = logOdds(a, countA, b, countB, prior, priorSum);
  expect(odds.delta).toBeCloseTo(delta, 9);
  expect(odds.z).toBeCloseTo(z, 9);
});

test('log-odds stay finite where every row has the value, or nothing is thought of', () => {
  expect(Number.isFinite(logOdds(10, 10, 10, 10, 5, 5).z)).toBe(true);
  expect(logOdds(10, 10, 0, 10, 0, 0)).toEqual({ delta: 0, z: 0 });
});

test.each([
  [[1, 0], [0, 1], 1],
  [[0.5, 0.5], [0.5, 0.5], 0],
  [[0.1, 0.9], [0.6, 0.4], 0.2140949613535161],
  [[3, 1, 0, 6], [1, 1, 7, 1], 0.5306589026043589],
])('divergence of %j and %j', (p, q, bits) => {
  expect(jensenShannon(Float64Array.from(p), Float64Array.from(q))).toBeCloseTo(bits, 12);
});

test('an empty side has no divergence', () => {
  expect(jensenShannon(new Float64Array(2), Float64Array.of(1, 2))).toBeNaN();
});

test('Benjamini and Hochberg 1995, section 3.2: four of fifteen are finds at 5 %', () => {
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  expect(benjaminiHochberg(p.toReversed(), 0.05)).toBe(0.0095);
  expect(benjaminiHochberg([0.4, 0.9], 0.05)).toBe(-1);
  expect(benjaminiHochberg([0.004], 0.05, 100)).toBe(-1);
});

test('effective size', () => {
  expect(effectiveSize(Float64Array.of(1, 2, 3, 4))).toBeCloseTo(10 / 3, 12);
  expect(effectiveSize(new Float64Array(7).fill(20))).toBeCloseTo(7, 12);
  expect(effectiveSize(Float64Array.of(1, 2, 3, 4), 4)).toBe(0);
});

describe('size by clusters', () => {
  test('as numpy has it', () => {
    const sums = { all: Float64Array.of(10, 10, 20, 5, 0), hit: Float64Array.of(10, 0, 5, 5, 0) };
    expect(clusteredSize(sums)).toBeCloseTo(5.105042016806722, 9);
  });

  test('rows that are alike within their cluster count once', () => {
    const all = new Float64Array(200).fill(50);
    const hit = Float64Array.from(all, (count, i) => (i % 4 === 0 ? count : 0));
    expect(clusteredSize({ all, hit })).toBeCloseTo(199, 6);
  });

  test('clusters that do not differ say nothing', () => {
    expect(clusteredSize({ all: Float64Array.of(3, 4), hit: Float64Array.of(0, 0) })).toBe(Number.POSITIVE_INFINITY);
    expect(clusteredSize({ all: Float64Array.of(3), hit: Float64Array.of(1) })).toBe(1);
    expect(clusteredSize({ all: new Float64Array(2), hit: new Float64Array(2) })).toBe(0);
  });
});
