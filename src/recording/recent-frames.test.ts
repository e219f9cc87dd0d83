import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesOf, type ReadFrame } from '../../test/support/read-frames.js';
import { FrameBatch } from '../records/frame-batch.js';
import { batchOf, numberedFrames, type PlainFrame } from './batch.fixture.js';
import { RecentFrames } from './recent-frames.js';

interface Kept {
  readonly frames: ReadFrame[];
  /** One each: how many it stands for. */
  readonly rates: number[];
}

function kept(recent: RecentFrames): Kept {
  const batch = new FrameBatch(100);
  const frames: ReadFrame[] = [];
  const rates: number[] = [];
  for (let row = recent.oldest; row < recent.next; ) {
    const { next, rate } = recent.read(row, batch);
    expect(batch.count).toBeGreaterThan(0);
    frames.push(...framesOf(batch));
    rates.push(...Array.from({ length: batch.count }, () => rate));
    row = next;
  }
  return { frames, rates };
}

function feed(frames: readonly PlainFrame[], seed = 1, rows = 300): RecentFrames {
  const recent = new RecentFrames(seed);
  for (let at = 0; at < frames.length; at += rows) recent.take(batchOf(frames.slice(at, at + rows)));
  return recent;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('the newest frames', () => {
  test('a quiet link is kept as it is, long frames cut', () => {
    const frames = [...numberedFrames(2000, 400, 1000, 60), ...numberedFrames(400, 400, 1010, 300)];
    const { frames: got, rates } = kept(feed(frames));
    expect(got).toEqual(frames.map((frame) => ({ ...frame, hex: frame.hex.slice(0, 512) })));
    expect(new Set(rates)).toEqual(new Set([1]));
  });

  test('memory is bounded, the oldest ones go', () => {
    const frames = numberedFrames(120_000, 400, 1000, 60);
    const { frames: got } = kept(feed(frames));
    expect(got.length).toBe(65_536);
    expect(got).toEqual(frames.slice(-got.length));
    const long = numberedFrames(60_000, 400, 1000, 256);
    const { frames: gotLong } = kept(feed(long));
    expect(gotLong.length).toBe((6 * 2 ** 20) / 256);
    expect(gotLong).toEqual(long.slice(-gotLong.length));
  });

  test('a flood is sampled, and what is kept stands for about what there was', () => {
    const perSec = 40_000;
    const { frames, rates } = kept(feed(numberedFrames(5 * perSec, perSec, 1000), 77));
    for (let second = 1; second < 5; second += 1) {
      const ofSecond = rates.filter((_, i) => frames[i]!.sec === 1000 + second);
      expect(ofSecond.length).toBeLessThan(1200);
      // 600 draws of gaps that are uniform: a standard error of 2.4 %.
      expect(Math.abs(sum(ofSecond) / perSec - 1)).toBeLessThan(0.15);
    }
  });

  test('traffic that comes in turns is seen in all its turns', () => {
    const frames = numberedFrames(200_000, 50_000, 1000).map((frame, i) => ({ ...frame, linkType: i % 64 }));
    const { frames: got, rates } = kept(feed(frames, 5));
    const seen = got.filter((_, i) => rates[i]! >= 64).map(({ linkType }) => linkType);
    expect(new Set(seen).size).toBe(64);
  });

  test('any times, any lengths: never more than there is room for, and only what was given', () => {
    const any = fc.record({
      sec: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(Number.NaN, -1, 2 ** 60)),
      nsec: fc.integer({ min: 0, max: 999_999_999 }),
      wireLen: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      linkType: fc.integer({ min: 0, max: 0xffff }),
      hex: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 400 }), fc.integer(), (frames, seed) => {
        const { frames: got } = kept(feed(frames, seed, 50));
        expect(got).toEqual(frames.map((frame) => ({ ...frame, hex: frame.hex.slice(0, 512) })));
      }),
    );
  });
});
