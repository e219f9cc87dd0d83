/** The network of an edge in the fixture: a DNS amplification that goes on, an older SYN flood, two tunnels. */
import type { EdgeAttack, EdgeNetworkView } from '../../src/snapshot/edge-network-view.js';
import { FIXTURE_START_SEC } from './snapshot-fixture.js';

const NOW_SEC = FIXTURE_START_SEC + 100;
const BUCKETS = 60;

const attack = (change: Partial<EdgeAttack>): EdgeAttack => ({
  id: '8f3c',
  ids: ['8f3c'],
  vector: 'DNS Amplification',
  vectorId: 'refl-dns',
  rule: 'Large DNS answers',
  mitigation: 'Drop',
  reason: 'managed rule',
  target: '203.0.113.7',
  port: null,
  protocol: 'UDP',
  startSec: NOW_SEC - 340,
  endSec: null,
  packets: 6.1e8,
  bits: 7.2e12,
  droppedPackets: 6.08e8,
  droppedBits: 7.19e12,
  peakBps: 4.2e10,
  peakPps: 3.4e6,
  ...change,
});

export function makeNetworkView(change: Partial<EdgeNetworkView> = {}): EdgeNetworkView {
  const course = (level: number) => Array.from({ length: BUCKETS }, (_, i) => level * (1 + (i % 7) / 20));
  const flood = (level: number) => course(level).map((value, i) => (i < 26 ? 0 : value));
  const row = (key: string, note: string, pps: number, droppedShare: number) => ({
    key,
    note,
    pps,
    bps: pps * 11_800,
    droppedShare,
  });
  return {
    atMs: NOW_SEC * 1000,
    state: 'live',
    detail: '',
    silentSec: 3,
    lagSec: { attacks: 64, magicTransit: 31, dosd: 64 },
    startSec: NOW_SEC - BUCKETS * 10,
    bucketSec: 10,
    series: [
      {
        system: 'magicTransit',
        passedBps: course(1.4e9),
        droppedBps: flood(3.9e10),
        passedPps: course(2.1e5),
        droppedPps: flood(3.2e6),
      },
    ],
    attacks: [
      attack({}),
      attack({
        id: '11aa',
        ids: ['11aa', '11ab'],
        vector: 'SYN Flood',
        vectorId: 'tcp-syn-flood',
        rule: 'SYN flood',
        target: '203.0.113.9',
        port: 443,
        protocol: 'TCP',
        startSec: NOW_SEC - 7200,
        endSec: NOW_SEC - 6400,
        peakPps: 8.1e5,
        peakBps: 4.1e8,
      }),
    ],
    windowSec: 300,
    topSystems: ['magicTransit'],
    tops: {
      targets: [row('203.0.113.7', '', 3.3e6, 0.98), row('203.0.113.9', '', 8.1e4, 0.01)],
      sources: [row('198.51.100.53', '', 4.1e4, 1), row('192.0.2.10', '', 2.2e4, 0)],
      networks: [row('64500', 'Example Transit', 2.2e6, 0.97), row('64511', 'Example Cable', 9.1e5, 0.95)],
      countries: [row('BR', '', 1.2e6, 0.99), row('DE', '', 3.1e5, 0.4)],
      colos: [row('FRA', '', 9.1e5, 0.96), row('GRU', '', 7.7e5, 0.99)],
      vectors: [row('DNS Amplification', 'refl-dns', 3.2e6, 1)],
      rules: [row('f174e90afafe4643', '', 1.1e4, 1)],
      mitigations: [row('managed rule', '', 3.2e6, 1)],
    },
    tunnels: [
      { name: 'fra-1', state: 'healthy', colos: 40, colosDown: 0, ingressBps: 9.1e8, egressBps: 2.1e8 },
      { name: 'ams-1', state: 'degraded', colos: 40, colosDown: 9, ingressBps: 4.4e8, egressBps: 1.2e8 },
    ],
    flows: [],
    firewall: [],
    zones: [],
    notifications: [],
    remarks: ['magicFirewall: not on this plan'],
    ...change,
  };
}
