import { describe, expect, test } from 'vitest';
import { IS_WHOLE } from '../../../test/support/whole.js';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import type { AttackFraction } from '../diff/attack-fraction.js';
import { attackFractionOf } from '../diff/attack-fraction.js';
import type { Predicate } from '../rule.js';
import { clausesOf } from './clause-bits.js';
import { goodHitsOf } from './good-hits.js';
import { measure } from './measure.js';
import { floodTraffic, goodTraffic, mixedTraffic, randomOf, synFlood } from './traffic.fixture.js';

const eq = (attribute: string, value: number | string): Predicate => ({ attribute, operator: 'eq', value });
const rule = (...clauses: Predicate[][]) => ({ clauses: clauses.map((predicates) => ({ predicates })) });
const PURE: AttackFraction = { value: 1, low: 1, high: 1, from: 'rates' };
const good = goodTraffic(9000, 1);
const mixed = mixedTraffic(floodTraffic(synFlood, 6000, 2), goodTraffic(4000, 3));
const contrast = contrastOf(mixed, good);

describe('half of the flood, in a window with 40 % of unlabelled good traffic', () => {
  const clauses = clausesOf(contrast, rule([eq('ip.ttl', 244), eq('tcp.flags', 2)]));

  test('is half of the attack, not 30 % of it', () => {
    const { recall } = measure(contrast, clauses, attackFractionOf(contrast));
    expect(recall.low).toBeLessThan(0.5);
    expect(recall.high).toBeGreaterThan(0.5);
    expect(recall.estimate).toBeGreaterThan(0.4);
  });

  test('with known rates the bounds are close', () => {
    const { recall } = measure(contrast, clauses, attackFractionOf(contrast, { attackFraction: 0.6 }));
    expect(recall.estimate).toBeCloseTo(0.5, 1);
    expect(recall.high - recall.low).toBeLessThan(0.25);
  });
});

test('two clauses are measured apart and together', () => {
  const clauses = clausesOf(contrast, rule([eq('ip.ttl', 242)], [eq('ip.ttl', 244)]));
  const { recall, perClause } = measure(contrast, clauses, attackFractionOf(contrast, { attackFraction: 0.6 }));
  expect(perClause[0]!.recall + perClause[1]!.recall).toBeCloseTo(recall.estimate, 1);
});

describe('harm', () => {
  test('no hit is never less than the rule of three, by flows', () => {
    const { collateral, harm } = measure(contrast, clausesOf(contrast, rule([eq('port.dst', 1)])), PURE);
    expect(collateral).toMatchObject({ estimate: 0, low: 0 });
    expect(harm.size).toBe(new Set(good.map(({ flow }) => flow)).size);
    expect(collateral.high).toBeGreaterThanOrEqual(3 / harm.size);
  });

  test('a thousand packets of one flow are one piece of evidence', () => {
    const talker: PlainRow[] = Array.from({ length: 1000 }, () => ({ flow: 'one', values: { 'ip.ttl': 99 } }));
    const withTalker = contrastOf(mixed, [...good, ...talker]);
    const { collateral } = measure(withTalker, clausesOf(withTalker, rule([eq('ip.ttl', 99)])), PURE);
    expect(collateral.estimate).toBeCloseTo(0.1, 1);
    expect(collateral.low).toBe(0);
    expect(collateral.high).toBeGreaterThan(0.3);
  });

  test('the bounds hold the harm to other flows of the same kind', () => {
    const random = randomOf(11);
    const lengthsOf = (rows: number, seed: number) =>
      goodTraffic(rows, seed).map(({ flow, values }) => ({
        flow: flow as string,
        values: { 'ip.length': values['ip.length']! },
      }));
    const times = IS_WHOLE ? 40 : 10;
    let held = 0;
    for (let i = 0; i < times; i += 1) {
      const predicate: Predicate = { attribute: 'ip.length', operator: 'range', value: [60, 70 + random(400)] };
      const one = contrastOf([], lengthsOf(2000, 100 + i));
      const other = contrastOf([], lengthsOf(6000, 500 + i));
      const { low, high } = measure(one, clausesOf(one, rule([predicate])), PURE).collateral;
      const { estimate } = measure(other, clausesOf(other, rule([predicate])), PURE).collateral;
      if (estimate >= low && estimate <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(times * 0.9);
  });
});

test('who would be hit is named, the largest group first', () => {
  const hits = goodHitsOf(contrast, clausesOf(contrast, rule([eq('port.src', 53)])));
  expect(hits[0]).toMatchObject({ attribute: 'port.src', value: 53 });
  expect(hits.length).toBeLessThanOrEqual(5);
  for (const [i, hit] of hits.slice(1).entries()) expect(hit.rows).toBeLessThanOrEqual(hits[i]!.rows);
});

test.each([
  ['no rows', contrastOf([], [])],
  ['no good rows', contrastOf(mixed.slice(0, 50), [])],
  ['no attack rows', contrastOf([], good.slice(0, 50))],
])('%s: numbers between 0 and 1', (_, empty) => {
  const { recall, collateral } = measure(empty, clausesOf(empty, rule([eq('ip.ttl', 244)])), attackFractionOf(empty));
  for (const { low, estimate, high } of [recall, collateral]) {
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThanOrEqual(estimate);
    expect(estimate).toBeLessThanOrEqual(high);
    expect(high).toBeLessThanOrEqual(1);
  }
});
