/** Random rules on random frames: tcpdump, nft and iptables take those that a plain reading of the rule takes. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Predicate, RuleMatch } from '../../src/signature/rule.js';
import { RuleCounters } from '../support/rule-counters.js';
import { type FrameSpec, frameHex } from '../support/rule-frames.js';
import { attributesOf, takes } from '../support/rule-model.js';
import { describeWith } from '../support/system.js';

const FRAMES = 300;
const RULES = 30;

const of = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Few values each, so that rules meet frames. */
const frame: fc.Arbitrary<FrameSpec> = fc
  .record({
    family: of(4 as const, 6 as const),
    protocol: of<FrameSpec['protocol']>('tcp', 'tcp', 'udp', 'udp', 'icmp', 'sctp', 47),
    ttl: of(50, 51, 244),
    tos: of(0, 0x28, 0xb9),
    id: of(0, 7, 54321),
    df: fc.boolean(),
    ipOptions: of(0, 0, 8),
    fragment: of(undefined, undefined, undefined, { more: true, offset: 0 }, { more: false, offset: 2 }),
    srcPort: of(53, 123, 4000),
    dstPort: of(53, 80, 443),
    flags: of(0x02, 0x10, 0x18, 0xc2),
    window: of(0, 1024),
    sequence: of(0, 7),
    acknowledgment: of(0, 9),
    urgent: of(0, 3),
    tcpOptions: of('', '01010101', '0204058001010101'),
    icmpType: of(3, 8),
    icmpCode: of(0, 3),
    payload: of(
      '',
      '00',
      'deadbeef',
      '0035003500080000',
      'deadbeef2112a442',
      '123481800001000000000000',
      '123401000001000000000000',
    ),
  })
  .map(({ fragment, ...spec }) =>
    // BPF and u32 do not look behind IPv6's fragment header, and say so.
    fragment === undefined || spec.family === 6 ? spec : { ...spec, fragment },
  );

const frames = fc.sample(frame, { numRuns: FRAMES, seed: 3 });
const attributes = frames.map(attributesOf);

/** An attribute as some frame has it, and its neighbours. */
const predicate: fc.Arbitrary<Predicate> = fc
  .record({
    row: fc.nat(FRAMES - 1),
    pick: fc.nat(1000),
    other: fc.nat(FRAMES - 1),
    operator: of('eq', 'in', 'range'),
  })
  .map(({ row, pick, other, operator }): Predicate => {
    const entries = [...attributes[row]];
    const [attribute, value] = entries[pick % entries.length];
    const second = attributes[other].get(attribute) ?? value;
    const [low, high] = [Math.min(value, second), Math.max(value, second)];
    if (operator === 'eq' || low === high || attribute === 'ip.version') return { attribute, operator: 'eq', value };
    return operator === 'in'
      ? { attribute, operator, value: [low, high] }
      : { attribute, operator: 'range', value: [low, high] };
  });

const rule: fc.Arbitrary<RuleMatch> = fc
  .array(fc.uniqueArray(predicate, { minLength: 1, maxLength: 4, selector: ({ attribute }) => attribute }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((clauses) => ({ kind: 'packet', clauses: clauses.map((predicates) => ({ predicates })), target: null }));

describeWith(
  ['root', 'nft', 'ip', 'python3', 'iptables', 'ip6tables', 'tcpdump'],
  'random rules on random frames',
  () => {
    let counters: RuleCounters;

    beforeAll(async () => {
      counters = await RuleCounters.open();
    });
    afterAll(async () => {
      await counters?.close();
    });

    test(`${RULES} rules, ${FRAMES} frames`, async () => {
      const hexes = frames.map(frameHex);
      let taken = 0;
      for (const one of fc.sample(rule, { numRuns: RULES, seed: 5 })) {
        const expected = attributes.filter((row) => takes(one, row)).length;
        taken += expected;
        const counts = await counters.count(one, hexes);
        expect({ rule: one, ...counts }).toEqual({ rule: one, bpf: expected, nft: expected, iptables: expected });
      }
      expect(taken).toBeGreaterThan(FRAMES);
    }, 120_000);
  },
);
