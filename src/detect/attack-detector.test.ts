import { describe, expect, test } from 'vitest';
import { DEFAULT_DETECTION, type DetectionConfig } from '../config/threshold-config.js';
import { Random } from '../scenario/random.js';
import { AttackDetector, type DetectorOptions } from './attack-detector.js';
import { packetsAt, slotOf } from './slots.fixture.js';
import type { TargetVerdict } from './verdict.js';

const HOST = '203.0.113.7';
const TICKS = 10;
/** A Monday, 00:00 UTC. */
const T0 = 1_699_833_600;

/** Feeds a detector with what `slotAt` gives for each tick, counted from 1, and collects what it says. */
class Run {
  readonly detector: AttackDetector;
  readonly verdicts: TargetVerdict[] = [];
  #tick = 0;

  constructor(
    options: DetectorOptions = {},
    readonly startSec = T0,
  ) {
    this.detector = new AttackDetector({ ticksPerSecond: TICKS, ...options });
  }

  feed(seconds: number, of: (tick: number) => Readonly<Record<string, number>>, target = HOST): this {
    for (let i = 0; i < seconds * this.detector.ticksPerSecond; i += 1) {
      this.#tick += 1;
      const slot = slotOf(target, of(this.#tick));
      const slots = { hosts: slot.packets > 0 ? [slot] : [], prefixes: [] };
      this.verdicts.push(...this.detector.evaluate(this.startSec + this.#tick / this.detector.ticksPerSecond, slots));
    }
    return this;
  }

  /** Seconds of the test at which the state was first told. */
  firstAt(state: TargetVerdict['state']): number | null {
    const verdict = this.verdicts.find((entry) => entry.state === state);
    return verdict === undefined ? null : verdict.sec - this.startSec;
  }
}

const steady = (id: string, rate: number, fromSec: number, toSec: number) => (tick: number) => ({
  [id]: packetsAt(tick, TICKS, rate, fromSec, toSec),
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

describe('seconds of capture time from the first packet of a step to the verdict, over 200 phases', () => {
  const good = (tick: number) => ({ 'tcp-ack': 10 + (tick % 3) });
  test.each([
    [1.2, 1.45],
    [2, 1.1],
    [5, 0.8],
    [20, 0.6],
  ])('at %f times the floor', (times, atMost) => {
    const random = new Random(7);
    const delays = Array.from({ length: 200 }, () => {
      const onset = 3 + random.next();
      const run = new Run().feed(6, (tick) => ({
        ...good(tick),
        ...steady('tcp-syn', 2000 * times, onset, 100)(tick),
      }));
      return (run.firstAt('attack') ?? Number.POSITIVE_INFINITY) - onset;
    });
    expect(median(delays)).toBeLessThanOrEqual(atMost);
    expect(Math.max(...delays)).toBeLessThanOrEqual(atMost + 0.1);
  });
});

test('the onset is known to a tick, and what came since is told', () => {
  const run = new Run().feed(12, steady('tcp-syn', 5000, 5.27, 10));
  const attack = run.verdicts.find(({ state }) => state === 'attack')!;
  expect(attack.sinceSec - T0).toBeCloseTo(5.2, 6);
  const told = run.verdicts.flatMap((verdict) => verdict.attack);
  expect(told.reduce((sum, { packets }) => sum + packets, 0)).toBe(Math.floor(5000 * (10 - 5.27)));
  expect(new Set(told.map(({ sec }) => sec)).size).toBe(told.length);
});

test('a burst that is over before the second decision is none, however far it was over; ten times a floor is one at once', () => {
  const burst = (packets: number) => new Run().feed(8, (tick) => ({ 'tcp-syn': tick === 40 ? packets : 1 }));
  expect(burst(9000).verdicts.map(({ state }) => state)).toEqual(expect.arrayContaining(['suspect', 'dropped']));
  expect(burst(9000).firstAt('attack')).toBeNull();
  expect(burst(20_000).firstAt('attack')).toBeCloseTo(4.0, 6);
  const bursts = (everySec: number) =>
    new Run().feed(40, (tick) => ({ 'tcp-syn': tick % (everySec * TICKS) === 0 ? 3000 : 1 }));
  expect(bursts(5).firstAt('attack')).toBeCloseTo(10, 6);
  expect(bursts(15).firstAt('attack')).toBeNull();
});

test('it ends after thirty seconds below half, and what comes back within five minutes is known at once', () => {
  const pulse = (tick: number) => {
    const sec = tick / TICKS;
    return { 'tcp-syn': [5, 100, 400 + 100].some((from) => sec > from && sec <= from + 5) ? 300 : 0 };
  };
  const run = new Run().feed(520, pulse);
  const states = run.verdicts.filter(({ state }, i) => state !== run.verdicts[i - 1]?.state);
  // 105 + 300 s: the third one is new.
  expect(states.map(({ state, sec }) => [state, Math.round((sec - T0) * 10) / 10])).toEqual([
    ['suspect', 5.7],
    ['attack', 6.2],
    ['ending', 13.7],
    ['ended', 40.6],
    ['attack', 100.7],
    ['ending', 108.7],
    ['ended', 135.6],
    ['suspect', 500.7],
    ['attack', 501.2],
    ['ending', 508.7],
  ]);
  expect(states.map(({ isReturn }) => isReturn)).toEqual([
    false, false, false, false, true, false, false, false, false, false,
  ]); // biome-ignore format: one row
});

test('after a quiet history only what grew is named, without one what is large', () => {
  const busy = { 'tcp-ack': 1500, 'tcp-pshack': 400 };
  const attacked = (tick: number, from: number) => (tick > from * TICKS ? { ...busy, 'udp-rand': 1800 } : busy);
  const learned = new Run().feed(20, (tick) => attacked(tick, 15));
  const vectors = (run: Run) => run.verdicts.at(-1)!.vectors.map(({ trafficClass }) => trafficClass);
  expect(vectors(learned)).toHaveLength(1);
  expect(learned.verdicts.at(-1)!.goodBeforePps).toBeCloseTo(19_000, -1);
  expect(learned.verdicts.at(-1)!.goodPps).toBe(19_000);
  expect(vectors(new Run().feed(3, (tick) => attacked(tick, 0)))).toHaveLength(2);
});

test('fragments without a first one belong to the answers beside them', () => {
  const run = new Run().feed(4, () => ({ 'refl-dns': 200, 'udp-frag': 500, 'tcp-ack': 1000 }));
  const last = run.verdicts.at(-1)!;
  expect(last.vectors.map(({ pps }) => pps)).toEqual([7000]);
  expect(last.attack.at(-1)).toMatchObject({ packets: 700, targetPackets: 1700 });
});

describe('groups', () => {
  const group = {
    name: 'web',
    targets: ['203.0.113.0/24'],
    floors: { synPps: 10_000 },
    schedules: [{ days: [1], fromMinute: 60, toMinute: 120, floors: { synPps: 500 } }],
    isWatched: true,
  };
  const config: DetectionConfig = {
    ...DEFAULT_DETECTION,
    groups: [group, { ...group, name: 'scanner', targets: ['203.0.113.66/32'], schedules: [], isWatched: false }],
  };
  const called = (rate: number, startSec = T0, target = HOST) =>
    new Run({ detection: config }, startSec).feed(4, () => ({ 'tcp-syn': rate / TICKS }), target).firstAt('attack');

  test('floors are those of the longest prefix and of the hour, and what is not watched is none', () => {
    expect(called(5000)).toBeNull();
    expect(called(12_000)).not.toBeNull();
    expect(called(700, T0 + 3600)).not.toBeNull();
    expect(called(700, T0 + 7200)).toBeNull();
    expect(called(700, T0 + 3600 + 86_400)).toBeNull();
    expect(called(90_000, T0, '203.0.113.66')).toBeNull();
    expect(called(2500, T0, '198.51.100.1')).not.toBeNull();
  });

  test('new floors hold from the next tick on, and end no attack by themselves', () => {
    const run = new Run().feed(3, () => ({ 'tcp-syn': 300 }));
    run.detector.setDetection({ ...DEFAULT_DETECTION, floors: { synPps: 1000 } });
    run.feed(40, () => ({ 'tcp-syn': 60 }));
    expect(run.verdicts.at(-1)!.state).toBe('attack');
    run.detector.setDetection(DEFAULT_DETECTION);
    run.feed(40, () => ({ 'tcp-syn': 60 }));
    expect(run.firstAt('ended')).toBeCloseTo(73, 0);
    run.detector.setDetection({ ...DEFAULT_DETECTION, triggers: { ...DEFAULT_DETECTION.triggers, floor: false } });
    const told = run.verdicts.length;
    run.feed(3, () => ({ 'tcp-syn': 9000 }));
    expect(run.verdicts.length).toBe(told);
  });

  test('plain floors of a protocol', () => {
    const detection = { ...DEFAULT_DETECTION, floors: { udpPps: 1000 } };
    const run = new Run({ detection }).feed(3, () => ({ 'udp-rand': 90, 'refl-ntp': 30, 'tcp-ack': 900 }));
    const { over, vectors } = run.verdicts.at(-1)!;
    expect(over.map(({ rate, limit }) => [rate, limit])).toEqual([[1200, 1000]]);
    expect(vectors.map(({ pps }) => pps)).toEqual([900, 300]);
  });
});
