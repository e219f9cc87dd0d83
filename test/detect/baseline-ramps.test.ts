/** How soon a slow rise is caught, and how often nothing is; both over simulated days after three weeks of learning. */
import { expect, test } from 'vitest';
import { BaselineStore } from '../../src/detect/baseline/baseline-store.js';
import { IS_WHOLE } from '../support/whole.js';
import { alarmsOf, DAY_SEC, MONDAY, SimulatedSite, teach, weekDetector } from './simulated-site.js';

const HOUR_SEC = 3600;
const START = MONDAY + 21 * DAY_SEC;
const BEGINS = START + 13.7 * HOUR_SEC;

function taught(seed: number, sigma: number, memory = 0.9) {
  const store = new BaselineStore();
  const site = new SimulatedSite({ seed, pps: 1000, sigma, memory, season: 3 });
  teach(store, MONDAY, 21, (sec) => site.packetsAt(sec));
  return { store, site };
}

/** Noisier than most servers; in whole also what hardly varies. */
const SIGMAS = IS_WHOLE ? [0.1, 0.35] : [0.35];

const SLOPES = [
  { name: '+1 % a second', times: (sec: number) => 1.01 ** sec, withinSec: [120, 240] },
  { name: '+5 % a minute', times: (sec: number) => 1.05 ** (sec / 60), withinSec: [1200, 1500] },
  { name: 'x10 in an hour', times: (sec: number) => 10 ** (sec / HOUR_SEC), withinSec: [1500, 1800] },
  { name: 'x10 in a day', times: (sec: number) => 10 ** (sec / DAY_SEC), withinSec: [8 * HOUR_SEC, 10 * HOUR_SEC] },
].slice(0, IS_WHOLE ? 4 : 3);

test('ramps are caught, and what is usual does not follow them', () => {
  const rows = SIGMAS.flatMap((sigma) => {
    const { store, site } = taught(1, sigma);
    return SLOPES.map(({ name, times, withinSec }) => {
      const run = (sec: number) => site.packetsAt(sec, sec < BEGINS ? 1 : times(sec - BEGINS));
      const [alarm] = alarmsOf(weekDetector(store), BEGINS - 300, DAY_SEC, run, true);
      const afterSec = (alarm?.after ?? Number.POSITIVE_INFINITY) - 300;
      expect(afterSec, `${name}, sigma ${sigma}`).toBeLessThanOrEqual(withinSec[sigma === 0.1 ? 0 : 1] as number);
      expect(afterSec).toBeGreaterThan(30);
      return { sigma, ramp: name, afterSec, times: times(afterSec).toFixed(2), trigger: alarm?.triggers.join() };
    });
  });
  console.table(rows);
});

test('alarms a target-day without any attack', () => {
  const days = IS_WHOLE ? 30 : 1;
  const seeds = IS_WHOLE ? [1, 2, 3, 4, 5, 6] : [1];
  let alarms = 0;
  for (const seed of seeds) {
    const { store, site } = taught(seed, 0.35);
    const seconds = (days / seeds.length) * DAY_SEC;
    alarms += alarmsOf(weekDetector(store), START, seconds, (sec) => site.packetsAt(sec)).length;
  }
  console.log(
    `${alarms} alarms in ${days} target-days; none in T days bounds their rate to 3/T = ${(3 / days).toFixed(2)} a day`,
  );
  expect(alarms).toBe(0);
});
