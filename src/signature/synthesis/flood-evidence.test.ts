import { describe, expect, test } from 'vitest';
import { Can } from '../backend.js';
import { contrastOf, type PlainRow } from '../contrast.fixture.js';
import { clausesOf } from './clause-bits.js';
import { type FloodEvidence, floodEvidence, isFlood } from './flood-evidence.js';
import { synthesise } from './synthesise.js';
import { floodTraffic, goodTraffic, randomOf, reflection, synFlood } from './traffic.fixture.js';

const nft = { backendMask: Can.nft };
const everyProtocol = {
  clauses: [{ predicates: [{ attribute: 'ip.proto', operator: 'range', value: [0, 255] }] }],
} as const;
const evidenceOf = (rows: readonly PlainRow[]): FloodEvidence => {
  const contrast = contrastOf(rows, []);
  return floodEvidence(contrast, clausesOf(contrast, everyProtocol));
};

// Figures of real captures, by this very code.
test.each<[string, FloodEvidence, boolean]>([
  ['SYN flood, forged sources', { pace: 20_000, flows: 19_662, shapes: 1, handshakes: 1 }, true],
  ['SYN and SYN-ACK reflection, 1 a second', { pace: 2, flows: 4, shapes: 4, handshakes: 1 }, true],
  ['many connections of a browser', { pace: 12, flows: 300, shapes: 14, handshakes: 0.4 }, false],
  ['HTTP flood of one host', { pace: 84, flows: 644, shapes: 13, handshakes: 0 }, true],
  ['ICMPv6 flood, one flow', { pace: 7983, flows: 1, shapes: 1, handshakes: 0 }, true],
  ['flood of random lengths', { pace: 9000, flows: 9000, shapes: 900, handshakes: 0 }, true],
  ['messenger', { pace: 39, flows: 9.1, shapes: 19.7, handshakes: 0 }, false],
  ['a mix of six captures', { pace: 31, flows: 51, shapes: 84, handshakes: 0 }, false],
  ['DNS tunnel', { pace: 100, flows: 2, shapes: 8.3, handshakes: 0 }, false],
  ['NetBIOS broadcasts', { pace: 5, flows: 1.8, shapes: 1.2, handshakes: 0 }, false],
  ['service discovery', { pace: 1, flows: 610, shapes: 5.2, handshakes: 0 }, false],
])('%s', (_, evidence, expected) => {
  expect(isFlood(evidence, 'packet', false)).toBe(expected);
});

test('known rates stand for the pace, not for the rest', () => {
  expect(isFlood({ pace: 2, flows: 3.8, shapes: 4, handshakes: 0 }, 'packet', true)).toBe(true);
  expect(isFlood({ pace: 39, flows: 9.1, shapes: 19.7, handshakes: 0 }, 'packet', true)).toBe(false);
});

test('figures of generated traffic', () => {
  const flood = evidenceOf(floodTraffic(synFlood, 3000, 1, 10));
  expect(flood.pace).toBeCloseTo(300, -1);
  expect(flood.flows).toBeGreaterThan(2900);
  expect(flood.shapes).toBeCloseTo(1, 9);
  expect(evidenceOf(goodTraffic(3000, 1, 60)).shapes).toBeGreaterThan(100);
  const heavy = floodTraffic(reflection, 300, 1, 10).map((row) => ({ ...row, weight: 50 }));
  expect(evidenceOf(heavy).pace).toBeCloseTo(1500, -2);
  expect(evidenceOf([])).toEqual({ pace: 0, flows: 0, shapes: 0, handshakes: 0 });
});

/** A download: a few servers and ports, lengths and windows of its own, flows of hundreds of packets. */
function download(rows: number, seed: number): PlainRow[] {
  const below = randomOf(seed);
  return Array.from({ length: rows }, (_, i) => ({
    sec: i / 40,
    flow: `download ${i % 12}`,
    values: {
      'ip.proto': 6,
      'ip.src': `203.0.113.${1 + (i % 3)}`,
      'ip.ttl': 57,
      'ip.length': i % 3 ? 1500 : 52 + below(900),
      'port.src': 8443,
      'port.dst': 50_000 + (i % 12),
      'tcp.flags': i % 3 ? 16 : 24,
      'tcp.window': 229 + below(40),
    },
  }));
}

describe('good traffic of two applications is told apart, and is no attack', () => {
  test.each([
    ['download against the rest', download(2000, 4), goodTraffic(9000, 1)],
    ['with a few others', [...download(2000, 4), ...goodTraffic(500, 9)], goodTraffic(9000, 1)],
  ])('%s', (_, window, good) => {
    const contrast = contrastOf(window, good);
    expect(synthesise(contrast, nft)).toMatchObject({ refused: { code: expect.any(String) } });
  });

  test('though it would be a fine rule', () => {
    const contrast = contrastOf(download(2000, 4), goodTraffic(9000, 1));
    expect(synthesise(contrast, nft)).toMatchObject({ refused: { code: 'NOT_A_FLOOD' } });
  });
});
