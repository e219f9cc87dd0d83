import { expect, test } from 'vitest';
import type { SetElementCounter } from '../../records/counter-sample.js';
import { ElementRates } from './rule-elements.js';

function element(value: string, packets: number | null): SetElementCounter {
  return {
    value,
    counter: packets === null ? null : { packets, bytes: packets * 100 },
    expiresSec: null,
    timeoutSec: null,
    comment: '',
  };
}

test('rates between two readings of a set; none for what is new, written anew, or not counted', () => {
  const rates = new ElementRates();
  rates.take('s', [element('a', 10), element('b', 10), element('c', 10), element('x', null)], 0);
  rates.take('other', [element('a', 5)], 1000);
  const rows = rates.take(
    's',
    [element('a', 30), element('b', 4), element('c', 110), element('d', 9), element('x', null)],
    2000,
  );
  expect(rows.map(({ value, pps, bps }) => [value, pps, bps])).toEqual([
    ['c', 50, 40_000],
    ['a', 10, 8000],
    ['d', null, null],
    ['b', null, null],
    ['x', null, null],
  ]);
  rates.keepOnly(new Set(['other']));
  expect(rates.take('s', [element('a', 40)], 3000)[0]?.pps).toBeNull();
});

test('remembers no more than its bound', () => {
  const rates = new ElementRates();
  const many = (from: number) => Array.from({ length: 30_000 }, (_, at) => element(`${from + at}`, 1));
  rates.take('s', many(0), 0);
  rates.take('t', many(0), 0);
  expect(rates.take('t', many(0), 1000).filter(({ pps }) => pps !== null).length).toBe(20_000);
});
