import { describe, expect, test } from 'vitest';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { DEFAULT_VIEW } from '../../src/pipeline/pipeline-options.js';
import { TCP } from '../../src/scenario/packet-builder.js';
import type { SourceStatus } from '../../src/snapshot/snapshot.js';
import { inBatches, merged, steady, type TestFrame, tcpFrame, udpFrame } from '../support/frames.js';

const LIVE: SourceStatus = { name: 'test', state: 'live', detail: '', paced: true };
const T0 = 1_700_000_000;

function run(
  frames: Iterable<TestFrame>,
  options: ConstructorParameters<typeof Pipeline>[0] = {},
  rows = 2048,
): Pipeline {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, rows: new LiveRows(), ...options });
  inBatches(frames, rows, (batch) => pipeline.pushFrames(batch));
  return pipeline;
}

const good = (fromSec: number, toSec: number) =>
  steady(fromSec, toSec, 100, (sec, i) =>
    tcpFrame(sec, { src: `192.0.2.${1 + (i % 50)}`, flags: TCP.ack, dstPort: 80 }),
  );
const flood = (fromSec: number, toSec: number, rate = 5000) =>
  steady(fromSec, toSec, rate, (sec, i) =>
    tcpFrame(sec, { src: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }),
  );

describe('incidents', () => {
  test('a SYN flood is called within 1.5 s of its first packet, named, and ended by data alone', () => {
    const pipeline = run(merged(good(T0, T0 + 60), flood(T0 + 10, T0 + 20)));
    pipeline.finish();
    const [incident, ...others] = pipeline.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ target: '203.0.113.10', state: 'ended', severity: 'medium' });
    expect(incident!.vectors.map(({ id }) => id)).toEqual(['tcp-syn']);
    expect(incident!.detectedAt! - (T0 + 10)).toBeLessThanOrEqual(1.5);
    expect(incident!.openedAt).toBeGreaterThanOrEqual(T0 + 9);
    expect(incident!.endedAt! - (T0 + 20)).toBeLessThanOrEqual(1);
    expect(incident!.packets).toBeGreaterThan(49_000);
    expect(incident!.packets).toBeLessThanOrEqual(50_000);
    expect(incident!.sources.verdict).toBe('spoofed');
  });

  test('a source that stops sending ends no incident', () => {
    const pipeline = run(merged(good(T0, T0 + 14), flood(T0 + 10, T0 + 14)));
    pipeline.finish();
    expect(pipeline.incidents()[0]).toMatchObject({ state: 'attack', endedAt: null });
  });

  test('good traffic alone, and one burst of half a second, raise none', () => {
    const pipeline = run(merged(good(T0, T0 + 30), flood(T0 + 10.05, T0 + 10.45, 3000)));
    pipeline.finish();
    expect(pipeline.incidents().filter(({ detectedAt }) => detectedAt !== null)).toEqual([]);
  });

  test('two vectors at once are both named, with their shares', () => {
    const dns = steady(T0 + 10, T0 + 20, 2000, (sec, i) =>
      udpFrame(sec, {
        src: `10.9.0.${i % 200}`,
        srcPort: 53,
        dstPort: 1024 + (i % 60_000),
        payload: new Uint8Array(1200),
      }),
    );
    const pipeline = run(merged(good(T0, T0 + 21), flood(T0 + 10, T0 + 20, 6000), dns));
    const { vectors } = pipeline.incidents()[0]!;
    expect(vectors.map(({ id }) => id)).toEqual(['tcp-syn', 'refl-dns']);
    expect(vectors[0]!.share).toBeCloseTo(0.75, 1);
    expect(vectors[1]!.share).toBeCloseTo(0.25, 1);
  });

  test('the chart tells attack from good', () => {
    const pipeline = run(merged(good(T0, T0 + 16), flood(T0 + 10, T0 + 15)));
    const { series } = pipeline.snapshot(LIVE);
    const at = (sec: number) => sec - series.startSec;
    expect(series.attackPackets[at(T0 + 5)]).toBe(0);
    expect(series.packets[at(T0 + 5)]).toBe(100);
    expect(series.packets[at(T0 + 12)]).toBe(5100);
    expect(series.attackPackets[at(T0 + 12)]).toBe(5000);
  });
});

describe('snapshot', () => {
  test('the flooding source is on top within two seconds, with its rate', () => {
    const pipeline = run(
      merged(
        good(T0, T0 + 12),
        steady(T0 + 10, T0 + 12, 8000, (sec) => udpFrame(sec, { src: '198.51.100.66' })),
      ),
    );
    const { sources, windowSec } = pipeline.snapshot(LIVE);
    const first = [...sources.rows].sort((a, b) => b.pps - a.pps)[0]!;
    expect(first.key).toBe('198.51.100.66');
    expect(first.packets).toBe(16_000);
    expect(first.pps * windowSec).toBeCloseTo(16_000, -1);
  });

  test.each([
    [0, '198.51.100.66'],
    [1, '198.51.100.0/24'],
    [2, '198.51.0.0/16'],
    [3, '198.0.0.0/8'],
  ] as const)('prefix level %i aggregates to %s', (level, key) => {
    const pipeline = run(steady(T0, T0 + 3, 1000, (sec) => udpFrame(sec, { src: '198.51.100.66' })));
    pipeline.setView({ ...DEFAULT_VIEW, sourceLevel: level, targetLevel: 0, layer: 'outer', rows: 10, filter: [] });
    const { sources } = pipeline.snapshot(LIVE);
    expect(sources.rows.map((row) => [row.key, row.packets])).toEqual([[key, 3000]]);
    expect(Math.round(sources.distinct)).toBe(1);
  });

  test('the parts of the mix sum to the whole', () => {
    const pipeline = run(
      merged(
        good(T0, T0 + 5),
        flood(T0 + 1, T0 + 5),
        steady(T0, T0 + 5, 50, (sec) => udpFrame(sec)),
      ),
    );
    const { mix, windowSec } = pipeline.snapshot(LIVE);
    const sum = mix.reduce((all, { pps }) => all + pps, 0);
    expect(sum * windowSec).toBeCloseTo(4 * 5150, -2);
    expect(mix[0]!.name).toBe('tcp syn');
  });

  test('a filter counts only what matches, and starts with what was sampled', () => {
    const frames = merged(
      good(T0, T0 + 4),
      steady(T0, T0 + 4, 300, (sec) => udpFrame(sec, { src: '198.51.100.66' })),
    );
    const pipeline = run(frames.filter(({ sec }) => sec < T0 + 3));
    const view = { ...DEFAULT_VIEW, rows: 10 };
    pipeline.setView({ ...view, filter: [{ field: 'source', value: '198.51.100.0/24' }] });
    const first = pipeline.snapshot(LIVE);
    expect(first.sources.rows.map(({ key, packets }) => [key, packets])).toEqual([['198.51.100.66', 900]]);
    inBatches(
      frames.filter(({ sec }) => sec >= T0 + 3),
      100,
      (batch) => pipeline.pushFrames(batch),
    );
    expect(pipeline.snapshot(LIVE).sources.rows.map(({ packets }) => packets)).toEqual([1200]);
    expect(() => pipeline.setView({ ...view, filter: [{ field: 'source', value: '1.2.3' }] })).toThrow('FILTER_PREFIX');
    pipeline.setView({ ...view, filter: [] });
    expect(pipeline.snapshot(LIVE).sources.rows.length).toBe(10);
  });

  test('a capture read to its end at full speed is shown as a whole', () => {
    const pipeline = run(
      merged(
        steady(T0, T0 + 2, 500, (sec) => udpFrame(sec, { src: '198.51.100.7' })),
        good(T0, T0 + 20),
      ),
    );
    const { sources, pps } = pipeline.snapshot({ ...LIVE, state: 'ended', paced: false });
    expect(sources.rows.find(({ key }) => key === '198.51.100.7')!.pps).toBeCloseTo(50, 0);
    expect(pps).toBeCloseTo(150, 0);
  });

  test('impact: what a prefix would have matched, and what of the good reference', () => {
    const pipeline = run(merged(good(T0, T0 + 20), flood(T0 + 15, T0 + 20, 2500)));
    const impact = pipeline.estimateImpact({ sources: ['10.0.0.0/8'], targets: [], seconds: 5 });
    expect(impact.share).toBeCloseTo(2500 / 2600, 1);
    expect(impact.packets).toBeGreaterThan(11_000);
    expect(impact.good).toEqual({ matched: 0, rows: expect.any(Number) });
    expect(impact.good!.rows).toBeGreaterThan(1000);
    const harmful = pipeline.estimateImpact({ sources: ['192.0.2.0/24'], targets: [], seconds: 5 });
    expect(harmful.good!.matched).toBe(harmful.good!.rows);
  });

  test('silence of a live source is a zero, and ends the incident', () => {
    const pipeline = run(merged(good(T0, T0 + 10), flood(T0 + 5, T0 + 10, 4000)));
    expect(pipeline.incidents()[0]!.state).toBe('attack');
    for (let sec = T0 + 10; sec <= T0 + 60; sec += 0.25) pipeline.passTime(sec);
    expect(pipeline.incidents()[0]).toMatchObject({ state: 'ended', endedAt: T0 + 10.5 }); // the last window over the floor
    const { pps, sources, series, nowSec } = pipeline.snapshot(LIVE);
    expect({ pps, rows: sources.rows, nowSec }).toEqual({ pps: 0, rows: [], nowSec: T0 + 60 });
    expect(series.packets.slice(-40)).toEqual(Array.from({ length: 40 }, () => 0));
    pipeline.passTime(T0 + 59); // never back
    expect(pipeline.nowSec).toBe(T0 + 60);
  });

  test('a gap is no zero', () => {
    const pipeline = run(good(T0, T0 + 5));
    inBatches(good(T0 + 15, T0 + 17), 100, (batch) => pipeline.pushFrames(batch));
    pipeline.markGap(T0 + 5, T0 + 15);
    const { series } = pipeline.snapshot(LIVE);
    expect(series.packets[8]).toBeNaN();
    expect(series.packets[4]).toBe(100);
    expect(series.packets[15]).toBe(100);
  });
});

describe('hostile time', () => {
  test('one packet in 2106 moves nothing; three in a row are believed', () => {
    const odd = { ...udpFrame(0), sec: 4_294_967_295 };
    const pipeline = run([...good(T0, T0 + 2), odd, ...good(T0 + 2, T0 + 4)], {}, 1);
    expect(pipeline.nowSec).toBeLessThan(T0 + 4);
    expect(pipeline.late).toBe(1);
    inBatches([odd, odd, odd, odd], 1, (batch) => pipeline.pushFrames(batch));
    expect(Math.floor(pipeline.nowSec)).toBe(4_294_967_295);
  });

  test('times that are no times are counted, not followed', () => {
    const pipeline = run(
      [-1e300, 1e300, 2 ** 60, -5, 0].map((sec) => ({ ...udpFrame(0), sec })),
      {},
      1,
    );
    expect(pipeline.aggregate.packets).toBe(5);
    expect(() => pipeline.snapshot(LIVE)).not.toThrow();
  });

  test('batch size changes nothing', () => {
    const frames = merged(good(T0, T0 + 6), flood(T0 + 2, T0 + 5, 3000));
    const shots = [1, 7, 2048].map((rows) => {
      const pipeline = run(frames, {}, rows);
      const { totals, series, sources, incidents } = { ...pipeline.snapshot(LIVE), incidents: pipeline.incidents() };
      return { totals, series, keys: sources.rows.length, packets: incidents[0]!.packets };
    });
    expect(shots[1]).toEqual(shots[0]);
    expect(shots[2]).toEqual(shots[0]);
  });
});
