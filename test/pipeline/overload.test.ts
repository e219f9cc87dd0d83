/** Above capacity: what is left out and in which order, and that what is said is still right. */
import { describe, expect, test } from 'vitest';
import { LoadMeter } from '../../src/app/ingest/load-meter.js';
import { LiveRows } from '../../src/pipeline/live-rows.js';
import { LoadGovernor } from '../../src/pipeline/load-governor.js';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { DEFAULT_VIEW } from '../../src/pipeline/pipeline-options.js';
import type { FrameBatch } from '../../src/records/frame-batch.js';
import { buildReport } from '../../src/report/report.js';
import { textReport } from '../../src/report/text-report.js';
import { TCP } from '../../src/scenario/packet-builder.js';
import type { SourceStatus } from '../../src/snapshot/snapshot.js';
import { FrameMill, inMemory } from '../support/frame-mill.js';
import { tcpFrame, udpFrame } from '../support/frames.js';

const LIVE: SourceStatus = { name: 'test', state: 'live', detail: '', paced: true };
const T0 = 1_700_000_000;

/** 0..999: good traffic of 50 hosts, the first ones more; 1000..4999: a SYN flood from everywhere; 5000: one loud host. */
const GOOD = 1000;
const FLOOD = 4000;
const mill = new FrameMill([
  ...Array.from({ length: GOOD }, (_, i) =>
    tcpFrame(0, { src: `192.0.2.${1 + Math.floor(50 * (i / GOOD) ** 2)}`, flags: TCP.ack, dstPort: 80 }),
  ),
  ...Array.from({ length: FLOOD }, (_, i) =>
    tcpFrame(0, { src: `10.${i % 7}.${i >> 8}.${i & 255}`, dst: '203.0.113.99' }),
  ),
  udpFrame(0, { src: '198.51.100.66', payload: new Uint8Array(700) }),
]);

/** Of 16 frames 11 are flood and 2 come from the loud host, always in the same places: what a fixed step would not see. */
const mixed = (i: number) => {
  const turn = i % 16;
  if (turn < 11) return GOOD + ((i * 7919) % FLOOD);
  return turn < 13 ? GOOD + FLOOD : (i * 104_729) % GOOD;
};

/** A governor that has decided for a level, and stays: half a second of work every second. */
class FixedLoad {
  readonly governor = new LoadGovernor();

  constructor(level: number) {
    const { governor } = this;
    for (let i = 0; i < level; i += 1) {
      governor.note({ passedMs: 1000, busyMs: 900, frames: 1000, dropped: 0, behindSec: 0 });
      governor.decide();
    }
    expect(governor.level).toBe(level);
  }

  stay(): void {
    this.governor.note({ passedMs: 1000, busyMs: 500, frames: 1000, dropped: 0, behindSec: 0 });
  }
}

function runAt(level: number, seconds: number, rate: number, options: { kernel?: boolean; pick?: typeof mixed } = {}) {
  const load = new FixedLoad(level);
  const { kernel = true, pick = mixed } = options;
  const { governor } = load;
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, governor, kernel, rows: new LiveRows() });
  const target = pipeline.frameMemory;
  mill.run(T0, T0 + seconds, rate, pick, (batch) => {
    load.stay();
    pipeline.pushFrames(kernel && target !== null ? inMemory(batch, target) : batch);
  });
  return pipeline;
}

const top = (pipeline: Pipeline) =>
  new Map(
    buildReport(pipeline, { name: 'x', format: null, damage: null }, 20).outer.sources.byPackets.map((row) => [
      row.key,
      row,
    ]),
  );

describe('1:8 against 1:1', () => {
  const all = runAt(0, 8, 40_000);
  const sampled = runAt(5, 8, 40_000);
  const rate = 16;

  test('what the record headers say is exact', () => {
    for (const name of ['packets', 'bytes', 'bytesCaptured', 'first', 'last'] as const) {
      expect(sampled.aggregate[name]).toEqual(all.aggregate[name]);
    }
    expect(sampled.aggregate.timeline.seconds()).toEqual(all.aggregate.timeline.seconds());
    expect(sampled.snapshot(LIVE).series.packets).toEqual(all.snapshot(LIVE).series.packets);
    expect(sampled.snapshot(LIVE).pps).toBe(40_000);
    expect(sampled.linkTypes).toEqual(all.linkTypes);
  });

  test('sources: the same ones, within the error of the sample', () => {
    const truth = top(all);
    const estimate = top(sampled);
    for (const [key, { packets, bytes }] of [...truth].slice(0, 10)) {
      const got = estimate.get(key)!;
      // Variance of an estimate of n from 1 of N: (N - 1) n.
      expect(Math.abs(got.packets - packets)).toBeLessThan(4.5 * Math.sqrt((rate - 1) * packets));
      expect(got.bytes / got.packets).toBeCloseTo(bytes / packets, 6);
    }
    const loud = truth.get('198.51.100.66')!;
    expect(loud.packets).toBe(40_000);
    expect(estimate.get('198.51.100.66')!.packets % rate).not.toBe(1);
  });

  test('a table sums to about the whole, counters too', () => {
    const sum = (pipeline: Pipeline) => pipeline.snapshot(LIVE).mix.reduce((packets, { pps }) => packets + pps, 0);
    expect(Math.abs(sum(sampled) / sum(all) - 1)).toBeLessThan(0.02);
    expect(Math.abs(sampled.aggregate.outer.ipVersions.v4 / 320_000 - 1)).toBeLessThan(0.02);
    const lengths = buildReport(sampled, { name: 'x', format: null, damage: null }, 20).frameLengths.byPackets;
    expect(Math.abs(lengths.reduce((packets, row) => packets + row.packets, 0) / 320_000 - 1)).toBeLessThan(0.02);
  });

  test('the incident opens at the same time, with about the same figures', () => {
    const [truth, ...more] = all.incidents();
    const [got, ...others] = sampled.incidents();
    expect([more, others]).toEqual([[], []]);
    expect(got).toMatchObject({ target: '203.0.113.99', state: 'attack', openedAt: truth!.openedAt });
    expect(got!.vectors.map(({ id }) => id)).toEqual(truth!.vectors.map(({ id }) => id));
    expect(got!.detectedAt! - truth!.detectedAt!).toBeLessThanOrEqual(0.5);
    expect(Math.abs(got!.packets / truth!.packets - 1)).toBeLessThan(0.03);
  });

  test('impact and sources of the incident are estimates of all packets', () => {
    const request = { sources: ['10.0.0.0/8'], targets: [], seconds: 6 };
    const [truth, got] = [all.estimateImpact(request), sampled.estimateImpact(request)];
    expect(Math.abs(got.packets / truth.packets - 1)).toBeLessThan(0.1);
    expect(got.share).toBeCloseTo(11 / 16, 1);
  });

  test('everywhere it is said that figures are estimates', () => {
    const { shedding, totals, sources, flows } = sampled.snapshot(LIVE);
    expect(shedding).toEqual({ level: 5, hasDetail: false, sampleRate: rate });
    expect(totals.sampled).toBe(280_000); // from the end of the first second on
    expect(totals.undetailed).toBe(280_000);
    expect(sources.exact).toBe(false);
    expect(flows.rows).toEqual([]);
    const report = buildReport(sampled, { name: 'x', format: null, damage: null }, 20);
    expect(report.sampling).toEqual({ packets: 280_000, largestRate: rate, withoutDetail: 280_000 });
    expect(report.outer.sourcePorts.exact).toBe(false);
    expect(textReport(report, 5, true)).toContain('280 000 of them sampled, 1 of 16 at most');
    expect(buildReport(all, { name: 'x', format: null, damage: null }, 20).sampling).toBeNull();
  });

  test('kernel and reference sample the same', () => {
    const byKernel = runAt(4, 3, 20_000);
    const byReference = runAt(4, 3, 20_000, { kernel: false });
    const seen = (pipeline: Pipeline) => ({
      ...pipeline.snapshot(LIVE),
      report: { ...buildReport(pipeline, { name: 'x', format: null, damage: null }, 50), incidents: [] },
    });
    expect(seen(byKernel)).toEqual(seen(byReference));
  });
});

test('1:1024: a packet that stands for a thousand raises no alarm', () => {
  // 512 targets, 20 SYNs a second each, far apart: next to each other they would be a carpet.
  const targets = new FrameMill(
    Array.from({ length: 512 }, (_, i) => tcpFrame(0, { dst: `${20 + (i >> 8)}.${i & 255}.0.7` })),
  );
  const load = new FixedLoad(11);
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, governor: load.governor });
  targets.run(
    T0,
    T0 + 20,
    10_000,
    (i) => i % 512,
    (batch) => {
      load.stay();
      pipeline.pushFrames(batch);
    },
  );
  expect(pipeline.aggregate.shedding.sampleRate).toBe(1024);
  expect(pipeline.incidents()).toEqual([]);
});

test('wide prefixes are not shown while they are not counted, and come back', () => {
  const load = new FixedLoad(1);
  const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, governor: load.governor });
  pipeline.setView({ ...DEFAULT_VIEW, sourceLevel: 2, targetLevel: 1, rows: 10 });
  mill.run(T0, T0 + 2, 1000, mixed, (batch) => {
    load.stay();
    pipeline.pushFrames(batch);
  });
  const shed = pipeline.snapshot(LIVE);
  expect(shed.sources.rows).toEqual([]);
  expect(shed.targets.rows.length).toBe(1);
  load.governor.note({ passedMs: 60_000, busyMs: 0, frames: 0, dropped: 0, behindSec: 0 });
  mill.run(T0 + 2, T0 + 12, 1000, mixed, (batch) => {
    load.governor.note({ passedMs: 1000, busyMs: 0, frames: 1000, dropped: 0, behindSec: 0 });
    pipeline.pushFrames(batch);
  });
  const whole = pipeline.snapshot(LIVE);
  expect(whole.shedding.level).toBe(0);
  expect(whole.sources.rows.length).toBeGreaterThan(3);
  expect(whole.flows.rows.length).toBe(10);
  expect(whole.totals.undetailed).toBeGreaterThan(900);
});

/** A machine that is too slow, on a clock of its own: frames wait in a buffer, and what finds no room is dropped. */
class SlowMachine {
  nowMs = 0;
  dropped = 0;
  readonly meter = new LoadMeter(new LoadGovernor(), {
    monotonicMs: () => this.nowMs,
    epochMs: () => T0 * 1000 + this.nowMs,
  });
  readonly pipeline = new Pipeline({ windows: true, levels: 4, seed: 7, governor: this.meter.governor });
  /** Level and drops at the end of each second. */
  readonly seconds: { level: number; dropped: number; behindMs: number }[] = [];

  /** `perFrameUs`: of the whole work; walking over a record takes a 2000th of it. */
  constructor(readonly perFrameUs: number) {}

  take(batch: FrameBatch): void {
    const { count } = batch;
    const dueMs = ((batch.sec[count - 1] as number) - T0) * 1000 + (batch.nsec[count - 1] as number) / 1e6;
    this.nowMs = Math.max(this.nowMs, dueMs);
    if (this.nowMs - dueMs > 400) this.#drop(count);
    else this.meter.push(batch, this);
    const second = Math.floor(dueMs / 1000);
    this.seconds[second] = {
      level: this.pipeline.aggregate.shedding.level,
      dropped: this.dropped,
      behindMs: this.nowMs - dueMs,
    };
  }

  #drop(count: number): void {
    this.dropped += count;
    this.pipeline.dropped = this.dropped;
    this.meter.dropped(this.dropped);
  }

  get nowSec(): number {
    return this.pipeline.nowSec;
  }

  pushFrames(batch: FrameBatch): void {
    const { hasDetail, sampleRate } = this.pipeline.aggregate.shedding;
    this.pipeline.pushFrames(batch);
    const perFrame = (this.perFrameUs * (hasDetail ? 1 : 0.6)) / sampleRate;
    this.nowMs += (batch.count * (perFrame + this.perFrameUs / 2000)) / 1000;
  }
}

describe('a machine that is too slow', () => {
  test('sheds within seconds, loses nothing from then on, says so, and takes everything back afterwards', () => {
    // 3000 a second fit ten times over; 60 000 are twice too many.
    const machine = new SlowMachine(33);
    mill.run(
      T0,
      T0 + 10,
      3000,
      (i) => i % GOOD,
      (batch) => machine.take(batch),
    );
    mill.run(T0 + 10, T0 + 40, 60_000, mixed, (batch) => machine.take(batch));
    mill.run(
      T0 + 40,
      T0 + 90,
      3000,
      (i) => i % GOOD,
      (batch) => machine.take(batch),
    );
    const { pipeline, seconds } = machine;
    const levels = seconds.map(({ level }) => level);
    expect(new Set(levels.slice(0, 10))).toEqual(new Set([0]));
    // Three seconds after the flood began it fits, and nothing more is lost.
    expect(levels[13]).toBeGreaterThanOrEqual(2);
    expect(machine.dropped).toBe(seconds[14]!.dropped);
    expect(new Set(levels.slice(25, 40)).size).toBe(1);
    expect(seconds[30]!.behindMs).toBeLessThan(50);
    expect(levels.at(-1)).toBe(0);
    // Every frame is counted, or told as dropped.
    expect(pipeline.aggregate.packets + machine.dropped).toBe(3000 * 60 + 60_000 * 30);
    const [incident] = pipeline.incidents();
    expect(incident).toMatchObject({ target: '203.0.113.99' });
    expect(Math.abs(incident!.packets / ((60_000 * 30 * 11) / 16) - 1)).toBeLessThan(0.1);
  });

  test('without a governor nothing is ever left out', () => {
    const pipeline = new Pipeline({ windows: true, levels: 4, seed: 7 });
    mill.run(T0, T0 + 3, 50_000, mixed, (batch) => pipeline.pushFrames(batch));
    expect(pipeline.snapshot(LIVE)).toMatchObject({ shedding: { level: 0 }, totals: { sampled: 0, undetailed: 0 } });
    expect(() => new Pipeline({ governor: new LoadGovernor() })).toThrow(RangeError);
  });
});
