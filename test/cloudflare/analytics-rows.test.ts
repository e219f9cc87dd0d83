/** Rows of the edge's network analytics as packets: what they say, what they do not, and a rule that comes of them. */
import { describe, expect, test } from 'vitest';
import type { AnalyticsNode } from '../../collectors/cloudflare/analytics/analytics-nodes.js';
import { ANALYTICS_NODES } from '../../collectors/cloudflare/analytics/analytics-nodes.js';
import { readRows } from '../../collectors/cloudflare/analytics/read-rows.js';
import { edgeRowSides, packetRowsOf } from '../../src/aggregate/edge/edge-network-packets.js';
import type { EdgeNetworkRow } from '../../src/records/edge-network-rows.js';
import { PACKET_READERS } from '../../src/signature/attributes/packet-readers.js';
import { AnalysisSession } from '../../src/signature/session.js';
import { VECTORS } from '../../src/signature/vectors/catalogue.js';
import { NAMED_VECTOR_IDS, vectorIdOf } from '../../src/snapshot/edge-network-vectors.js';

const NODE = ANALYTICS_NODES.find(({ id }) => id === 'dosdRows') as AnalyticsNode;
const START = Date.UTC(2026, 10, 22, 12) / 1000;

const group = (dimensions: Record<string, unknown>, packets = 1, bytes = 100, minute = 0) => ({
  sum: { packets, bits: packets * bytes * 8 },
  dimensions: { datetimeMinute: new Date((START + minute * 60) * 1000).toISOString(), ...dimensions },
});
const read = (...groups: unknown[]) =>
  readRows(NODE, groups, '', START, START + 900) as { rows: EdgeNetworkRow[]; unreadable: number };

const UDP = { ipProtocol: 17, ipSourceAddress: '192.0.2.1', ipDestinationAddress: '203.0.113.9' };
const PORTS = { sourcePort: 53, destinationPort: 4000 };

describe('attributes of a row', () => {
  const valuesOf = (dimensions: Record<string, unknown>, names: readonly string[]) => {
    const { samples } = packetRowsOf(read(group(dimensions)).rows);
    return Object.fromEntries(names.map((name) => [name, PACKET_READERS.get(name)?.read(samples, 0)]));
  };
  test.each([
    [
      'all of it is said',
      {
        ...UDP,
        ...PORTS,
        ipTotalLength: 1468,
        ipTtl: 57,
        udpPayloadLength: 1440,
        ipFragmentOffset: 0,
        ipMoreFragments: 0,
      },
      {
        'ip.proto': 17,
        'port.src': 53,
        'port.dst': 4000,
        'ip.length': 1468,
        'ip.ttl': 57,
        'udp.length': 1448,
        'ip.fragment': 0,
      },
    ],
    [
      'buckets: no TTL, the mean of the group for a length',
      { ...UDP, ...PORTS, ipTotalLengthBuckets: 64, ipTtlBuckets: 48 },
      { 'ip.length': 100, 'ip.ttl': -1, 'port.src': 53, 'payload.length': -1 },
    ],
    ['one port is not said', { ...UDP, sourcePort: 53 }, { 'port.src': -1, 'port.dst': -1, 'udp.length': -1 }],
    [
      'a later fragment has no ports, whatever stands there',
      { ...UDP, ...PORTS, ipFragmentOffset: 185, ipMoreFragments: 1 },
      { 'port.src': -1, 'ip.fragment': 2 },
    ],
    [
      'flags by their names',
      { ...UDP, ...PORTS, ipProtocol: 6, tcpFlagsString: 'SYN,ACK', tcpWindowSize: 512 },
      { 'tcp.flags': 18, 'tcp.window': 512, 'tcp.mss': -1 },
    ],
    [
      'flags without the window beside them would make a window of 0',
      { ...UDP, ...PORTS, ipProtocol: 6, tcpFlags: 2 },
      { 'tcp.flags': -1, 'tcp.window': -1 },
    ],
    [
      'ICMP',
      { ...UDP, ipProtocol: 1, icmpType: 8, icmpCode: 0, sourcePort: 0, destinationPort: 0 },
      { 'icmp.type': 8, 'port.src': -1 },
    ],
    [
      'IPv6',
      { ...UDP, ...PORTS, ipSourceAddress: '2001:db8::1', ipDestinationAddress: '2001:db8::2' },
      { 'ip.version': 6 },
    ],
  ])('%s', (_, dimensions, expected) => {
    expect(valuesOf(dimensions, Object.keys(expected))).toEqual(expected);
  });

  test('rows that are no packets are left out and counted', () => {
    const { rows, unreadable } = read(
      group(UDP),
      group({ ...UDP, ipSourceAddress: '192.0.2.0/24' }),
      group({ ...UDP, ipSourceAddress: '2001:db8::1' }),
      group({ ...UDP, ipProtocol: undefined }),
      group(UDP, 0),
      { dimensions: null },
      'x',
    );
    expect(unreadable).toBe(3);
    expect(packetRowsOf(rows)).toMatchObject({ leftOut: 3, weights: Float64Array.of(1) });
  });
});

test('a DNS amplification in rows of the edge becomes a rule on UDP from port 53', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const minute = (i: number) => Math.floor(i / 200);
  const common = { ipDestinationAddress: '203.0.113.9', ipFragmentOffset: 0, ipMoreFragments: 0 };
  const attack = Array.from({ length: 600 }, (_, i) => {
    const bytes = 1400 + random(100);
    const dimensions = {
      ...common,
      ipProtocol: 17,
      sourcePort: 53,
      destinationPort: 1024 + random(60_000),
      ipTotalLength: bytes,
      ipTtl: 40 + random(80),
    };
    const source = `${1 + random(200)}.${random(256)}.${random(256)}.${1 + random(250)}`;
    return group(
      { ...dimensions, ipSourceAddress: source, outcome: 'drop', attackId: 'a1', udpPayloadLength: bytes - 28 },
      10_000,
      bytes,
      minute(i),
    );
  });
  const good = Array.from({ length: 600 }, (_, i) => {
    const isTcp = random(4) > 0;
    const bytes = 60 + random(1440);
    const source = `198.51.${random(100)}.${1 + random(250)}`;
    const dimensions = {
      ...common,
      ipSourceAddress: source,
      outcome: 'pass',
      ipTotalLength: bytes,
      ipTtl: 40 + random(80),
    };
    const transport = isTcp
      ? {
          ipProtocol: 6,
          sourcePort: 1024 + random(60_000),
          destinationPort: 443,
          tcpFlags: 16,
          tcpWindowSize: random(65_535),
        }
      : { ipProtocol: 17, sourcePort: 1024 + random(60_000), destinationPort: 443, udpPayloadLength: bytes - 28 };
    return group({ ...dimensions, ...transport }, 1000, bytes, minute(i));
  });
  const sides = edgeRowSides(read(...attack, ...good).rows);
  expect([sides.attack.length, sides.rest.length]).toEqual([600, 600]);
  const span = { fromSec: START, toSec: START + 180, requests: null, hellos: null };
  const session = new AnalysisSession({
    target: '203.0.113.9',
    attack: { ...span, packets: packetRowsOf(sides.attack) },
    good: { ...span, packets: packetRowsOf(sides.rest), is: 'rest' },
    rates: null,
  });
  const { proposal, vectors } = session.analyse();
  const predicates = proposal.rule?.clauses.flatMap((clause) => clause.predicates) ?? [];
  expect(predicates).toContainEqual({ attribute: 'port.src', operator: 'eq', value: 53 });
  expect(proposal.rule?.recall.estimate).toBeGreaterThan(0.95);
  expect(proposal.rule?.collateral.estimate).toBe(0);
  expect(vectors[0]?.id).toBe('refl-dns');
  const networkFirewall = proposal.backends.find(({ backend }) => backend === 'networkFirewall')?.text.join('\n');
  expect(networkFirewall).toContain('udp.srcport eq 53');
});

test('names of vectors lead to ids that are in the catalogue', () => {
  const ids = new Set(VECTORS.map(({ id }) => id));
  expect(NAMED_VECTOR_IDS.filter((id) => !ids.has(id))).toEqual([]);
  const names = [
    'DNS Amplification',
    'SYN Flood',
    'SYN-ACK Flood',
    'UDP Flood',
    'Memcached',
    'GRE Flood',
    'udp_fragment_flood',
    'Quux',
  ];
  expect(names.map(vectorIdOf)).toEqual([
    'refl-dns',
    'tcp-syn',
    'tcp-synack-refl',
    'udp-rand',
    'refl-memcached',
    'gre',
    'udp-frag',
    null,
  ]);
});
