/** Rows kept by target, through the whole pipeline. */
import { describe, expect, test } from 'vitest';
import { visitTarget } from '../../src/aggregate/sampled-rows.js';
import { DEFAULT_DETECTION } from '../../src/config/threshold-config.js';
import { parseIpv4 } from '../../src/format/address.js';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { TCP } from '../../src/scenario/packet-builder.js';
import { FrameMill, inMemory } from '../support/frame-mill.js';
import { inBatches, tcpFrame, udpFrame } from '../support/frames.js';

const T0 = 1_700_000_000;
const FLOODED = '203.0.113.99';
const SMALL = '203.0.113.7';
const FRAMES = 1000;

/** One packet in a hundred goes to the small target, the others flood another one. */
const mill = new FrameMill([
  ...Array.from({ length: FRAMES }, (_, i) => tcpFrame(0, { src: `10.0.${i >> 8}.${i & 255}`, dst: FLOODED })),
  ...Array.from({ length: FRAMES }, (_, i) =>
    udpFrame(0, { src: `192.0.2.${i % 200}`, srcPort: 53, dst: SMALL, payload: new Uint8Array(900) }),
  ),
]);
const pick = (i: number) => (i % 100 === 17 ? FRAMES + (Math.floor(i / 100) % FRAMES) : i % FRAMES);

const keyOf = (address: string) => ({ version: 4, words: [0, 0, 0xffff, parseIpv4(address)! | 0] });

function rowsOf(pipeline: Pipeline, address: string, fromSec: number, toSec: number) {
  let rows = 0;
  let packets = 0;
  visitTarget(pipeline.aggregate, keyOf(address), fromSec, toSec, (_columns, _row, weight) => {
    rows += 1;
    packets += weight;
  });
  return { rows, packets: Math.round(packets * 1e6) / 1e6 };
}

/** Sources of the rows kept, by the kernel and by the reference. */
const keptBy: number[][] = [];

describe.each([[true], [false]])('kernel %s', (kernel) => {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, kernel, rows: new LiveRows() });
  const { frameMemory } = pipeline;
  mill.run(T0, T0 + 8, 80_000, pick, (batch) =>
    pipeline.pushFrames(frameMemory === null ? batch : inMemory(batch, frameMemory)),
  );
  const kept: number[] = [];
  for (const address of [SMALL, FLOODED]) {
    pipeline.aggregate.targetSamples.visit(keyOf(address), T0, T0 + 9, ({ at, count }) => {
      kept.push(...pipeline.aggregate.targetSamples.rows.src.subarray(at * 4, (at + count) * 4));
    });
  }
  keptBy.push(kept);

  test('an attacked target with 1 % of the traffic has hundreds of rows a second, as many as the flooded one', () => {
    expect(pipeline.incidents().map(({ target }) => target)).toEqual(expect.arrayContaining([FLOODED, SMALL]));
    for (let sec = T0 + 3; sec < T0 + 8; sec += 1) {
      expect(rowsOf(pipeline, SMALL, sec, sec + 1)).toEqual({ rows: 512, packets: 800 });
      expect(rowsOf(pipeline, FLOODED, sec, sec + 1)).toEqual({ rows: 512, packets: 79_200 });
    }
    // Nobody knew it in the first second: five rows in a hundred of what was kept of all traffic.
    expect(rowsOf(pipeline, SMALL, T0, T0 + 1).rows).toBeLessThan(20);
  });

  test('the incident of the small one is named by its own rows', () => {
    const incident = pipeline.incidents().find(({ target }) => target === SMALL)!;
    expect(incident.sources.verdict).toBe('reflected');
    expect(incident.sources.distinct).toBeGreaterThanOrEqual(190);
    expect(incident.sources.distinct).toBeLessThanOrEqual(215);
  });

  test('impact counts it to a few packets in a hundred', () => {
    const { packets, share, sampledRows } = pipeline.estimateImpact({
      sources: ['192.0.2.0/24'],
      targets: [],
      seconds: 5,
    });
    expect(packets).toBe(4000);
    expect(share).toBeCloseTo(0.01, 6);
    expect(sampledRows).toBeGreaterThan(5000);
  });
});

test('the kernel keeps the rows that the reference keeps', () => {
  expect(keptBy[0]!.length).toBeGreaterThan(20_000);
  expect(keptBy[0]).toEqual(keptBy[1]);
});

test('rows of before the attack stay while it lasts, however long', () => {
  // Answers of reflectors are an attack at any rate, and here they are what is good.
  const detection = { ...DEFAULT_DETECTION, triggers: { ...DEFAULT_DETECTION.triggers, shape: false } };
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, rows: new LiveRows(), detection });
  const before = (i: number) => (i % 10 === 0 ? FRAMES + (i % 200) : i % FRAMES);
  // 20 packets a second to the small target, which is attacked from second 20 on, for longer than rows are kept.
  mill.run(T0, T0 + 20, 200, before, (batch) => pipeline.pushFrames(batch));
  expect(pipeline.goodRowsOf(SMALL)).toBeNull();
  mill.run(
    T0 + 20,
    T0 + 120,
    2000,
    (i) => FRAMES + (i % FRAMES),
    (batch) => pipeline.pushFrames(batch),
  );
  const good = pipeline.goodRowsOf(SMALL)!;
  expect(good.toSec).toBeLessThanOrEqual(T0 + 19);
  expect(good.count).toBeGreaterThanOrEqual(340);
  const packets = good.weights.subarray(0, good.count).reduce((sum, weight) => sum + weight, 0);
  expect(packets).toBeCloseTo(20 * (good.toSec - T0), 0);
  expect(rowsOf(pipeline, SMALL, T0 + 100, T0 + 119).rows).toBe(19 * 512);
  for (let sec = T0 + 120; sec < T0 + 170; sec += 0.25) pipeline.passTime(sec);
  expect(pipeline.incidents().map(({ state }) => state)).toEqual(['ended']);
  expect(pipeline.goodRowsOf(SMALL)).toBeNull();
});

test('late packets count where they are counted, in the running second', () => {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, rows: new LiveRows() });
  const frames = [0, 1, 2, 3].flatMap((sec) =>
    Array.from({ length: 100 }, (_, i) => tcpFrame(T0 + sec + i / 100, { dst: SMALL, flags: TCP.ack })),
  );
  const late = Array.from({ length: 30 }, (_, i) => tcpFrame(T0 + 1 + i / 100, { dst: SMALL, flags: TCP.ack }));
  inBatches([...frames, ...late], 64, (batch) => pipeline.pushFrames(batch));
  expect(pipeline.late).toBe(30);
  expect(rowsOf(pipeline, SMALL, T0 + 1, T0 + 2)).toEqual({ rows: 100, packets: 100 });
  expect(rowsOf(pipeline, SMALL, T0 + 3, T0 + 4)).toEqual({ rows: 128, packets: 130 });
});

test('a clock that stepped back: nothing of before stays', () => {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, rows: new LiveRows() });
  const at = (from: number) => Array.from({ length: 300 }, (_, i) => tcpFrame(from + i / 100, { dst: SMALL }));
  inBatches([...at(T0), ...at(T0 - 5000)], 64, (batch) => pipeline.pushFrames(batch));
  expect(rowsOf(pipeline, SMALL, T0 - 100, T0 + 100)).toEqual({ rows: 0, packets: 0 });
  expect(rowsOf(pipeline, SMALL, T0 - 4999, T0 - 4998)).toEqual({ rows: 100, packets: 100 });
});
