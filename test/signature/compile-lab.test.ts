/**
 * What compiled rules take: for each kind of predicate 40 frames that match and 40 that nearly do, IPv4 and IPv6, counted by nft and iptables
 * in the kernel and by tcpdump on the same frames.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Predicate } from '../../src/signature/rule.js';
import { ruleOf } from '../support/random-rule.js';
import { RuleCounters } from '../support/rule-counters.js';
import { frameHex } from '../support/rule-frames.js';
import { eq, oneOf, range } from '../support/rule-parts.js';
import { describeWith } from '../support/system.js';
import { IS_WHOLE } from '../support/whole.js';
import { CASES, udp } from './compile-cases.js';

const EACH = 40;

const ADDRESSES: readonly [string, 4 | 6, Predicate, (i: number) => string, (i: number) => string][] = [
  ['one', 4, eq('ip.src', '198.51.100.7/32'), () => '198.51.100.7', () => '198.51.100.6'],
  ['one', 6, eq('ip.src', '2001:db8:a::7/128'), () => '2001:db8:a::7', () => '2001:db8:a::6'],
  [
    'prefixes',
    4,
    oneOf('ip.src', '10.0.0.0/8', '198.51.100.64/26'),
    (i) => `198.51.100.${64 + i}`,
    (i) => `198.51.100.${i}`,
  ],
  [
    'prefixes',
    6,
    oneOf('ip.src', '2001:db8:a:1::/64', '2001:db8:b::/48'),
    (i) => `2001:db8:b:${i}::1`,
    (i) => `2001:db8:a:${2 + i}::1`,
  ],
  [
    'many',
    4,
    oneOf('ip.src', ...Array.from({ length: 40 }, (_, i) => `10.${i}.0.0/16`)),
    (i) => `10.${i}.1.1`,
    (i) => `11.${i}.1.1`,
  ],
  [
    'many',
    6,
    oneOf('ip.src', ...Array.from({ length: 40 }, (_, i) => `2001:db8:${100 + i}::/48`)),
    (i) => `2001:db8:${100 + i}::1`,
    (i) => `2001:db8:${200 + i}::1`,
  ],
];

describeWith(
  ['root', 'nft', 'ip', 'python3', 'iptables', 'ip6tables', 'ipset', 'tcpdump'],
  'compiled rules count what they say',
  () => {
    let counters: RuleCounters;

    beforeAll(async () => {
      counters = await RuleCounters.open();
    });
    afterAll(async () => {
      await counters?.close();
    });

    const cases = Object.entries(CASES).flatMap(([name, one]) =>
      one.families.map((family) => [name, family, one] as const),
    );
    // Where a kind has both versions, one of them, in turn: `npm run verify:whole` has both.
    const chosen = cases.filter(
      ([, family, { families }], i) => IS_WHOLE || families.length === 1 || (i >> 1) % 2 === (family === 4 ? 0 : 1),
    );
    test.each(chosen)('%s, IPv%i', async (_name, family, { predicates, match, miss, without }) => {
      const frames = Array.from({ length: EACH }, (_, i) => [match(i), miss(i)]).flat();
      const counts = await counters.count(
        ruleOf(predicates),
        frames.map((spec) => frameHex({ family, ...spec })),
      );
      expect(counts).toEqual({ bpf: without === 'bpf' ? 0 : EACH, nft: EACH, iptables: EACH });
    });

    test.each(ADDRESSES)('ip.src %s, IPv%i', async (_name, family, predicate, match, miss) => {
      const frames = Array.from({ length: EACH }, (_, i) => [match(i), miss(i)]).flat();
      const counts = await counters.count(
        ruleOf([predicate]),
        frames.map((src) => frameHex({ family, src, ...udp() })),
      );
      expect(counts).toEqual({ bpf: EACH, nft: EACH, iptables: EACH });
    });

    describe('target', () => {
      test.each([
        ['192.0.2.10/32', 4, EACH],
        ['192.0.2.0/24', 4, EACH],
        ['192.0.3.0/24', 4, 0],
        ['2001:db8:f::/48', 6, EACH],
        ['2001:db8:e::/48', 6, 0],
      ] as const)('%s', async (target, family, expected) => {
        const frames = Array.from({ length: EACH }, (_, i) => frameHex({ family, ...udp({ srcPort: 1000 + i }) }));
        const counts = await counters.count(ruleOf([range('port.src', 1000, 2000)], target), frames);
        expect(counts).toEqual({ bpf: expected, nft: expected, iptables: expected });
      });
    });
  },
);
