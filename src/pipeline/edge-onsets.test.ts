import { describe, expect, test } from 'vitest';
import { EdgeOnsets } from './edge-onsets.js';

/** Each number is the rate of the next second. */
function run(
  rates: readonly number[],
  { interval = 1, host = 'a' } = {},
  onsets = new EdgeOnsets(),
  from = 100,
): EdgeOnsets {
  for (const [at, rps] of rates.entries()) onsets.endSecond(from + at, new Map(rps > 0 ? [[host, rps]] : []), interval);
  return onsets;
}

const seconds = (count: number, rps: number) => new Array<number>(count).fill(rps);
const found = (onsets: EdgeOnsets) =>
  onsets.onsets().map(({ sinceSec, endSec, baselineRps }) => [sinceSec, endSec, baselineRps]);

describe('an onset', () => {
  test.each<[string, number[], [number, number | null, number][]]>([
    ['four times as much', [...seconds(60, 20), ...seconds(5, 80)], [[160, null, 20]]],
    ['less', [...seconds(60, 20), ...seconds(20, 79)], []],
    ['of a host that had nothing', [...seconds(20, 0), ...seconds(2, 50)], [[120, null, 0]]],
    ['below the floor', [...seconds(20, 0), ...seconds(9, 49)], []],
    ['of one second only', [...seconds(60, 20), 500, ...seconds(9, 20)], []],
    ['of two seconds in three', [...seconds(60, 20), 500, 20, 500], [[160, null, 20]]],
    ['of two seconds in four', [...seconds(60, 20), 500, 20, 20, 500], []],
    ['before anything is known', [...seconds(4, 20), ...seconds(9, 500)], []],
    [
      'in a median: spikes move nothing',
      [...seconds(30, 20), ...seconds(20, 70), ...seconds(30, 20), 90, 90],
      [[180, null, 20]],
    ],
    ['ends after 30 s below twice', [...seconds(60, 50), ...seconds(5, 400), ...seconds(30, 99)], [[160, 165, 50]]],
    [
      'does not end before',
      [...seconds(60, 50), ...seconds(5, 400), ...seconds(29, 99), 100, ...seconds(29, 99)],
      [[160, null, 50]],
    ],
    ['has its baseline as it lasts', [...seconds(60, 50), ...seconds(900, 400)], [[160, null, 50]]],
  ])('%s', (_, rates, expected) => {
    expect(found(run(rates))).toEqual(expected);
  });

  test('of sampled traffic needs records', () => {
    expect(found(run([...seconds(20, 0), ...seconds(5, 1500)], { interval: 100 }))).toEqual([]);
    expect(found(run([...seconds(20, 0), ...seconds(5, 1600)], { interval: 100 }))).toEqual([[120, null, 0]]);
  });

  test('of thousands of hosts: so many are known, and one under attack stays', () => {
    const onsets = new EdgeOnsets();
    const second = (sec: number, turn: number) => {
      const hosts = Array.from({ length: 63 }, (_, i) => [`h${turn * 63 + i}`, 60] as const);
      return onsets.endSecond(sec, new Map([...hosts, ['target', turn < 20 ? 100 : 9000]]), 1);
    };
    const begun = Array.from({ length: 200 }, (_, turn) => second(1000 + turn, turn)).flat();
    expect(begun.filter(({ host }) => host === 'target')).toHaveLength(1);
    expect(onsets.of('target')).toMatchObject({ sinceSec: 1020, baselineRps: 100, endSec: null, rps: 9000 });
  });
});
