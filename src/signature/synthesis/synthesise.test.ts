import { describe, expect, test } from 'vitest';
import { Can } from '../backend.js';
import { contrastOf } from '../contrast.fixture.js';
import type { Contrast } from '../contrast.js';
import type { AttackFraction } from '../diff/attack-fraction.js';
import type { MeasuredRule } from '../rule.js';
import { clausesOf } from './clause-bits.js';
import { measure } from './measure.js';
import { type Synthesis, type SynthesisOptions, synthesise } from './synthesise.js';
import {
  type Flood,
  floodTraffic,
  goodTraffic,
  mixedTraffic,
  reflection,
  synFlood,
  udpFlood,
} from './traffic.fixture.js';

const nft: SynthesisOptions = { backendMask: Can.nft };
const PURE: AttackFraction = { value: 1, low: 1, high: 1, from: 'rates' };
const good = goodTraffic(9000, 1);

function ruleOf(synthesis: Synthesis): MeasuredRule {
  if ('refused' in synthesis) throw new Error(`refused: ${synthesis.refused.code}: ${synthesis.refused.message}`);
  return synthesis.rule;
}

const window = (flood: Flood, rows = 4000): Contrast =>
  contrastOf(mixedTraffic(floodTraffic(flood, rows, 2), goodTraffic(rows / 4, 3)), good);

const attributesOf = (rule: MeasuredRule): string[] =>
  rule.clauses.flatMap(({ predicates }) => predicates.map(({ attribute }) => attribute));

describe.each([
  ['SYN flood', synFlood],
  ['reflection', reflection],
  ['UDP flood', udpFlood],
] as const)('%s with a fifth of good traffic', (_, flood) => {
  const rule = ruleOf(synthesise(window(flood), nft));
  const later = contrastOf(floodTraffic(flood, 4000, 5, 10, 4000), goodTraffic(9000, 6));
  const unseen = measure(later, clausesOf(later, rule), PURE);

  test('the rule catches the later attack and spares other good flows', () => {
    expect(unseen.recall.estimate).toBeGreaterThan(0.95);
    expect(unseen.collateral.estimate).toBeLessThan(0.001);
  });

  test('what was promised holds', () => {
    expect(unseen.recall.estimate).toBeGreaterThanOrEqual(rule.recall.low);
    expect(unseen.recall.estimate).toBeLessThanOrEqual(rule.recall.high);
    expect(unseen.collateral.estimate).toBeGreaterThanOrEqual(rule.collateral.low);
    expect(unseen.collateral.estimate).toBeLessThanOrEqual(rule.collateral.high);
    expect(rule.collateral.high).toBeLessThanOrEqual(0.01);
  });

  test('it is narrow: several predicates, each on an attribute of its own, none on what wanders', () => {
    for (const { predicates } of rule.clauses) {
      expect(predicates.length).toBeGreaterThanOrEqual(3);
      expect(new Set(predicates.map(({ attribute }) => attribute)).size).toBe(predicates.length);
    }
    expect(attributesOf(rule)).not.toContain('ip.id');
    if (flood === udpFlood) expect(attributesOf(rule)).not.toContain('port.src');
  });

  test('the same rows give the same rule', () => {
    expect(ruleOf(synthesise(window(flood), nft))).toEqual(rule);
  });
});

test('two vectors at once get a clause each', () => {
  const flood: Flood = (below, i) => (i % 5 < 2 ? reflection(below, i) : synFlood(below, i));
  const rule = ruleOf(synthesise(window(flood, 6000), nft));
  expect(rule.clauses).toHaveLength(2);
  const shares = rule.clauses.map(({ recall }) => recall).sort();
  expect(shares[0]! / shares[1]!).toBeCloseTo(2 / 3, 1);
});

test('only what the backend can match is used', () => {
  const rule = ruleOf(synthesise(window(synFlood), { backendMask: Can.flowspec }));
  expect(attributesOf(rule)).not.toContain('ip.ttl');
  expect(attributesOf(rule)).not.toContain('tcp.window');
  const none = synthesise(window(synFlood), { backendMask: Can.waf });
  expect(none).toMatchObject({ refused: { code: 'NO_DIFFERENCE' } });
});

test('target and kind are those asked for', () => {
  expect(ruleOf(synthesise(window(synFlood), { ...nft, target: '192.0.2.1/32' }))).toMatchObject({
    kind: 'packet',
    target: '192.0.2.1/32',
  });
});

test.each([
  [
    'good traffic interleaved',
    contrastOf(
      good.filter((_, i) => i % 2 === 0),
      good.filter((_, i) => i % 2 === 1),
    ),
    'NO_DIFFERENCE',
  ],
  ['a short window', contrastOf(floodTraffic(synFlood, 150, 1), good), 'TOO_FEW_ROWS'],
  ['no good rows', contrastOf(floodTraffic(synFlood, 900, 1), []), 'NO_GOOD'],
  ['few good flows', contrastOf(floodTraffic(synFlood, 900, 1), good.slice(0, 60)), 'HARM_TOO_HIGH'],
])('%s: no rule, and why', (_, contrast, code) => {
  const synthesis = synthesise(contrast, nft);
  expect(synthesis).toMatchObject({ refused: { code } });
  if ('refused' in synthesis) expect(synthesis.refused.message).toMatch(/\d/);
});

test('known rates that hardly differ are no attack', () => {
  const rates = { attackPps: 1040, goodPps: 1000 };
  expect(synthesise(window(synFlood), { ...nft, rates })).toMatchObject({ refused: { code: 'NO_DIFFERENCE' } });
});

test('an attack that changes is refused', () => {
  const rows = floodTraffic((below, i) => (i < 2900 ? synFlood(below, i) : reflection(below, i)), 4000, 2);
  const synthesis = synthesise(contrastOf(mixedTraffic(rows, goodTraffic(1000, 3)), good), nft);
  expect(synthesis).toMatchObject({ refused: { code: expect.stringMatching(/UNSTABLE|RECALL_TOO_LOW/) } });
});

test('a search that nobody waits for any more ends', () => {
  let asked = 0;
  const isCancelled = () => (asked += 1) > 1;
  expect(synthesise(window(synFlood), { ...nft, isCancelled })).toMatchObject({ refused: { code: 'CANCELLED' } });
});
