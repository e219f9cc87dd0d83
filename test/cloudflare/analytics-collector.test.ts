/** The analytics collector against the stand-in: every query by its schema, every failure a gap and a remark. */
import { afterEach, expect, test } from 'vitest';
import { packetRowsOf } from '../../src/aggregate/edge/edge-network-packets.js';
import { newsOf } from '../../src/snapshot/edge-network-news.js';
import type { EdgeNetworkView } from '../../src/snapshot/edge-network-view.js';
import type { FlatRow } from '../support/cloudflare/analytics-answerer.js';
import { AnalyticsLab } from '../support/cloudflare/analytics-lab.js';
import { HAS_CONTRACT, NO_CONTRACT } from '../support/cloudflare/contract.js';
import { ACCOUNT_ID, type StandInOptions } from '../support/cloudflare/stand-in.js';

let lab: AnalyticsLab;
afterEach(() => lab.close());

const open = async (options: Partial<StandInOptions> = {}, prepare?: (lab: AnalyticsLab) => void) => {
  lab = await AnalyticsLab.start(options, prepare);
};

const DOSD = 'dosdNetworkAnalyticsAdaptiveGroups';
const ATTACKS = 'dosdAttackAnalyticsGroups';

const packet = (sec: number, more: FlatRow = {}): FlatRow => ({
  sec,
  outcome: 'drop',
  packets: 1000,
  bits: 11_520_000,
  ipProtocol: 17,
  ipSourceAddress: '198.51.100.7',
  ipDestinationAddress: '203.0.113.9',
  sourcePort: 53,
  destinationPort: 40_000,
  attackId: 'a1',
  attackVector: 'DNS Amplification',
  ...more,
});

const attack = (sec: number, more: FlatRow = {}): FlatRow => ({
  sec,
  endSec: sec + 60,
  attackId: 'a1',
  attackVector: 'DNS Amplification',
  destinationIp: '203.0.113.9',
  destinationPort: 443,
  ipProtocolName: 'UDP',
  ruleName: 'Large DNS answers',
  mitigationType: 'Drop',
  packets: 60_000,
  bits: 600_000_000,
  droppedPackets: 57_000,
  droppedBits: 570_000_000,
  ...more,
});

const droppedOf = ({ series }: EdgeNetworkView, system = 'dosd') =>
  series.find((one) => one.system === system)?.droppedPps ?? [];
const known = (rates: readonly number[]) => rates.filter((rate) => !Number.isNaN(rate));

test.skipIf(!HAS_CONTRACT)('every document is one of the schema, and one that is not is refused there', async () => {
  await open({ checksContract: true });
  await lab.ticks(8);
  expect(lab.standIn.violations).toEqual([]);
  expect(lab.documents.length).toBe(9);
  expect(lab.last.state).toBe('live');
  const { query } = lab.documents[0] as { query: string };
  for (const [right, wrong] of [
    ['datetimeTenSeconds', 'datetimeTenSecond'],
    ['dosdAttackAnalyticsGroups(', 'dosdAttacksAnalyticsGroups('],
    ['$account: string!', '$account: uint64!'],
    ['startDatetime_DESC', 'datetime_DESC'],
  ] as const) {
    expect(query).toContain(right);
    const body = { query: query.replaceAll(right, wrong), variables: {} };
    const request = { ...(lab.standIn.requests.find(({ path }) => path === '/graphql') as never as object), body };
    expect(lab.standIn.contract?.violationsOf(request as never)).not.toEqual([]);
  }
});
if (!HAS_CONTRACT) console.warn(NO_CONTRACT);

test('settings decide: nodes that are off are told and left out, fields that are not there as well, spans and pages are kept', async () => {
  await open({}, (one) => {
    one.account.settings['spectrumNetworkAnalyticsAdaptiveGroups'] = { enabled: false };
    one.account.settings['mnmFlowDataAdaptiveGroups'] = { availableFields: ['sum_bits', 'sum_packets'] };
    one.account.settings[DOSD] = {
      maxPageSize: 100,
      maxDuration: 120,
      maxNumberOfFields: 8,
      availableFields: [
        ...['datetimeMinute', 'datetimeTenSeconds', 'outcome', 'ipTtlBuckets', 'tcpFlagsString'].map(
          (field) => `dimensions_${field}`,
        ),
        'sum_bits',
        'sum_packets',
      ],
    };
  });
  const { query, variables } = lab.documents[0] as (typeof lab.documents)[0];
  expect(query).not.toContain('spectrum');
  expect(query).not.toContain('mnm');
  expect(/dosdRows: .*/.exec(query)?.[0]).toContain('limit: 100');
  expect(/dosdRows: .*/.exec(query)?.[0]).toContain(
    'dimensions { datetimeMinute outcome tcpFlagsString ipTtlBuckets } sum { packets bits }',
  );
  expect(
    Date.parse(variables['dosdRowsUntil'] as string) - Date.parse(variables['dosdRowsSince'] as string),
  ).toBeLessThanOrEqual(120_000);
  expect(lab.view.remarks).toEqual([
    'flow data of routers: not asked, its fields are not available here',
    'not on this plan, or without the permission "Account > Account Analytics Read": Spectrum packets',
  ]);
});

test('a name that the edge does not know makes it tell its settings one by one, and the older name is asked', async () => {
  const unknown = 'advancedTcpProtectionNetworkAnalyticsAdaptiveGroups';
  await open({}, (one) => {
    one.refuses = (query) => (query.includes(unknown) ? [{ message: `unknown field "${unknown}"`, path: null }] : []);
  });
  expect(lab.documents[0]?.query).toContain('flowtrackdSeries: flowtrackdNetworkAnalyticsAdaptiveGroups(');
  expect(lab.queries.length).toBeLessThan(20);
  expect(lab.view.remarks).toEqual([]);
});

test('an account that the token may not read is told by the permission; its zones go on', async () => {
  await open({ permissions: ['Analytics Read', 'Account Analytics Read'] }, (one) => {
    one.refuses = (query) =>
      query.includes('AccountSettings')
        ? [{ message: 'not authorized for that account', path: ['viewer', 'accounts'] }]
        : [];
  });
  await lab.ticks(1);
  expect(lab.documents.at(-1)?.query).not.toContain('account:');
  expect(lab.batches.flatMap(({ answers }) => answers.map(({ node }) => node))).toContain('httpStatus');
  expect(lab.view.remarks.join('\n')).toContain('"Account > Account Analytics Read" (not authorized for that account)');
  expect(lab.view.remarks.join('\n')).toContain('Notifications Read');
});

test('an error with a path makes its node rest for a minute and is told; what the others said comes with the next tick', async () => {
  await open({}, (one) => {
    one.account.rows[ATTACKS] = [attack(one.nowSec - 90)];
    one.refuses = (query) =>
      query.includes('dosdRows:')
        ? [{ message: 'internal error of the node', path: ['viewer', 'account', 0, 'dosdRows'] }]
        : [];
  });
  expect(lab.last.answers).toEqual([]);
  await lab.ticks(1);
  expect(lab.view.attacks).toHaveLength(1);
  expect(lab.view.remarks.join()).toContain('internal error of the node');
  lab.refuses = () => [];
  await lab.ticks(7);
  expect(lab.documents.at(-1)?.query).toContain('dosdSeries');
  expect(lab.documents.some(({ query, atMs }) => atMs > lab.documents[0]!.atMs && query.includes('dosdRows:'))).toBe(
    true,
  );
  expect(lab.view.remarks).toEqual([]);
});

test('a refusal that names nobody: fewer at once, until the one it is about is found and the others are answered', async () => {
  await open({}, (one) => {
    one.account.rows[ATTACKS] = [attack(one.nowSec - 90)];
    one.refuses = (query) => (query.includes('flows:') ? [{ message: 'too complex', path: null }] : []);
  });
  await lab.ticks(25);
  expect(lab.view.attacks).toHaveLength(1);
  const answered = new Set(lab.batches.flatMap(({ answers }) => answers.map(({ node }) => node)));
  expect(answered.has('flows')).toBe(false);
  expect(answered.size).toBe(16);
  expect(lab.batches.some(({ remarks }) => remarks.join().includes('too complex'))).toBe(true);
});

test('late data replaces what was there, the lag is measured, and an outage is a gap, not zeros', async () => {
  await open({}, (one) => {
    const at = Math.floor(one.nowSec / 10) * 10;
    one.account.rows[DOSD] = [packet(at - 40), packet(at - 30)];
  });
  const at = Math.floor(lab.nowSec / 10) * 10;
  expect(lab.view.lagSec['dosdSeries']).toBeCloseTo(lab.nowSec - (at - 20), 3);
  expect(known(droppedOf(lab.view)).slice(-2)).toEqual([100, 100]);
  // The last of them grows.
  lab.account.rows[DOSD] = [packet(at - 40), packet(at - 30), packet(at - 28), packet(at - 20)];
  await lab.ticks(1);
  expect(known(droppedOf(lab.view)).slice(-3)).toEqual([100, 200, 100]);
  await lab.ticks(2);
  const rows = [...(lab.tally.rows.get('dosd') ?? [])];
  expect(rows.reduce((sum, { packets }) => sum + packets, 0)).toBe(4000);
  // Twenty minutes without an answer: more than is asked for again.
  const before = lab.nowSec;
  lab.breaks = () => '<html>bad gateway</html>';
  while (lab.nowSec < before + 1200) await lab.ticks(1);
  expect(lab.last).toMatchObject({ state: 'retrying', answers: [] });
  expect(known(droppedOf(lab.view))).toEqual([]);
  expect(lab.view.lagSec['dosdSeries']).toBeGreaterThan(1100);
  lab.breaks = null;
  const back = Math.floor(lab.nowSec / 10) * 10;
  lab.account.rows[DOSD] = [packet(back - 600), packet(back - 20)];
  await lab.ticks(2);
  const rates = droppedOf(lab.view);
  expect(lab.last.state).toBe('live');
  expect(known(rates).filter((rate) => rate > 0)).toEqual([100, 100]);
  expect(known(rates).length).toBeGreaterThan(80);
});

test.each([
  ['no viewer', '{"data":{}}'],
  ['nothing', '{"data":null,"errors":null}'],
  ['lists that are none', '{"data":{"viewer":{"account":[{"attacks":{"a":1}}],"zones1":"x"}}}'],
  ['no JSON', 'data'],
])('an answer that is none (%s) is a gap', async (_, text) => {
  await open({}, (one) => {
    one.breaks = (query) => (query.includes('settings {') ? settingsAnswer(query) : text);
  });
  expect(lab.last.answers).toEqual([]);
  expect(lab.view.series).toEqual([]);
  lab.breaks = null;
  await lab.ticks(8);
  expect(lab.view.series.length).toBeGreaterThan(0);
});

function settingsAnswer(query: string): string {
  const names = [...query.matchAll(/(\w+) \{ enabled/g)].map(([, name]) => [name, { enabled: true }]);
  const place = [{ settings: Object.fromEntries(names) }];
  return JSON.stringify({ data: { viewer: query.includes('zones(') ? { zones: place } : { accounts: place } } });
}

test('429: nothing is asked while the edge says wait, slower then, and told', async () => {
  await open();
  await lab.ticks(3);
  lab.standIn.failOn(({ path }) => path === '/graphql', 429);
  const before = lab.queries.length;
  await lab.ticks(1);
  expect(lab.last.state).toBe('paused');
  expect(lab.queries.length).toBe(before + 1);
  const limitedMs = lab.queries.at(-1)?.atMs as number;
  await lab.ticks(3);
  expect((lab.queries[before + 1]?.atMs as number) - limitedMs).toBeGreaterThanOrEqual(20_000 - 1000);
  expect(lab.last).toMatchObject({ state: 'live', detail: 'slower, the budget was spent' });
});

test('an hour: far below 300 queries and 1200 calls in any five minutes, one document a tick', async () => {
  await open();
  const until = lab.nowSec + 3600;
  while (lab.nowSec < until) await lab.ticks(1);
  const times = lab.queries.map(({ atMs }) => atMs);
  const worst = (of: readonly number[]) =>
    of.reduce((most, fromMs) => Math.max(most, of.filter((ms) => ms >= fromMs && ms < fromMs + 300_000).length), 0);
  expect(worst(times)).toBeLessThanOrEqual(33);
  // Nodes, should each be a query; those of settings as well.
  const nodes = lab.queries.flatMap(({ atMs, query }) => (query.match(/Groups\b/g) ?? []).map(() => atMs));
  expect(worst(nodes)).toBeLessThanOrEqual(300);
  expect(times.length).toBeGreaterThan(350);
  expect(lab.standIn.requests.length - lab.queries.length).toBeLessThanOrEqual(62);
  expect(new Set(lab.documents.map(({ atMs }) => atMs)).size).toBe(lab.documents.length);
});

test('attacks: rows of one are joined, their begin and end are news', async () => {
  await open();
  const begin = Math.floor(lab.nowSec) - 30;
  const before = lab.view;
  lab.account.rows[ATTACKS] = [
    attack(begin, { endSec: begin + 25 }),
    attack(begin + 40, { attackId: 'a2', endSec: begin + 200, ruleName: 'Another', packets: 120_000 }),
    attack(begin, { attackId: 'b', attackVector: 'SYN Flood', destinationIp: '203.0.113.77', endSec: 0 }),
    attack(begin - 7200, { attackId: 'old', endSec: begin - 7000 }),
  ];
  lab.account.rows[DOSD] = [packet(begin), packet(begin, { packets: 5_000_000, bits: 6e9, attackId: 'a2' })];
  await lab.ticks(3);
  const { view } = lab;
  expect(view.attacks.map(({ ids, vectorId, endSec }) => ({ ids, vectorId, goesOn: endSec === null }))).toEqual([
    { ids: ['a1', 'a2'], vectorId: 'refl-dns', goesOn: true },
    { ids: ['b'], vectorId: 'tcp-syn', goesOn: true },
    { ids: ['old'], vectorId: 'refl-dns', goesOn: false },
  ]);
  expect(view.attacks[0]).toMatchObject({ packets: 180_000, droppedPackets: 114_000, rule: 'Another', port: 443 });
  expect(view.attacks[0]?.peakBps).toBeGreaterThanOrEqual(6e9 / 60);
  expect(
    newsOf(before, view)
      .map(({ text }) => text.replace(/,.*/, ''))
      .sort(),
  ).toEqual([
    'Cloudflare sees DNS Amplification on 203.0.113.9 port 443',
    'Cloudflare sees SYN Flood on 203.0.113.77 port 443',
  ]);
  await lab.ticks(45);
  const ended = newsOf(view, lab.view);
  expect(ended.map(({ kind }) => kind)).toEqual(['attack-ended']);
  expect(ended[0]?.text).toContain('over after 3m20s: DNS Amplification on 203.0.113.9 port 443, 63.3% dropped');
});

test('notifications: bodies that are texts and such that are objects, each told once', async () => {
  const entry = (id: string, sec: number, alert_body: unknown) => ({
    id,
    name: 'DDoS attack',
    description: 'an attack was seen',
    sent: new Date(sec * 1000).toISOString(),
    alert_type: 'advanced_ddos_attack_l4_alert',
    alert_body,
    mechanism: 'soc@example.com',
    mechanism_type: 'email',
    policy_id: 'p',
  });
  const sec = Date.UTC(2026, 10, 22, 12) / 1000 - 60;
  await open({
    history: [
      entry('n1', sec, 'A network attack was mitigated'),
      entry('n2', sec + 1, {
        data: { attack_vector: 'UDP', max_rate: 5, deep: { deeper: { deepest: 'x' } } },
        metadata: { account: null },
      }),
      entry('n3', sec + 2, '{"data":{"rule":"r"}}'),
      entry('n4', sec + 3, null),
      'nonsense' as never,
    ],
  });
  const news = newsOf(null, lab.view);
  await lab.ticks(20);
  const { notifications } = lab.view;
  expect(notifications.map(({ id, text }) => `${id} ${text}`)).toEqual([
    'n1 A network attack was mitigated',
    'n2 attack_vector UDP, max_rate 5',
    'n3 rule r',
    'n4 an attack was seen',
  ]);
  const asked = lab.standIn.requests.filter(({ path }) => path.endsWith('/alerting/v3/history'));
  expect(asked.length).toBe(4);
  expect(Date.parse(asked[1]?.query.get('since') ?? '')).toBe((sec + 3 - 300) * 1000);
  expect(news[0]?.text).toBe('Cloudflare notification: DDoS attack: A network attack was mitigated');
});

test('tunnels, router flows, requests and firewall events', async () => {
  await open({}, (one) => {
    const minute = Math.floor(one.nowSec / 60) * 60 - 60;
    const five = Math.floor(one.nowSec / 300) * 300 - 300;
    const check = (tunnelName: string, edgeColoCode: string, tunnelState: number, sec = minute) => ({
      sec,
      tunnelName,
      edgeColoCode,
      tunnelState,
    });
    one.account.rows['magicTransitTunnelHealthChecksAdaptiveGroups'] = [
      check('a', 'fra', 0, minute - 60),
      check('a', 'fra', 1),
      check('a', 'ams', 0),
      check('b', 'fra', 0),
      check('b', 'ams', 0),
    ];
    one.account.rows['magicTransitTunnelTrafficAdaptiveGroups'] = [
      { sec: five, tunnelName: 'a', direction: 'ingress', bits: 3e9, packets: 1 },
    ];
    one.account.rows['mnmFlowDataAdaptiveGroups'] = [
      { sec: minute, sourceAddress: '192.0.2.1', destinationAddress: '203.0.113.9', bits: 6e6, packets: 600 },
    ];
    one.zone.rows['httpRequestsAdaptiveGroups'] = [
      {
        sec: minute,
        edgeResponseStatus: 200,
        cacheStatus: 'hit',
        clientRequestHTTPHost: 'a.example.com',
        clientCountryName: 'DE',
        count: 600,
        edgeResponseBytes: 1,
      },
      {
        sec: minute,
        edgeResponseStatus: 403,
        cacheStatus: 'none',
        clientRequestHTTPHost: 'a.example.com',
        clientCountryName: 'FR',
        count: 60,
        edgeResponseBytes: 1,
      },
    ];
    one.zone.rows['firewallEventsAdaptiveGroups'] = [
      { sec: minute, action: 'block', source: 'l7ddos', ruleId: 'r1', count: 60 },
    ];
  });
  const { view } = lab;
  expect(view.tunnels).toEqual([
    { name: 'a', state: 'degraded', colos: 2, colosDown: 1, ingressBps: 1e7, egressBps: 0 },
    { name: 'b', state: 'down', colos: 2, colosDown: 2, ingressBps: 0, egressBps: 0 },
  ]);
  expect(newsOf(null, view).map(({ text }) => text)).toEqual([
    'Tunnel b is down, say all 2 data centres that check it',
  ]);
  expect(view.flows).toEqual([{ key: '203.0.113.9', bps: 1e5, pps: 10 }]);
  expect(view.zones).toMatchObject([
    {
      zone: 'example.com',
      rps: [11],
      statuses: [{ key: '200', requests: 600 }, { key: '403' }],
      hosts: [{ requests: 660 }],
    },
  ]);
  expect(view.firewall).toEqual([{ zone: 'example.com', action: 'block', source: 'l7ddos', ruleId: 'r1', events: 60 }]);
});

test('hostile answers: no throw, bounded, and what makes no sense is counted or unknown', async () => {
  const wild = (sec: number, i: number): FlatRow =>
    packet(sec, {
      ipSourceAddress: i % 2 === 0 ? '\u001b]0;x\u0007' : '999.1.1.1',
      attackVector: 'A\u202e'.repeat(500),
      ipProtocol: 6,
      sourcePort: 70_000 + i,
      tcpFlags: 4096,
      tcpFlagsString: '__proto__',
      packets: i === 0 ? ('18446744073709551615' as never) : i,
      bits: i === 1 ? (-5 as never) : 100,
      sourceAsnName: '__proto__',
    });
  await open({}, (one) => {
    one.account.rows[DOSD] = Array.from({ length: 4000 }, (_, i) => wild(one.nowSec - 30, i));
    one.account.rows[ATTACKS] = Array.from({ length: 900 }, (_, i) =>
      attack(one.nowSec - 60 - i, { attackId: `${i}`, destinationIp: 'x', endSec: 1e12 }),
    );
  });
  await lab.ticks(3);
  const { view, tally } = lab;
  const rows = tally.rows.get('dosd') ?? [];
  expect(rows.length).toBeLessThanOrEqual(1500);
  expect(
    rows.every(({ source, sourcePort, tcpFlags }) => source === null && sourcePort === null && tcpFlags === null),
  ).toBe(true);
  expect(rows.every(({ vector }) => (vector ?? '').length <= 200)).toBe(true);
  expect(packetRowsOf(rows).leftOut).toBe(rows.length);
  expect(view.tops.vectors).toHaveLength(1);
  expect(view.attacks.length).toBeLessThanOrEqual(200);
  expect(view.remarks.join()).toContain('only the largest groups fit');
  expect(ACCOUNT_ID in Object.prototype).toBe(false);
});

test('a token that is not valid ends it, and is not quoted', async () => {
  await open();
  lab.standIn.token = 'another';
  await lab.ticks(1);
  expect(lab.failure).toMatchObject({ code: 'CLOUDFLARE_TOKEN' });
  expect(JSON.stringify([lab.batches, String(lab.failure)])).not.toContain('analytics-test-token');
});
