/** Both sides of a diff from live traffic: the built-in scenario, stopped while its attacks go on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { pcapHeader, pcapRecord } from '../../test/support/capture-bytes.js';
import { IS_WHOLE } from '../../test/support/whole.js';
import { DEFAULT_DETECTION } from '../config/threshold-config.js';
import { FrameBatch } from '../records/frame-batch.js';
import { NO_BYTES, PacketBuilder, TCP } from '../scenario/packet-builder.js';
import { scenarioChunks } from '../scenario/scenario.js';
import type { ContrastColumn } from '../signature/contrast.js';
import { packetContrast, requestContrast } from '../signature/table/contrast-of.js';
import { LiveRows } from './live-rows.js';
import { Pipeline } from './pipeline.js';

/** Calls back after each chunk until it says to stop. */
function runScenario(pipeline: Pipeline, isDone: () => boolean): void {
  runCapture(pipeline, scenarioChunks(), isDone);
}

function runCapture(pipeline: Pipeline, chunks: Iterable<Uint8Array>, isDone: () => boolean): void {
  const reader = new CaptureReader();
  const batch = new FrameBatch();
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const space = reader.space();
      const part = chunk.subarray(at, at + space.length);
      space.set(part);
      reader.wrote(part.length);
      at += part.length;
      while (reader.next(batch) === ReadState.frames) pipeline.pushFrames(batch);
    }
    if (isDone()) return;
  }
}

/** Share of the rows from..to that have the most frequent value, by weight. */
function topShare(
  { codes }: ContrastColumn,
  weights: Float64Array,
  from: number,
  to: number,
): [code: number, share: number] {
  const sums = new Map<number, number>();
  let all = 0;
  for (let row = from; row < to; row += 1) {
    sums.set(codes[row]!, (sums.get(codes[row]!) ?? 0) + weights[row]!);
    all += weights[row]!;
  }
  const [code, sum] = [...sums].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  return [code, sum / all];
}

describe('rows for a diff', () => {
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 5, rows: new LiveRows({ seed: 5 }) });
  const attacked = () => pipeline.incidents().find(({ state }) => state === 'attack');
  beforeAll(() => {
    runScenario(pipeline, () => {
      const incident = attacked();
      return incident !== undefined && pipeline.nowSec - incident.openedAt > 6;
    });
  });

  test('the target since its attack against itself before', () => {
    const incident = attacked()!;
    const rows = pipeline.rowsFor({ target: incident.target, labels: [] });
    expect(rows.good.is).toBe('before');
    expect(rows.good.toSec).toBeLessThan(rows.attack.fromSec);
    expect(rows.rates!.attackPps).toBeGreaterThan(rows.rates!.goodPps * 3);
    const contrast = packetContrast(rows.attack.packets, rows.good.packets);
    expect(contrast.attackRows).toBeGreaterThan(1000);
    expect(contrast.goodRows).toBeGreaterThan(100);
    for (const sec of contrast.sec.subarray(0, contrast.attackRows))
      expect(sec).toBeGreaterThanOrEqual(rows.attack.fromSec);
    for (const sec of contrast.sec.subarray(contrast.attackRows)) expect(sec).toBeLessThan(rows.good.toSec);
    const names = contrast.columns.map(({ attribute }) => attribute.name);
    expect(names).toEqual(expect.arrayContaining(['ip.ttl', 'ip.id', 'ip.tos', 'payload.length']));
    const column = contrast.columns.find(({ attribute }) => attribute.name === 'ip.proto')!;
    expect(topShare(column, contrast.weights, 0, contrast.attackRows)[1]).toBeGreaterThan(0.5);
    // Weights stand for every packet that reached the target.
    const sum = contrast.weights.subarray(0, contrast.attackRows).reduce((a, b) => a + b);
    expect(sum / (incident.packets || 1)).toBeGreaterThan(0.5);
  });

  test('marks take the place of time', () => {
    const { target } = attacked()!;
    const all = pipeline.rowsFor({ target, labels: [] }).attack.packets.rows.length;
    const marked = pipeline.rowsFor({ target, labels: [{ field: 'protocol', value: '6', is: 'good' }] });
    expect(marked.good.is).toBe('marked');
    expect(marked.rates).toBeNull();
    expect(marked.good.packets.rows.length + marked.attack.packets.rows.length).toBe(all);
    for (const row of marked.good.packets.rows) expect(marked.good.packets.samples.transport[row]).toBe(6);
    for (const row of marked.attack.packets.rows) expect(marked.attack.packets.samples.transport[row]).not.toBe(6);
  });

  test('a prefix, and a target that nobody attacks, are held against the rest', () => {
    const { target } = attacked()!;
    const prefix = `${target.split('.').slice(0, 3).join('.')}.0/24`;
    expect(pipeline.rowsFor({ target: prefix, labels: [] }).attack.packets.rows.length).toBeGreaterThan(0);
    const nobody = pipeline.rowsFor({ target: '198.18.7.7', labels: [] });
    expect([nobody.attack.packets.rows.length, nobody.good.is]).toEqual([0, 'rest']);
    expect(() => pipeline.rowsFor({ target: 'nonsense', labels: [] })).toThrow('expected an address or prefix');
  });

  test('requests of the last minute to whoever got some', () => {
    const request = pipeline.layer7.counts.httpRequests;
    expect(request).toBeGreaterThan(0);
    const everyone = pipeline.rowsFor({ target: '0.0.0.0/0', labels: [] });
    const contrast = requestContrast(everyone.attack.requests!, null);
    expect(contrast.attackRows).toBeGreaterThan(10);
    const names = contrast.columns.map(({ attribute }) => attribute.name);
    expect(names).toEqual(expect.arrayContaining(['http.userAgent', 'http.path', 'client.pace']));
  });
});

/** A minute at 40 packets a second, then a flood at 2100 that goes on and on. */
function* longFlood(seconds: number): Generator<Uint8Array> {
  const builder = new PacketBuilder();
  yield pcapHeader();
  for (let sec = 0; sec < seconds; sec += 1) {
    const rate = sec < 60 ? 40 : 2100;
    const records = Array.from({ length: rate }, (_, i) => {
      const ip = { src: 0xc6336400 + 1 + (i % 200), dst: 0xcb00710a, ttl: sec < 60 ? 57 : 244, id: i, df: true };
      const ends = { srcPort: 1024 + i, dstPort: 443, seq: i, ack: 0, flags: TCP.syn, window: 500, options: NO_BYTES };
      const bytes = builder.tcp(ip, ends, NO_BYTES).slice();
      return pcapRecord({ bytes, time: [1_760_000_000 + sec, Math.floor((i * 1e6) / rate)] });
    });
    yield Buffer.concat(records);
  }
}

test.skipIf(!IS_WHOLE)('the rate of an attack that is older than the rows that are kept', () => {
  // SYNs that nobody follows up are what is good here.
  const detection = { ...DEFAULT_DETECTION, triggers: { ...DEFAULT_DETECTION.triggers, shape: false } };
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 5, rows: new LiveRows({ seed: 5 }), detection });
  // 131 072 rows at 512 a second are 256 s.
  runCapture(pipeline, longFlood(370), () => false);
  const { rates, attack } = pipeline.rowsFor({ target: '203.0.113.10', labels: [] });
  expect(attack.toSec - attack.fromSec).toBeGreaterThan(300);
  expect(rates?.attackPps).toBeCloseTo(2100, -1);
  expect(rates?.goodPps).toBeCloseTo(40, 0);
});
