/** From bytes of a log to the view, the rows of a diff and the rule: against what JSON.parse and a Map make of the same lines. */
import { describe, expect, test } from 'vitest';
import { LogLineReader } from '../../collectors/cloudflare/instant-logs/log-line-reader.js';
import { packInput, unpackInput } from '../../src/app/analysis/analysis-protocol.js';
import { EdgePipeline } from '../../src/pipeline/edge-pipeline.js';
import { EdgeTraffic, FLOOD_JA4, FLOOD_PATH, SHOP } from '../../src/pipeline/edge-traffic.fixture.js';
import { EDGE_ROLES, type EdgeFilterPart, type EdgeRole, type EdgeViewRequest } from '../../src/records/edge-role.js';
import { AnalysisSession } from '../../src/signature/session.js';
import type { EdgeFigures } from '../../src/snapshot/edge-figures.js';

const START = 1_795_000_000;
const VIEW: EdgeViewRequest = { window: 'all', rows: 500, roles: EDGE_ROLES, filter: [] };

class Stream {
  readonly pipeline = new EdgePipeline({ seed: 7 });
  readonly reader = new LogLineReader(this.pipeline);
  readonly lines: string[] = [];

  constructor(view: Partial<EdgeViewRequest> = {}) {
    this.pipeline.setView({ ...VIEW, ...view });
  }

  push(lines: readonly string[]): void {
    this.lines.push(...lines);
    if (lines.length > 0) this.reader.push(Buffer.from(`${lines.join('\n')}\n`));
  }

  /** `rps` visitors and `flood` requests in each second of [from, to). */
  run(traffic: EdgeTraffic, from: number, to: number, rps: number, flood = 0, isStopped = false): void {
    for (let sec = from; sec < to; sec += 1) {
      const made: string[] = [];
      for (let i = 0; i < rps; i += 1) made.push(traffic.normal({ sec: sec + i / rps }));
      for (let i = 0; i < flood; i += 1) made.push(traffic.flood({ sec: sec + i / flood }, isStopped));
      // As edges deliver them: not in order.
      this.push(made.sort((a, b) => a.length - b.length));
    }
  }

  view(): EdgeFigures {
    return this.pipeline.view();
  }
}

const record = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ ClientRequestHost: 'h.example', ...fields });
const at = (sec: number, more: Readonly<Record<string, unknown>> = {}) => record({ EdgeStartTimestamp: sec, ...more });

function rowsOf(view: EdgeFigures, role: EdgeRole): Record<string, number> {
  return Object.fromEntries((view.tops[role]?.rows ?? []).map(({ key, packets }) => [key, packets]));
}

interface Logged {
  readonly [field: string]: unknown;
}

/** Requests by key, as a Map counts them. */
function naive(lines: readonly string[], keysOf: (of: Logged) => readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const logged = JSON.parse(line) as Logged;
    for (const key of keysOf(logged))
      counts[String(key)] = (counts[String(key)] ?? 0) + Number(logged['sampleInterval'] ?? 1);
  }
  return counts;
}

describe('a stream of a minute', () => {
  const traffic = new EdgeTraffic(3);
  const stream = new Stream();
  stream.run(traffic, START, START + 20, 60);
  stream.run(traffic, START + 20, START + 40, 60, 100, true);
  const view = stream.view();

  test.each<[EdgeRole, (of: Logged) => readonly unknown[]]>([
    ['edgeHosts', (of) => [of['ClientRequestHost']]],
    ['edgePaths', (of) => [(of['ClientRequestPath'] as string).replace(/\d+/g, '#')]],
    ['edgeAsns', (of) => [of['ClientASN']]],
    ['edgeCountries', (of) => [(of['ClientCountry'] as string).toUpperCase()]],
    ['edgeUserAgents', (of) => [of['ClientRequestUserAgent']]],
    ['edgeJa4', (of) => [of['JA4']]],
    ['edgeJa3', (of) => [of['JA3Hash']]],
    ['edgeMethods', (of) => [of['ClientRequestMethod']]],
    ['edgeStatuses', (of) => [of['EdgeResponseStatus']]],
    ['edgeCacheStatuses', (of) => [of['CacheCacheStatus']]],
    ['edgeSecurityActions', (of) => [of['SecurityAction']]],
    ['edgeSecuritySources', (of) => [...new Set(of['SecuritySources'] as string[])]],
    ['edgeReferers', (of) => [of['ClientRequestReferer'] === '' ? '' : SHOP]],
    ['edgeProtocols', (of) => [of['ClientRequestProtocol']]],
    ['edgeColos', (of) => [of['EdgeColoCode']]],
  ])('%s: every key, exactly', (role, keysOf) => {
    expect(rowsOf(view, role)).toEqual(naive(stream.lines, keysOf));
  });

  test('of many clients and rules the largest', () => {
    expect(view.tops.edgeClients?.distinct).toBeGreaterThan(2000);
    for (const { key, packets } of view.tops.edgeClients?.rows.slice(0, 20) ?? []) {
      expect(packets, key).toBe(naive(stream.lines, (of) => [of['ClientIP']])[key]);
    }
    expect(view.tops.edgeRules?.rows.length).toBeGreaterThan(400);
  });

  test('sums, outcomes, histograms and the series', () => {
    expect(view.counts).toMatchObject({ records: 4400, requests: 4400, late: 0 });
    expect(view.counts.bytes).toBe(stream.lines.reduce((sum, line) => sum + JSON.parse(line).EdgeResponseBytes, 0));
    const perSec = (requests: number) => requests / view.windowSec;
    expect(view.rates.stopped).toBeCloseTo(perSec(2000), 6);
    const hits = naive(stream.lines, (of) =>
      of['SecurityAction'] === 'block' ? [] : [of['CacheCacheStatus'] === 'hit'],
    );
    expect(view.rates.answeredAtEdge).toBeCloseTo(perSec(hits['true'] as number), 6);
    expect(view.rates.toOrigin).toBeCloseTo(perSec(hits['false'] as number), 6);
    expect(view.statusClasses[4]).toBeGreaterThan(perSec(2000));
    expect(view.statusClasses.reduce((sum, rps) => sum + rps)).toBeCloseTo(perSec(4400), 6);
    expect(view.botScores?.[0]).toBeCloseTo(2000 / 4400, 2);
    expect(view.wafScores?.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    expect(view.series.startSec).toBe(START);
    expect(view.series.requests).toEqual([...new Array(20).fill(60), ...new Array(19).fill(160)]);
    expect(view.series.stopped).toEqual([...new Array(20).fill(0), ...new Array(19).fill(100)]);
    expect(view.sampleInterval).toBe(1);
    expect(view.seen).toEqual(EDGE_ROLES);
  });

  test('windows look back on so much', () => {
    stream.pipeline.setView({ ...VIEW, window: '10s' });
    const { tops, windowSec, rates } = stream.view();
    expect(windowSec).toBeGreaterThan(9);
    expect(windowSec).toBeLessThanOrEqual(10);
    expect(tops.edgeHosts?.rows[0]?.pps).toBeCloseTo(rates.requests, 6);
    expect(rates.stopped / rates.requests).toBeCloseTo(100 / 160, 2);
  });

  test('a filter narrows the tables and not the sums, and begins with what was sampled', () => {
    const part: EdgeFilterPart = { role: 'edgeJa4', value: FLOOD_JA4 };
    stream.pipeline.setView({ ...VIEW, filter: [part] });
    const before = stream.view();
    expect(before.sampled).toBe(true);
    expect(before.counts.requests).toBe(4400);
    const total = (of: EdgeFigures) => Object.values(rowsOf(of, 'edgeJa4')).reduce((sum, each) => sum + each, 0);
    // 64 rows a second of 160, of which 100 are of the flood: standard deviation of a second 12, of twenty 54.
    expect(Object.keys(rowsOf(before, 'edgeJa4'))).toEqual([FLOOD_JA4]);
    expect(Math.abs(total(before) - 2000)).toBeLessThan(220);
    expect(Object.keys(rowsOf(before, 'edgePaths'))).toEqual([FLOOD_PATH]);
    expect(rowsOf(before, 'edgeSecuritySources')['l7ddos']).toBe(total(before));
    stream.run(traffic, START + 40, START + 42, 10, 30);
    expect(total(stream.view()) - total(before)).toBe(60);
    expect(stream.view().counts.requests).toBe(4480);
    stream.pipeline.setView(VIEW);
    expect(Object.keys(rowsOf(stream.view(), 'edgeJa4')).length).toBe(5);
  });

  test.each<[EdgeRole, string, string]>([
    ['edgeClients', '198.51.0.0/16', 'FILTER_PREFIX'],
    ['edgeClients', 'x', 'FILTER_PREFIX'],
    ['edgeAsns', '64501', 'FILTER_VALUE'],
    ['edgeAsns', '-1', 'FILTER_VALUE'],
    ['edgeStatuses', '404', 'FILTER_VALUE'],
    ['edgeStatuses', '4xx', 'FILTER_VALUE'],
  ])('a filter of %s %s', (role, value, code) => {
    const set = () => stream.pipeline.setView({ ...VIEW, filter: [{ role, value }] });
    if (/^x|-1|xx$/.test(value)) {
      expect(set).toThrow(expect.objectContaining({ code }));
      expect(stream.view().view.filter).toEqual([]);
      return;
    }
    set();
    const { tops } = stream.view();
    expect(tops.edgeHosts?.rows[0]?.packets).toBeGreaterThan(0);
    const keys = tops[role]?.rows.map(({ key }) => key) ?? [];
    expect(keys.every((key) => key === value || key.startsWith('198.51.'))).toBe(true);
    stream.pipeline.setView(VIEW);
  });
});

describe('time', () => {
  test('records out of order, older ones, none, and one of the year 2106', () => {
    const stream = new Stream();
    stream.push([at(START), at(START + 9), at(START + 3), record({}), at(4_294_967_295), at(START + 12)]);
    stream.push([at(START + 1), at(START + 2), at(START + 13)]);
    const { series, counts, nowSec } = stream.view();
    expect(nowSec).toBe(START + 13);
    expect(series).toMatchObject({ startSec: START, requests: [1, 0, 1, 1, 0, 0, 0, 0, 0, 3, 0, 0, 1] });
    expect(counts).toMatchObject({ records: 9, late: 1 });
    expect(rowsOf(stream.view(), 'edgeHosts')).toEqual({ 'h.example': 8 });
  });

  test('three agree: the clock follows, forward and back', () => {
    const stream = new Stream();
    stream.push([at(START), at(START + 500), at(START + 501)]);
    expect(stream.view().nowSec).toBe(START);
    stream.push([at(START + 502)]);
    expect(stream.view().nowSec).toBe(START + 502);
    stream.push([at(START - 5000), at(START - 5000), at(START - 5000)]);
    expect(stream.view()).toMatchObject({ nowSec: START - 5000, counts: { records: 7 } });
  });

  test('silence passes, by the progress of a clock that is an hour wrong', () => {
    const stream = new Stream();
    const wrong = 3600;
    stream.pipeline.passTime(START + wrong);
    stream.push([at(START), at(START), at(START)]);
    for (let sec = 1; sec <= 40; sec += 1) stream.pipeline.passTime(START + wrong + sec);
    stream.push([at(START + 40)]);
    expect(stream.view().series.requests).toEqual([3, ...new Array(39).fill(0)]);
    expect(stream.view().nowSec).toBe(START + 40);
  });

  test('a gap is no zero', () => {
    const stream = new Stream();
    stream.push([at(START), at(START + 1)]);
    stream.pipeline.markGap(START + 2, START + 5);
    stream.push([at(START + 5), at(START + 6)]);
    const { requests, stopped } = stream.view().series;
    expect(requests).toEqual([1, 1, Number.NaN, Number.NaN, Number.NaN, 1]);
    expect(stopped).toEqual([0, 0, Number.NaN, Number.NaN, Number.NaN, 0]);
  });

  test('before the first record there is nothing', () => {
    const { counts, nowSec, series, tops, botScores } = new Stream().view();
    expect([counts.records, nowSec, series.requests, tops, botScores]).toEqual([0, Number.NaN, [], {}, null]);
  });
});

describe('a flood of requests', () => {
  const traffic = new EdgeTraffic(5);
  const stream = new Stream();
  const other = (sec: number) => Array.from({ length: 30 }, () => traffic.normal({ sec, host: 'api.shop.example' }));
  // Visitors with the tool's handshake on other paths, as an app has it, and on its path with other handshakes: either alone is no rule.
  const alike = (sec: number) => [
    ...Array.from({ length: 4 }, () => traffic.normal({ sec, alike: 'tool' })),
    ...Array.from({ length: 4 }, () => traffic.normal({ sec, alike: 'path' })),
  ];
  for (let sec = START; sec < START + 150; sec += 1) {
    stream.push([...other(sec), ...alike(sec)]);
    stream.run(traffic, sec, sec + 1, 40, sec >= START + 125 ? 400 : 0);
  }

  test('is an onset of its host, and of no other', () => {
    expect(stream.pipeline.onsets()).toEqual([
      { host: SHOP, sinceSec: START + 125, endSec: null, rps: 448, baselineRps: 48 },
    ]);
  });

  const rows = stream.pipeline.rowsFor({ target: SHOP, labels: [] });
  // As it crosses to the thread that looks at it.
  const session = new AnalysisSession(structuredInput(rows), { backend: 'waf' });
  const analysis = session.analyse();

  test('against what the host got before', () => {
    expect(rows.good).toMatchObject({ is: 'before', toSec: START + 124 });
    expect(rows.attack.requests?.rows.length).toBe(25 * 64);
    const requests = analysis.diffs.find(({ kind }) => kind === 'request');
    expect(requests?.attackFraction.from).toBe('rates');
    expect(requests?.attackFraction.value).toBeCloseTo(400 / 448, 1);
  });

  test('has a rule of what it is made of: the tool and the path', () => {
    const { rule, backends, refused } = analysis.proposal;
    expect(refused).toBeNull();
    const named = rule?.clauses.flatMap(({ predicates }) => predicates.map(({ attribute }) => attribute)) ?? [];
    expect(named).toEqual(expect.arrayContaining(['tls.ja4', 'http.path']));
    expect(rule?.recall.estimate).toBeGreaterThan(0.95);
    expect(rule?.collateral.estimate).toBe(0);
    const waf = backends.find(({ backend }) => backend === 'waf')?.text.join(' ') ?? '';
    expect(waf).toContain(`http.request.uri.path eq "${FLOOD_PATH}"`);
    expect(waf).toContain(`cf.bot_management.ja4 eq "${FLOOD_JA4}"`);
    const finds = analysis.diffs
      .find(({ kind }) => kind === 'request')
      ?.attributes.flatMap(({ values }) => values.filter(({ isFind }) => isFind).map(({ value }) => value));
    expect(finds).toEqual(expect.arrayContaining([FLOOD_JA4, FLOOD_PATH]));
  });

  test('against what somebody marked', () => {
    const marked = stream.pipeline.rowsFor({
      target: SHOP,
      labels: [
        { role: 'edgeJa4', value: FLOOD_JA4, is: 'attack' },
        { role: 'edgeCacheStatuses', value: 'hit', is: 'good' },
      ],
    });
    expect(marked.good.is).toBe('marked');
    const statuses = new Set(Array.from(marked.good.requests?.rows ?? [], (row) => cacheOf(marked, row)));
    expect([...statuses]).toEqual(['hit']);
    const all = marked.attack.requests?.rows.length ?? 0;
    expect(all).toBeGreaterThan(25 * 64 * 0.85);
    expect(all).toBeLessThan(25 * 64 * 0.96);
  });

  test('a host without an onset against the others, one that nobody knows against nothing of its own', () => {
    const rest = stream.pipeline.rowsFor({ target: 'api.shop.example', labels: [] });
    expect(rest).toMatchObject({ rates: null, good: { is: 'rest' } });
    expect(rest.attack.requests?.rows.length).toBe(60 * 30);
    expect(stream.pipeline.rowsFor({ target: 'nobody.example', labels: [] }).attack.requests?.rows.length).toBe(0);
  });

  test('ends when it is quiet for half a minute', () => {
    stream.run(traffic, START + 150, START + 190, 40);
    expect(stream.pipeline.onsets()).toEqual([
      { host: SHOP, sinceSec: START + 125, endSec: START + 150, rps: 448, baselineRps: 48 },
    ]);
  });
});

function structuredInput(rows: ReturnType<EdgePipeline['rowsFor']>) {
  return unpackInput(structuredClone(packInput(rows)));
}

function cacheOf({ good }: ReturnType<EdgePipeline['rowsFor']>, row: number): string | null {
  const { samples, texts } = good.requests as NonNullable<typeof good.requests>;
  return texts.textOf(samples.cacheStatus[row] as number);
}
