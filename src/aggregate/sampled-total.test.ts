/** Totals of sampled seconds under a flood of random keys: what is heavy gets in, whenever it begins. */
import { expect, test } from 'vitest';
import { DecayTable } from '../sketch/decay-table.js';
import { nextRandom } from '../sketch/hash.js';
import { EVERYTHING } from './window-scope.js';
import { WindowedTable } from './windowed-table.js';

const FROM = 1_700_000_000;
const SECONDS = 20;
/** Packets decoded a second, each of another source but for HEAVY, who send PACKETS each from the eleventh second on. */
const NOISE = 4000;
const HEAVY = [1, 2, 3, 4, 5];
const PACKETS = 20;

test.each([1, 16, 128, 256, 1024])('1:%i', (scale) => {
  const make = () => new DecayTable(256, 1, 42);
  const table = new WindowedTable(make, make, 42);
  let random = 99;
  for (let sec = 0; sec < SECONDS; sec += 1) {
    for (let i = 0; i < NOISE; i += 1) {
      random = nextRandom(random);
      table.current.addMany(Int32Array.of(random), 0, 1, 100);
      if (sec >= 10 && i % (NOISE / PACKETS) === 0) {
        for (const key of HEAVY) table.current.addMany(Int32Array.of(key), 0, 1, 100);
      }
    }
    table.rotate(scale, FROM + sec);
  }
  const top = table
    .top(HEAVY.length, EVERYTHING)
    .sort((a, b) => b.packets - a.packets)
    .slice(0, HEAVY.length);
  expect(top.map(({ words }) => words[0]).sort()).toEqual(HEAVY);
  for (const { packets, bytes } of top) {
    const truth = 10 * PACKETS * scale;
    expect(packets).toBeGreaterThan(truth * 0.7);
    expect(packets).toBeLessThanOrEqual(truth);
    expect(bytes / packets).toBeCloseTo(100, 3);
  }
});
