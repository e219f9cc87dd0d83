/** One stream, seen whole, one in ten, and at intervals that change: totals and shares are the same within what chance allows. */
import { expect, test } from 'vitest';
import { LogLineReader } from '../../collectors/cloudflare/instant-logs/log-line-reader.js';
import { EdgePipeline } from '../../src/pipeline/edge-pipeline.js';
import { EdgeTraffic } from '../../src/pipeline/edge-traffic.fixture.js';
import type { EdgeRole } from '../../src/records/edge-role.js';
import type { EdgeFigures } from '../../src/snapshot/edge-figures.js';

const START = 1_795_000_000;
const REQUESTS = 40_000;
/** Of a normal distribution 1 in 30 000 lies farther away on either side; some 100 figures are looked at, with one seed. */
const SIGMAS = 4;
const ROLES: readonly EdgeRole[] = [
  'edgeCountries',
  'edgeJa4',
  'edgeMethods',
  'edgePaths',
  'edgeStatuses',
  'edgeColos',
  'edgeAsns',
];

const traffic = new EdgeTraffic(21);
const lines = Array.from({ length: REQUESTS }, (_, i) => traffic.normal({ sec: START + (20 * i) / REQUESTS }));

/** What the edge sends: of each request with interval N one in N, by chance, which says so. */
function seen(intervalAt: (index: number) => number, seed: number): EdgeFigures {
  const pipeline = new EdgePipeline({ seed: 7 });
  pipeline.setView({ window: 'all', rows: 500, roles: ROLES, filter: [] });
  const reader = new LogLineReader(pipeline);
  const chance = new EdgeTraffic(seed);
  const sent = lines.flatMap((line, index) => {
    const interval = intervalAt(index);
    if (chance.random(interval) !== 0) return [];
    return [interval === 1 ? line : `${line.slice(0, -1)},"sampleInterval":${interval}}`];
  });
  for (let at = 0; at < sent.length; at += 500) reader.push(Buffer.from(`${sent.slice(at, at + 500).join('\n')}\n`));
  expect(reader.counts).toEqual({ records: sent.length, unparsable: 0 });
  return pipeline.view();
}

function countsOf(view: EdgeFigures, role: EdgeRole): Map<string, number> {
  return new Map(view.tops[role]?.rows.map(({ key, packets }) => [key, packets]));
}

const whole = seen(() => 1, 1);
/** By seconds, as an edge changes it with the load. */
const STEPS = [1, 10, 3, 100, 1, 25];

test('seen whole every figure is exact', () => {
  expect(whole.counts).toMatchObject({ records: REQUESTS, requests: REQUESTS });
  expect(whole.sampleInterval).toBe(1);
});

test.each<[string, (index: number) => number]>([
  ['one in ten', () => 10],
  ['intervals in turns', (index) => STEPS[Math.floor(index / 700) % STEPS.length] as number],
  ['another interval each record', (index) => 1 + (index % 40)],
])('%s', (_, intervalAt) => {
  const view = seen(intervalAt, 99);
  // A request with interval N is there with chance 1/N and counts N: its variance is N - 1.
  const variances = lines.map((_line, index) => intervalAt(index) - 1);
  const variance = variances.reduce((sum, each) => sum + each, 0);
  expect(Math.abs(view.counts.requests - REQUESTS)).toBeLessThan(SIGMAS * Math.sqrt(variance));
  expect(view.sampleInterval).toBeCloseTo(view.counts.requests / view.counts.records, 9);
  const mean = variance / REQUESTS;
  for (const role of ROLES) {
    const estimated = countsOf(view, role);
    for (const [key, count] of countsOf(whole, role)) {
      // Rare keys meet intervals that are not the mean ones.
      if (count < 400) continue;
      const error = Math.abs((estimated.get(key) ?? 0) - count);
      expect(error, `${role} ${key}: ${estimated.get(key)} of ${count}`).toBeLessThan(
        SIGMAS * Math.sqrt(count * mean * 1.1),
      );
      const share = Math.abs((estimated.get(key) ?? 0) / view.counts.requests - count / REQUESTS);
      expect(share, `${role} ${key}`).toBeLessThan((SIGMAS * Math.sqrt(count * mean * 1.1) * 2) / REQUESTS);
    }
  }
  // Rates of the window and its histogram are those of the requests, not of the records.
  expect(view.rates.requests * view.windowSec).toBeCloseTo(view.counts.requests, 3);
  expect(view.botScores?.reduce((sum, tenth) => sum + tenth)).toBeCloseTo(1, 9);
});
