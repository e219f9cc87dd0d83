/** Random packet rules for the compilers: predicates that each attribute can have, and clauses of up to five of them. */
import fc from 'fast-check';
import type { Clause, Predicate, RuleMatch } from '../../src/signature/rule.js';

/** Attribute and its largest value; those of few values are drawn whole. */
const NUMBERS: Readonly<Record<string, number>> = {
  'ip.proto': 255,
  'ip.length': 65_535,
  'ip.ttl': 255,
  'ip.id': 65_535,
  'ip.tos': 255,
  'ip.df': 1,
  'ip.fragment': 2,
  'ip.headerLength': 60,
  'port.src': 65_535,
  'port.dst': 65_535,
  'tcp.flags': 255,
  'tcp.window': 65_535,
  'tcp.headerLength': 60,
  'tcp.mss': 65_535,
  'tcp.strayAck': 1,
  'tcp.zeroSequence': 1,
  'tcp.urgentPointer': 65_535,
  'udp.length': 65_535,
  'payload.first4': 2 ** 32 - 1,
  'payload.next4': 2 ** 32 - 1,
  'icmp.type': 255,
  'icmp.code': 255,
  'dns.response': 1,
};

const octet = fc.integer({ min: 0, max: 255 });
const prefix4 = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
  .map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
const prefix6 = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 128 }))
  .map(([a, b, length]) => `2001:db8:${a.toString(16)}::${b.toString(16)}/${length}`);
const prefixes = fc.uniqueArray(fc.oneof(prefix4, prefix6), { minLength: 2, maxLength: 12 });

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

function numberPredicate(attribute: string, max: number): fc.Arbitrary<Predicate> {
  const value = fc.oneof(fc.integer({ min: 0, max: Math.min(max, 300) }), fc.integer({ min: 0, max }));
  const eq = value.map((one): Predicate => ({ attribute, operator: 'eq', value: one }));
  const set = fc
    .uniqueArray(value, { minLength: 2, maxLength: max < 2 ? 2 : 20 })
    .map((many): Predicate => ({ attribute, operator: 'in', value: ascending(many) }));
  const range = fc
    .tuple(value, value)
    .map(([a, b]): Predicate => ({ attribute, operator: 'range', value: [Math.min(a, b), Math.max(a, b)] }));
  return fc.oneof(eq, set, range);
}

const version: fc.Arbitrary<Predicate> = fc
  .constantFrom(4, 6)
  .map((value) => ({ attribute: 'ip.version', operator: 'eq', value }));
const source: fc.Arbitrary<Predicate> = fc.oneof(
  fc.oneof(prefix4, prefix6).map((value): Predicate => ({ attribute: 'ip.src', operator: 'eq', value })),
  prefixes.map((value): Predicate => ({ attribute: 'ip.src', operator: 'in', value })),
);

/** One of each attribute. */
export const PREDICATES: Readonly<Record<string, fc.Arbitrary<Predicate>>> = {
  'ip.version': version,
  'ip.src': source,
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, max]) => [name, numberPredicate(name, max)])),
};

const clause: fc.Arbitrary<Clause> = fc
  .uniqueArray(fc.constantFrom(...Object.keys(PREDICATES)), { minLength: 1, maxLength: 5 })
  .chain((names) => fc.tuple(...names.map((name) => PREDICATES[name])))
  .map((predicates) => ({ predicates }));

const target = fc.constantFrom(null, '192.0.2.10/32', '192.0.2.0/24', '2001:db8:f::10/128', '2001:db8:f::/48');

export const packetRule: fc.Arbitrary<RuleMatch> = fc
  .tuple(fc.array(clause, { minLength: 1, maxLength: 4 }), target)
  .map(([clauses, where]) => ({ kind: 'packet', clauses, target: where }));

export function ruleOf(predicates: readonly Predicate[], where: string | null = null): RuleMatch {
  return { kind: 'packet', clauses: [{ predicates }], target: where };
}
