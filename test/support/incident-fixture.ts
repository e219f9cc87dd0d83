/** One incident with everything in it; what a test is about it says itself. */

import { type Incident, UNJUDGED } from '../../src/incident/incident.js';
import type { PeakPicture } from '../../src/incident/journal-event.js';
import type { StoredIncident } from '../../src/incident/stored-incident.js';
import { unkeptIncident } from '../../src/incident/unkept-incident.js';

/** 2026-02-03 14:00:25 UTC. */
export const OPENED_AT = 1_770_127_225;

export function makeIncident(part: Partial<Incident> = {}): Incident {
  return {
    ...UNJUDGED,
    id: 'i1',
    target: '203.0.113.7',
    direction: 'incoming',
    vectors: [
      { id: 'tcp-syn', name: 'SYN flood', share: 0.78, confidence: 0.98, active: true, pps: 70_000 },
      { id: 'refl-dns', name: 'DNS amplification', share: 0.22, confidence: 0.95, active: true, pps: 20_000 },
    ],
    severity: 'high',
    urgency: 64,
    urgencyParts: [
      { name: 'rate', value: 2.1, cap: 3, words: '90k pps, 4.5 times the limit' },
      { name: 'impact', value: 0.5, cap: 3, words: '12% of good packets are missing' },
    ],
    relevance: 97,
    relevanceParts: [{ name: 'distance', value: 0.9, cap: 1, words: '4.5 times the limit' }],
    state: 'attack',
    openedAt: OPENED_AT,
    detectedAt: OPENED_AT + 1.1,
    acknowledgedAt: null,
    mitigatedAt: null,
    endedAt: null,
    peakPps: 91_200,
    peakBps: 410e6,
    peakRps: null,
    packets: 2_300_000,
    bytes: 1_100_000_000,
    sources: {
      distinct: 41_200,
      top: [
        { key: '198.51.100.7', packets: 9000, bytes: 540_000 },
        { key: '2001:db8::7', packets: 4000, bytes: 260_000 },
      ],
      verdict: 'spoofed',
    },
    evidence: ['tcp-syn: 70k pps to the target, floor 2k pps'],
    actions: [],
    ...part,
  };
}

/** An incident of which nothing but itself is known. */
export function makeStored(part: Partial<StoredIncident> = {}): StoredIncident {
  return { ...unkeptIncident(makeIncident(), 'pcap eth0'), ...part };
}

const SECONDS = 286;
/** A minute of good traffic, the onset, the mitigation 105 s later, and one outage of the source. */
function makePicture(): PeakPicture {
  const at = (i: number) => i - 60;
  const isGap = (i: number) => i >= 130 && i < 136;
  const good = (i: number) => 900 + 160 * Math.sin(i / 9) + 90 * Math.sin(i * 1.7);
  const attack = (i: number) => {
    const since = at(i);
    if (since < 0 || since >= 180) return 0;
    if (since >= 105) return 40 + 20 * Math.sin(i);
    return 90_000 * Math.min(1, (since + 1) / 8) * (0.93 + 0.06 * Math.sin(i / 4));
  };
  const series = (value: (i: number) => number) =>
    Array.from({ length: SECONDS }, (_, i) => (isGap(i) ? null : Math.round(value(i))));
  return {
    startSec: OPENED_AT - 60,
    pps: series((i) => good(i) + attack(i)),
    attackPps: series(attack),
    bps: series((i) => good(i) * 5200 + attack(i) * 4400),
    tops: [
      {
        name: 'sources of the attack',
        rows: [{ key: '198.51.100.7', packets: 9000, bytes: 540_000, share: 0.004 }],
        distinct: 41_200,
        exact: false,
      },
      {
        name: 'tcp.window',
        rows: [
          { key: '0', packets: 1_790_000, bytes: 0, share: 0.778 },
          { key: '64240', packets: 92_000, bytes: 0, share: 0.04 },
        ],
        distinct: 31,
        exact: false,
      },
      {
        name: 'all traffic: target ports',
        rows: [
          { key: '443', packets: 1_800_000, bytes: 110_000_000, share: 0.76 },
          { key: '31337', packets: 480_000, bytes: 980_000_000, share: 0.21 },
        ],
        distinct: 2,
        exact: true,
      },
    ],
    source: 'eth0',
    losses: [],
  };
}

/** An incident of which everything is known: a mix of two vectors, mitigated, over. */
export function makeKnownStored(): StoredIncident {
  const at = OPENED_AT;
  const mitigationId = 'k3f9a';
  return makeStored({
    incident: makeIncident({
      state: 'ended',
      pulses: 1,
      acknowledgedAt: at + 40,
      mitigatedAt: at + 105,
      endedAt: at + 180,
      votes: [
        { name: 'networks', vote: 1, words: '71 % of the /24 were never seen before' },
        { name: 'assets', vote: 0, words: 'no requests seen' },
        { name: 'pace', vote: -1, words: 'each source sends little' },
      ],
    }),
    mark: { mark: 'true-positive', of: null, reason: 'customer confirmed', by: 'ada@jump1' },
    notes: [
      { at: at + 60, by: 'ada@jump1', text: 'Customer called: checkout is slow.\nGraph at https://graphs.example/d/7' },
    ],
    alerts: [
      {
        from: 'fastnetmon',
        reference: 'fnm-77',
        details: ['Attack type: syn_flood', 'Initial attack power: 70112 packets per second'],
        url: null,
      },
    ],
    actions: [
      {
        at: at + 105,
        by: 'ada@jump1',
        mitigationId,
        what: 'applied',
        backend: 'nft',
        words: 'drops tcp-syn with window 0 to 203.0.113.7, for 10 min',
        rules: ['table inet ddostop { chain k3f9a { ip daddr 203.0.113.7 tcp flags syn tcp window 0 counter drop } }'],
        ttlSec: 600,
      },
      {
        at: at + 120,
        by: 'ada@jump1',
        mitigationId,
        what: 'confirmed',
        backend: 'nft',
        words: 'kept until it expires',
        rules: [],
        ttlSec: null,
      },
    ],
    effects: [
      {
        at: at + 125,
        mitigationId,
        seconds: 10,
        attackBeforePps: 88_400,
        attackAfterPps: 52,
        goodBeforePps: 610,
        goodAfterPps: 905,
        droppedPackets: 6_130_000,
      },
    ],
    signature: {
      words: 'tcp.flags = SYN and tcp.window = 0 and ip.ttl 241-245',
      recall: { estimate: 0.993, low: 0.988, high: 0.996 },
      collateral: { estimate: 0, low: 0, high: 0.0004 },
      backends: {
        bpf: [
          'dst host 203.0.113.7 and tcp[tcpflags] & 0x17 = 0x02 and tcp[14:2] = 0 and ip[8] >= 241 and ip[8] <= 245',
        ],
        nft: ['ip daddr 203.0.113.7 ip ttl 241-245 tcp flags & (fin|syn|rst|ack) == syn tcp window 0 drop'],
        waf: [],
      },
      refused: null,
    },
    picture: makePicture(),
    files: [
      {
        path: '/var/lib/ddostop/evidence/i1.pcapng',
        sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
        bytes: 18_400_000,
        packets: 120_000,
        words: 'frames of tcp-syn to 203.0.113.7, 14:00:20 to 14:01:00',
      },
    ],
    deliveries: [
      {
        at: at + 3,
        hook: 'pager',
        kind: 'pagerduty',
        event: 'opened',
        ok: true,
        reference: 'Q1X2',
        url: 'https://example.pagerduty.test/incidents/Q1X2',
        message: null,
      },
      {
        at: at + 4,
        hook: 'jira',
        kind: 'jira',
        event: 'opened',
        ok: false,
        reference: null,
        url: null,
        message: 'HTTP 500',
      },
    ],
    timeline: [
      { at, what: 'began', words: 'first second over a limit to 203.0.113.7', by: '' },
      { at: at + 1.1, what: 'detected', words: 'called an attack after 1s: SYN flood 78.0%; severity high', by: '' },
      { at: at + 7, what: 'peak', words: 'peak 91.2k pps, 410 Mbit/s', by: '' },
      { at: at + 40, what: 'acknowledged', words: 'acknowledged', by: 'ada@jump1' },
      {
        at: at + 105,
        what: 'acted',
        words: 'applied k3f9a (nft): drops tcp-syn with window 0 to 203.0.113.7, for 10 min',
        by: 'ada@jump1',
      },
      { at: at + 180, what: 'ended', words: 'over after 3m00s: 2.30M packets, 1.10 GB', by: '' },
    ],
  });
}

/** What somebody else told, and nothing more. */
export function makeBareStored(): StoredIncident {
  return makeStored({
    incident: makeIncident({
      id: 'fnm-abcdefgh',
      direction: 'unknown',
      vectors: [],
      severity: 'medium',
      urgency: null,
      urgencyParts: [],
      relevance: null,
      relevanceParts: [],
      detectedAt: null,
      peakPps: 70_112,
      peakBps: 0,
      packets: 0,
      bytes: 0,
      sources: { distinct: 0, top: [], verdict: 'unknown' },
      evidence: [],
    }),
    origin: 'fastnetmon',
    sensor: 'fastnetmon',
    alerts: [{ from: 'fastnetmon', reference: '', details: [], url: null }],
  });
}
