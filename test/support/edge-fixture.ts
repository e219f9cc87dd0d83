/** An edge's log in the fixture: an HTTP flood on a shop, half of it challenged. Every number follows from the index. */
import { EDGE_ROLES, type EdgeRole } from '../../src/records/edge-role.js';
import type { EdgeView } from '../../src/snapshot/edge-view.js';
import type { Talker, TalkerTop } from '../../src/snapshot/snapshot.js';
import { FIXTURE_START_SEC } from './snapshot-fixture.js';

type Weighted = readonly [text: string, share: number];

const SECONDS = 240;
const ONSET = 150;
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const clients = Array.from(
  { length: 60 },
  (_, i): Weighted => [
    i % 5 === 4 ? `2001:db8:${(40 + i).toString(16)}::${i + 1}` : `198.51.${100 + (i % 7)}.${20 + i}`,
    0.05 / (i + 1),
  ],
);

const TEXTS: Readonly<Record<EdgeRole, readonly Weighted[]>> = {
  edgeHosts: [
    ['www.shop.example', 0.93],
    ['api.shop.example', 0.05],
    ['static.shop.example', 0.02],
  ],
  edgePaths: [
    ['/search', 0.84],
    ['/', 0.06],
    ['/product/#', 0.05],
    ['/cart', 0.03],
    ['/static/app.js', 0.02],
  ],
  edgeClients: clients,
  edgeAsns: [
    ['64496', 0.41],
    ['64511', 0.33],
    ['65536', 0.12],
    ['65551', 0.06],
  ],
  edgeCountries: [
    ['XX', 0.38],
    ['T1', 0.21],
    ['DE', 0.12],
    ['US', 0.11],
  ],
  edgeUserAgents: [
    ['python-requests/2.32.3', 0.72],
    [CHROME, 0.17],
    ['', 0.06],
  ],
  edgeJa4: [
    ['t13d1812h1_85036bcba153_b26ce05bbdd6', 0.72],
    ['t13d1516h2_8daaf6152771_b0da82dd1658', 0.2],
  ],
  edgeJa3: [
    ['cd08e31494f9531f560d64c695473da9', 0.72],
    ['579ccef312d18482fc42e2b822ca2430', 0.2],
  ],
  edgeMethods: [
    ['GET', 0.97],
    ['POST', 0.03],
  ],
  edgeStatuses: [
    ['403', 0.52],
    ['200', 0.31],
    ['503', 0.15],
    ['304', 0.02],
  ],
  edgeCacheStatuses: [
    ['dynamic', 0.42],
    ['unknown', 0.4],
    ['hit', 0.12],
    ['miss', 0.06],
  ],
  edgeSecurityActions: [
    ['managedChallenge', 0.52],
    ['unknown', 0.47],
    ['log', 0.01],
  ],
  edgeSecuritySources: [
    ['firewallCustom', 0.52],
    ['l7ddos', 0.03],
  ],
  edgeRules: [['8ac8bc2a661e475d940980f9317f28e1', 0.52]],
  edgeReferers: [['www.shop.example', 0.11]],
  edgeProtocols: [
    ['HTTP/1.1', 0.73],
    ['HTTP/2', 0.21],
    ['HTTP/3', 0.06],
  ],
  edgeColos: [
    ['FRA', 0.31],
    ['IAD', 0.22],
    ['SIN', 0.18],
    ['GRU', 0.1],
  ],
};

const REQUESTS_PER_SEC = 52_400;

function topOf(weighted: readonly Weighted[]): TalkerTop {
  const rows = weighted.map(([key, share]): Talker => {
    const pps = share * REQUESTS_PER_SEC;
    return { key, pps, bps: pps * 9_600, packets: Math.round(pps * 90), bytes: Math.round(pps * 90 * 1200) };
  });
  return { rows, distinct: rows.length * 7, exact: false };
}

export function makeEdgeView(change: Partial<EdgeView> = {}): EdgeView {
  const at = (i: number) => (i < ONSET ? 900 + (i % 9) * 22 : REQUESTS_PER_SEC - (i % 7) * 900);
  const requests = Array.from({ length: SECONDS }, (_, i) => (i >= 100 && i < 108 ? Number.NaN : at(i)));
  return {
    tick: 12,
    zones: [
      {
        zone: 'shop.example',
        state: 'live',
        detail: '',
        fields: ['ClientIP'],
        sample: 1,
        renewByMs: (FIXTURE_START_SEC + 2000) * 1000,
      },
    ],
    counts: { records: 4_812_331, unparsable: 3, shed: 0, late: 41, requests: 4_812_331, bytes: 5.1e10 },
    nowSec: FIXTURE_START_SEC + 99,
    lagSec: 2.1,
    rates: { requests: REQUESTS_PER_SEC, stopped: 27_300, answeredAtEdge: 6_100, toOrigin: 19_000, bps: 5.1e8 },
    windowSec: 10,
    series: {
      startSec: FIXTURE_START_SEC + 100 - SECONDS,
      requests,
      stopped: requests.map((value, i) => (i < ONSET + 20 ? 0 : value * 0.52)),
      attack: [],
    },
    onsets: [],
    sampleInterval: 1,
    statusClasses: [0, 0, 16_200, 1_050, 27_300, 7_850],
    botScores: [0.7, 0.04, 0.03, 0.01, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07],
    wafScores: [0.02, 0.01, 0.02, 0.05, 0.05, 0.05, 0.1, 0.2, 0.3, 0.2],
    view: { window: 'auto', rows: 200, roles: EDGE_ROLES, filter: [] },
    sampled: false,
    seen: EDGE_ROLES,
    tops: Object.fromEntries(EDGE_ROLES.map((role) => [role, topOf(TEXTS[role])])),
    ...change,
  };
}
