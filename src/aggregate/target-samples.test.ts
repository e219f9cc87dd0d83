import { describe, expect, test } from 'vitest';
import { HeaderColumns } from '../records/packet-batch.js';
import { SampleRing } from './sample-ring.js';
import { visitAll, visitTarget } from './sampled-rows.js';
import { ATTACKED_ROWS, SAMPLED_TARGETS, type SampledTarget, TARGET_ROWS, TargetSamples } from './target-samples.js';

const V4_PREFIX = [0, 0, 0xffff];
const target = (word: number, isAttacked = false): SampledTarget => ({
  version: 4,
  words: [...V4_PREFIX, word],
  isAttacked,
});

/** Packet i goes to the target `to(i)`, and carries its number as source. */
class Stream {
  readonly columns = new HeaderColumns(2048);
  readonly wireLen = new Uint32Array(2048).fill(60);
  readonly classes = new Uint8Array(2048);
  readonly rows = Int32Array.from({ length: 2048 }, (_, row) => row);
  sent = 0;

  constructor(
    readonly samples: TargetSamples,
    readonly ring = new SampleRing(),
  ) {}

  send(
    sec: number,
    count: number,
    to: (i: number) => { version: number; words: ArrayLike<number> },
    batch = 2048,
  ): void {
    for (let left = count; left > 0; left -= batch) {
      const rows = Math.min(left, batch);
      for (let row = 0; row < rows; row += 1) {
        const { version, words } = to(this.sent);
        this.columns.version[row] = version;
        for (let word = 0; word < 4; word += 1) this.columns.dst[row * 4 + word] = words[word] as number;
        this.columns.src[row * 4 + 3] = this.sent;
        this.sent += 1;
      }
      this.ring.addRun(sec, this.columns, this.wireLen, this.rows, this.classes, rows, rows * 60);
      this.samples.addRun(this.columns, this.wireLen, this.rows, this.classes, rows);
    }
  }
}

const secondsOf = (samples: TargetSamples, of: SampledTarget) => {
  const seconds: { sec: number; count: number; packets: number }[] = [];
  samples.visit(of, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, ({ sec, count, packets }) =>
    seconds.push({ sec, count, packets }),
  );
  return seconds;
};

describe('rows of a target', () => {
  test('weights add up to its packets; 1 % beside a flood keeps all the rows it may have', () => {
    const samples = new TargetSamples(3);
    samples.begin(100, [target(1, true), target(2, true)], 1);
    new Stream(samples).send(100, 200_000, (i) => target(i % 100 === 7 ? 2 : 1));
    expect(secondsOf(samples, target(1))).toEqual([{ sec: 100, count: ATTACKED_ROWS, packets: 198_000 }]);
    expect(secondsOf(samples, target(2))).toEqual([{ sec: 100, count: ATTACKED_ROWS, packets: 2000 }]);
  });

  test('few packets are all kept, and only those of the target', () => {
    const samples = new TargetSamples(3);
    samples.begin(100, [target(7)], 1);
    new Stream(samples).send(100, 1000, (i) => target(i % 10 === 3 ? 7 : i));
    const kept: number[] = [];
    samples.visit(target(7), 100, 101, ({ at, count, packets }) => {
      expect(packets).toBe(101); // packet 7 itself too
      for (let row = at; row < at + count; row += 1) kept.push(samples.rows.src[row * 4 + 3] as number);
    });
    expect(kept).toEqual(Array.from({ length: 1000 }, (_, i) => i).filter((i) => i % 10 === 3 || i === 7));
  });

  test('targets whose address ends alike are told apart, IPv4 from IPv6 too', () => {
    const samples = new TargetSamples(3);
    const six = (upper: number): SampledTarget => ({ version: 6, words: [upper, 0, 0xffff, 5], isAttacked: false });
    const all = [target(5), six(1), six(2), six(0)];
    samples.begin(9, all.slice(0, 3), 1);
    new Stream(samples).send(9, 4000, (i) => all[(i >> 2) & 3] as SampledTarget);
    for (const one of all.slice(0, 3)) expect(secondsOf(samples, one)).toEqual([{ sec: 9, count: 128, packets: 1000 }]);
    expect(secondsOf(samples, six(0))).toEqual([]);
  });

  test('of sampled traffic each packet stands for as many as were left out with it', () => {
    const samples = new TargetSamples(3);
    samples.begin(9, [target(5)], 8);
    new Stream(samples).send(9, 500, () => target(5));
    expect(secondsOf(samples, target(5))).toEqual([{ sec: 9, count: 128, packets: 4000 }]);
  });

  test('every packet has the same chance, wherever in the second and in a batch', () => {
    const packets = 4000;
    const hits = new Int32Array(40);
    const tries = 400;
    for (let seed = 1; seed <= tries; seed += 1) {
      const samples = new TargetSamples(Math.imul(seed, 0x9e3779b9));
      samples.begin(5, [target(1)], 1);
      new Stream(samples).send(5, packets * 2, (i) => target(1 + (i & 1)), 700);
      samples.visit(target(1), 5, 6, ({ at, count }) => {
        for (let row = at; row < at + count; row += 1) {
          hits[Math.floor((samples.rows.src[row * 4 + 3] as number) / ((packets * 2) / hits.length))]! += 1;
        }
      });
    }
    const mean = (tries * TARGET_ROWS) / hits.length;
    const chiSquared = hits.reduce((sum, hit) => sum + (hit - mean) ** 2 / mean, 0);
    // 39 degrees of freedom: 99.9 % lie below 72.
    expect(chiSquared).toBeLessThan(72);
  });
});

describe('memory', () => {
  test('is bounded: the oldest rows go first, about a minute of sixteen targets stays', () => {
    const samples = new TargetSamples(3);
    const stream = new Stream(samples);
    const targets = Array.from({ length: 40 }, (_, i) => target(i + 1, i === 0));
    for (let sec = 0; sec < 300; sec += 1) {
      samples.begin(sec, targets, 1);
      stream.send(sec, 2048, (i) => target(1 + (i % 40)));
    }
    const first = secondsOf(samples, target(1));
    // 512 rows of the one under attack and 15 × 128 a second into 131 072.
    expect(first.length).toBeGreaterThanOrEqual(50);
    expect(first.at(-1)!.sec).toBe(299);
    expect(first.map(({ sec }) => sec)).toEqual(first.map((_, i) => 300 - first.length + i));
    expect(secondsOf(samples, target(SAMPLED_TARGETS)).length).toBeGreaterThanOrEqual(first.length);
    expect(secondsOf(samples, target(SAMPLED_TARGETS + 1))).toEqual([]);
    // No row belongs to two: each is of its own target and second.
    for (const { seconds } of [samples.inSecond(280)]) {
      expect(seconds.length).toBe(SAMPLED_TARGETS);
      const ranges = seconds.map(({ at, count }) => [at, at + count] as const).sort((a, b) => a[0] - b[0]);
      for (const [i, [from]] of ranges.entries()) expect(from).toBeGreaterThanOrEqual(ranges[i - 1]?.[1] ?? 0);
    }
    for (const { sec } of first) {
      samples.visit(target(1), sec, sec + 1, ({ at, count }) => {
        for (let row = at; row < at + count; row += 1) {
          expect(samples.rows.dst[row * 4 + 3]).toBe(1);
          expect(Math.floor((samples.rows.src[row * 4 + 3] as number) / 2048)).toBe(sec);
        }
      });
    }
  });

  test('nothing stays when the clock steps back', () => {
    const samples = new TargetSamples(3);
    const stream = new Stream(samples);
    samples.begin(100, [target(1)], 1);
    stream.send(100, 300, () => target(1));
    samples.clear();
    stream.send(100, 300, () => target(1));
    expect(secondsOf(samples, target(1))).toEqual([]);
    samples.begin(50, [target(1)], 1);
    stream.send(50, 300, () => target(1));
    expect(secondsOf(samples, target(1))).toEqual([{ sec: 50, count: 128, packets: 300 }]);
  });
});

describe('rows of targets and of all traffic together', () => {
  const samples = new TargetSamples(3);
  const ring = new SampleRing();
  const stream = new Stream(samples, ring);
  // Second 1: nobody is known yet. Second 2: target 1 and 2 have rows of their own.
  const to = (i: number) => target(i % 50 === 0 ? 2 : i % 50 < 10 ? 3 : 1);
  stream.send(1, 50_000, to);
  samples.begin(2, [target(1, true), target(2, true)], 1);
  stream.send(2, 50_000, to);

  test('a target: its own rows where there are any', () => {
    const bySecond = { own: 0, general: 0, packets: 0 };
    visitTarget({ samples: ring, targetSamples: samples }, target(2), 1, 3, (columns, _row, weight) => {
      if (columns === samples.rows) bySecond.own += 1;
      else bySecond.general += 1;
      bySecond.packets += weight;
    });
    expect(bySecond.own).toBe(512);
    expect(bySecond.general).toBeGreaterThan(0);
    expect(bySecond.general).toBeLessThan(30); // 2 % of 512
    expect(Math.abs(bySecond.packets - 2000)).toBeLessThan(1200);
  });

  test('all: what is known exactly counts exactly, and the whole is the whole', () => {
    const packetsOf = new Map<number, number>();
    const { rows, packets } = visitAll({ samples: ring, targetSamples: samples }, 2, 3, (columns, row, weight) => {
      const word = columns.dst[row * 4 + 3] as number;
      packetsOf.set(word, (packetsOf.get(word) ?? 0) + weight);
    });
    expect(packets).toBe(50_000);
    expect(rows).toBeGreaterThan(1024);
    expect(packetsOf.get(1)).toBeCloseTo(40_000, 6);
    expect(packetsOf.get(2)).toBeCloseTo(1000, 6);
    expect(packetsOf.get(3)).toBeCloseTo(9000, 6); // the rest is all of one target here
  });
});
