import { describe, expect, test } from 'vitest';
import { FrameBatch } from '../records/frame-batch.js';
import { FrameSampler } from './frame-sampler.js';

/** Frame i of the stream in `wireLen`, its number in `at`. */
function batchFrom(first: number, count: number): FrameBatch {
  const batch = new FrameBatch();
  for (let row = 0; row < count; row += 1) {
    batch.at[row] = first + row;
    batch.capLen[row] = row % 97;
    batch.wireLen[row] = 60 + (row % 1000);
    batch.sec[row] = 1_700_000_000 + row;
    batch.nsec[row] = row * 3;
    batch.linkType[row] = row % 300;
  }
  batch.count = count;
  return batch;
}

/** Numbers of the frames kept of a stream cut into batches of `rows`. */
function keptOf(sampler: FrameSampler, frames: number, rows: number): number[] {
  const kept: number[] = [];
  for (let first = 0; first < frames; first += rows) {
    const batch = batchFrom(first, Math.min(rows, frames - first));
    const count = sampler.keep(batch, 0, batch.count);
    kept.push(...batch.at.subarray(0, count));
  }
  return kept;
}

describe('one of N', () => {
  test.each([2, 4, 8, 64, 1024])('1:%i: the mean is N, gaps lie in 1..2N-1', (rate) => {
    const sampler = new FrameSampler(5);
    sampler.setRate(rate);
    const kept = keptOf(sampler, rate * 20_000, 2048);
    // Gaps are uniform: variance of the number of samples n is n / 3.
    expect(Math.abs(kept.length - 20_000)).toBeLessThan(4 * Math.sqrt(20_000 / 3));
    const gaps = kept.slice(1).map((at, i) => at - (kept[i] as number));
    expect(Math.min(...gaps)).toBe(1);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * rate - 1);
  });

  test('however the stream is cut, the same frames are kept', () => {
    const all = [1, 7, 100, 2048].map((rows) => {
      const sampler = new FrameSampler(77);
      sampler.setRate(8);
      return keptOf(sampler, 10_000, rows);
    });
    for (const kept of all) expect(kept).toEqual(all[0]);
  });

  test('every place after a change of rate has the same chance', () => {
    const rate = 4;
    const hits = new Int32Array(40);
    const tries = 40_000;
    for (let seed = 1; seed <= tries; seed += 1) {
      const sampler = new FrameSampler(Math.imul(seed, 0x9e3779b9));
      sampler.setRate(rate);
      for (const at of keptOf(sampler, hits.length, 40)) hits[at]! += 1;
    }
    const mean = tries / rate;
    const sigma = Math.sqrt(mean * (1 - 1 / rate));
    for (const hit of hits) expect(Math.abs(hit - mean)).toBeLessThan(4.5 * sigma);
  });

  test('traffic that comes in turns is seen in all its turns', () => {
    const sampler = new FrameSampler(3);
    sampler.setRate(8);
    const byPhase = new Int32Array(8);
    for (const at of keptOf(sampler, 800_000, 2048)) byPhase[at % 8]! += 1;
    for (const count of byPhase) expect(Math.abs(count - 12_500)).toBeLessThan(4 * Math.sqrt(12_500));
  });
});

test('rows move as a whole to the front; those behind the run stay', () => {
  const sampler = new FrameSampler(9);
  sampler.setRate(4);
  const batch = batchFrom(0, 2000);
  const before = batchFrom(0, 2000);
  const count = sampler.keep(batch, 500, 1500);
  let bytes = 0;
  for (let row = 0; row < count; row += 1) {
    const from = batch.at[row] as number;
    expect(from).toBeGreaterThanOrEqual(500);
    expect(from).toBeLessThan(1500);
    for (const column of ['capLen', 'wireLen', 'sec', 'nsec', 'linkType'] as const) {
      expect(batch[column][row]).toBe(before[column][from]);
    }
    bytes += batch.wireLen[row] as number;
  }
  expect(sampler.keptBytes).toBe(bytes);
  expect(batch.at.subarray(1500, 2000)).toEqual(before.at.subarray(1500, 2000));
});

test('at 1:1 nothing is left out', () => {
  const sampler = new FrameSampler(9);
  sampler.setRate(1);
  expect(keptOf(sampler, 5000, 2048)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});
