import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import type { Predicate } from '../rule.js';
import { hasBit } from './bits.js';
import { clausesOf } from './clause-bits.js';

const rows: PlainRow[] = [
  { values: { 'ip.ttl': 64, 'ip.src': '192.0.2.1', 'port.src': 53, 'ip.proto': 17 } },
  { values: { 'ip.ttl': 242, 'ip.src': '192.0.2.200', 'ip.proto': 6 } },
  { values: { 'ip.ttl': 65, 'ip.src': '198.51.100.7', 'port.src': 123, 'ip.proto': 17 } },
  { values: { 'ip.ttl': 1, 'ip.src': '203.0.113.255', 'port.src': 0, 'ip.proto': 17 } },
  { values: { 'ip.ttl': 255, 'ip.proto': 1 } },
];
const contrast = contrastOf(rows.slice(0, 2), rows.slice(2));

test.each<[string, Predicate[], number[]]>([
  ['one value', [{ attribute: 'ip.ttl', operator: 'eq', value: 64 }], [0]],
  ['a value that no row has', [{ attribute: 'ip.ttl', operator: 'eq', value: 63 }], []],
  ['a set', [{ attribute: 'ip.ttl', operator: 'in', value: [1, 2, 255] }], [3, 4]],
  ['a range, both ends in it', [{ attribute: 'ip.ttl', operator: 'range', value: [64, 242] }], [0, 1, 2]],
  ['a range between values', [{ attribute: 'ip.ttl', operator: 'range', value: [66, 241] }], []],
  ['a range the wrong way round', [{ attribute: 'ip.ttl', operator: 'range', value: [242, 64] }], []],
  ['an address', [{ attribute: 'ip.src', operator: 'eq', value: '192.0.2.1/32' }], [0]],
  ['a prefix', [{ attribute: 'ip.src', operator: 'eq', value: '192.0.2.0/24' }], [0, 1]],
  ['half of it', [{ attribute: 'ip.src', operator: 'eq', value: '192.0.2.128/25' }], [1]],
  ['two prefixes', [{ attribute: 'ip.src', operator: 'in', value: ['192.0.2.0/25', '203.0.0.0/8'] }], [0, 3]],
  ['every IPv4 address', [{ attribute: 'ip.src', operator: 'eq', value: '0.0.0.0/0' }], [0, 1, 2, 3]],
  ['every address', [{ attribute: 'ip.src', operator: 'eq', value: '::/0' }], [0, 1, 2, 3]],
  ['no prefix at all', [{ attribute: 'ip.src', operator: 'eq', value: 'example.com' }], []],
  ['0, but not a port that is not there', [{ attribute: 'port.src', operator: 'range', value: [0, 60] }], [0, 3]],
  [
    'both of two',
    [
      { attribute: 'ip.proto', operator: 'eq', value: 17 },
      { attribute: 'ip.ttl', operator: 'range', value: [60, 70] },
    ],
    [0, 2],
  ],
  ['an attribute that no row has', [{ attribute: 'icmp.type', operator: 'eq', value: 8 }], []],
  ['no predicate', [], []],
])('%s', (_, predicates, expected) => {
  const [clause] = clausesOf(contrast, { clauses: [{ predicates }] });
  expect(rows.map((__, row) => row).filter((row) => hasBit(clause!.bits, row))).toEqual(expected);
});

test('any predicates match what a row-by-row reading matches', () => {
  const value = fc.integer({ min: 0, max: 40 });
  const predicate = fc.oneof(
    fc.record({ attribute: fc.constant('ip.ttl'), operator: fc.constant('eq' as const), value }),
    fc.record({
      attribute: fc.constant('ip.length'),
      operator: fc.constant('range' as const),
      value: fc.tuple(value, value),
    }),
    fc.record({ attribute: fc.constant('ip.proto'), operator: fc.constant('in' as const), value: fc.array(value) }),
  );
  const row = fc.record({ values: fc.record({ 'ip.ttl': value, 'ip.length': value, 'ip.proto': value }) });
  const holds = ({ values }: PlainRow, p: Predicate): boolean => {
    const of = values[p.attribute] as number;
    if (p.operator === 'range') return of >= p.value[0] && of <= p.value[1];
    return p.operator === 'in' ? p.value.includes(of) : p.value === of;
  };
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 70 }),
      fc.array(predicate, { minLength: 1 }),
      (list, predicates) => {
        const [clause] = clausesOf(contrastOf(list, []), { clauses: [{ predicates }] });
        for (const [i, one] of list.entries())
          expect(hasBit(clause!.bits, i)).toBe(predicates.every((p) => holds(one, p)));
      },
    ),
  );
});
