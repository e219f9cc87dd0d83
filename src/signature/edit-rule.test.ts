import { describe, expect, test } from 'vitest';
import { type Choice, isChosen, toggleChoice } from './edit-rule.js';
import type { Predicate, RuleMatch } from './rule.js';

const rule = (...predicates: Predicate[]): RuleMatch => ({
  kind: 'packet',
  target: null,
  clauses: predicates.length === 0 ? [] : [{ predicates }],
});
const ttl = (value: number): Choice => ({ attribute: 'ip.ttl', value });
const TTL64: Predicate = { attribute: 'ip.ttl', operator: 'eq', value: 64 };
const TTLS: Predicate = { attribute: 'ip.ttl', operator: 'in', value: [64, 128] };
const UDP: Predicate = { attribute: 'ip.proto', operator: 'eq', value: 17 };
const RANGE: Predicate = { attribute: 'ip.ttl', operator: 'range', value: [60, 64] };

describe('toggleChoice', () => {
  test.each([
    ['a value into no rule', rule(), ttl(64), [TTL64]],
    ['a value beside others', rule(UDP), ttl(64), [UDP, TTL64]],
    ['a second value makes a set, ascending', rule(TTL64, UDP), ttl(128), [TTLS, UDP]],
    ['a value out of a set', rule(TTLS), ttl(128), [TTL64]],
    ['a range in place of values', rule(TTLS, UDP), { attribute: 'ip.ttl', range: [60, 64] as const }, [UDP, RANGE]],
    ['a range out', rule(UDP, RANGE), { attribute: 'ip.ttl', range: [60, 64] as const }, [UDP]],
    ['a value that lies in the range takes the range out', rule(UDP, RANGE), ttl(62), [UDP]],
    ['a value beside the range in place of it', rule(RANGE), ttl(128), [{ ...TTL64, value: 128 }]],
  ] as const)('%s', (_, before, choice, after) => {
    expect(toggleChoice(before, 0, choice).clauses).toEqual([{ predicates: after }]);
  });

  test('the last predicate out of a clause takes the clause away, others stay', () => {
    const two: RuleMatch = {
      kind: 'packet',
      target: '192.0.2.1',
      clauses: [{ predicates: [TTL64] }, { predicates: [UDP] }],
    };
    expect(toggleChoice(two, 0, ttl(64))).toEqual({ ...two, clauses: [{ predicates: [UDP] }] });
    expect(toggleChoice(two, 2, ttl(9)).clauses).toHaveLength(3);
  });

  test('twice is as before', () => {
    const before = rule(UDP);
    expect(toggleChoice(toggleChoice(before, 0, ttl(64)), 0, ttl(64))).toEqual(before);
  });
});

test('isChosen: as a value, in a set, inside of a range; a range only as it is', () => {
  expect(isChosen({ predicates: [TTL64] }, ttl(64))).toBe(true);
  expect(isChosen({ predicates: [TTLS] }, ttl(128))).toBe(true);
  expect(isChosen({ predicates: [RANGE] }, ttl(61))).toBe(true);
  expect(isChosen({ predicates: [RANGE] }, { attribute: 'ip.ttl', range: [60, 65] })).toBe(false);
  expect(isChosen(undefined, ttl(64))).toBe(false);
});
