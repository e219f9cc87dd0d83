/** What is usual at an hour, over simulated weeks: learned, not learned, and told. */
import { describe, expect, test } from 'vitest';
import { BaselineStore } from '../../src/detect/baseline/baseline-store.js';
import { UsualNow } from '../../src/detect/baseline/usual.js';
import { DEFAULT_FLOORS } from '../../src/detect/floors.js';
import { alarmsOf, DAY_SEC, HOST, MONDAY, SimulatedSite, secondOf, teach, weekDetector } from './simulated-site.js';

const HOUR_SEC = 3600;
const WEEK_SEC = 7 * DAY_SEC;
const hourIn = (sec: number) => Math.floor((sec % DAY_SEC) / HOUR_SEC);
const isMonday = (sec: number) => Math.floor((sec - MONDAY) / DAY_SEC) % 7 === 0;

function usualPps(store: BaselineStore, sec: number): number {
  const usual = new UsualNow();
  usual.look(sec, DEFAULT_FLOORS, true, () => store.get(HOST));
  return usual.rates[0]?.rate ?? Number.NaN;
}

const cellsOf = (store: BaselineStore) => Array.from({ length: 168 }, (_, hour) => store.get(HOST)!.cellOf(hour));

describe('an attack during learning', () => {
  const site = () => new SimulatedSite({ seed: 5, pps: 500, sigma: 0.2 });

  test('that a floor calls is not learned, nor the minute before it', () => {
    const binsOf = (attacked: boolean) => {
      const store = new BaselineStore();
      const detector = weekDetector(store);
      const traffic = site();
      const isAttack = (after: number) => attacked && after > 4000 && after <= 6000;
      // Less than a floor for 50 s before it: held back, and never learned.
      const isOnset = (after: number) => attacked && after > 3950 && after <= 4000;
      const times = (after: number) => (isAttack(after) ? 100 : isOnset(after) ? 15 : 1);
      const alarms = alarmsOf(detector, MONDAY, 9000, (sec) => traffic.packetsAt(sec, times(sec - MONDAY)));
      expect(alarms.map(({ triggers }) => triggers)).toEqual(attacked ? [['floor']] : []);
      const cells = cellsOf(store).flatMap((cell) => (cell === null ? [] : [...cell.subarray(0, 64)]));
      return {
        steps: cells.reduce((sum, count) => sum + count, 0),
        highest: cells.map((n, i) => (n > 0 ? i % 64 : 0)),
      };
    };
    const [quiet, attacked] = [binsOf(false), binsOf(true)];
    expect(Math.max(...attacked.highest)).toBe(Math.max(...quiet.highest));
    // 2000 s of attack, 30 s until it is over, 60 s before it.
    expect(quiet.steps - attacked.steps).toBeGreaterThanOrEqual(208);
    expect(quiet.steps - attacked.steps).toBeLessThanOrEqual(216);
  });

  test('that nobody calls is outvoted by the days: three hours at fifteen times as much, on the first one', () => {
    const store = new BaselineStore();
    const traffic = site();
    const isAttack = (sec: number) => sec < MONDAY + DAY_SEC && hourIn(sec) >= 13 && hourIn(sec) < 16;
    teach(store, MONDAY, 3, (sec) => traffic.packetsAt(sec, isAttack(sec) ? 15 : 1));
    const at = MONDAY + 3 * DAY_SEC + 14.5 * HOUR_SEC;
    expect(usualPps(store, at) / 500).toBeCloseTo(1, 0);
    teach(store, MONDAY + 3 * DAY_SEC, 18, (sec) => traffic.packetsAt(sec));
    const monday = MONDAY + 3 * WEEK_SEC + 14.2 * HOUR_SEC;
    expect(usualPps(store, monday) / 500).toBeCloseTo(1, 0);
    const again = (sec: number) => traffic.packetsAt(sec, sec > monday + 60 ? 15 : 1);
    const [alarm] = alarmsOf(weekDetector(store), monday, 120, again, true);
    expect(alarm!.triggers).not.toContain('floor');
    expect(alarm!.after - 60).toBeLessThanOrEqual(20);
  });
});

describe('ten times as much on Mondays from 14:00 to 15:00, four weeks long', () => {
  const store = new BaselineStore();
  const traffic = new SimulatedSite({ seed: 11, pps: 300, sigma: 0.2, season: 3 });
  const rises = (sec: number) => isMonday(sec) && hourIn(sec) === 14;
  teach(store, MONDAY, 28, (sec) => traffic.packetsAt(sec, rises(sec) ? 10 : 1));
  const monday = MONDAY + 4 * WEEK_SEC;

  test('is usual then, also some minutes early or late', () => {
    const late = (sec: number) => sec > monday + 13.95 * HOUR_SEC && sec < monday + 15.05 * HOUR_SEC;
    const run = (sec: number) => traffic.packetsAt(sec, late(sec) ? 10 : 1);
    expect(alarmsOf(weekDetector(store), monday + 13 * HOUR_SEC, 3 * HOUR_SEC, run)).toEqual([]);
  });

  test.each([
    ['on Tuesday', DAY_SEC + 14.2 * HOUR_SEC, 'Tuesdays 14:00 UTC'],
    ['two hours later', 16.2 * HOUR_SEC, 'Mondays 16:00 UTC'],
  ])('is an attack %s', (_name, after, hour) => {
    const at = monday + after;
    const run = (sec: number) => traffic.packetsAt(sec, sec > at ? 10 : 1);
    const [alarm] = alarmsOf(weekDetector(store), at - 300, 600, run, true);
    expect(alarm!.after - 300).toBeLessThanOrEqual(15);
    expect(alarm!.words[0]).toMatch(
      new RegExp(`pps [\\d.]+k, usual on ${hour} \\d+ \\(\\d+ to \\d+\\), z \\d+\\.\\d, learned from 28d`),
    );
  });
});

test('while an attack is open nothing is learned, whatever comes', () => {
  const store = new BaselineStore();
  const traffic = new SimulatedSite({ seed: 2, pps: 1000, sigma: 0.2 });
  teach(store, MONDAY, 28, (sec) => traffic.packetsAt(sec));
  const detector = weekDetector(store);
  const from = MONDAY + 4 * WEEK_SEC;
  alarmsOf(detector, from, 300, (sec) => traffic.packetsAt(sec));
  alarmsOf(detector, from + 300, 60, (sec) => traffic.packetsAt(sec, 12));
  const before = cellsOf(store).map((cell) => cell?.join());
  const steps = store.get(HOST)!.learnedSteps;
  alarmsOf(detector, from + 360, 2 * HOUR_SEC, (sec) => traffic.packetsAt(sec, 12));
  expect(cellsOf(store).map((cell) => cell?.join())).toEqual(before);
  expect(store.get(HOST)!.learnedSteps).toBe(steps);
});

describe('what only the baseline calls an attack', () => {
  /** Alarms of the Monday hours of `weeks`, with ten times as much from 14:00 to 15:00, and beside it a flood of a minute. */
  function mondays(weeks: number, flood: number): number[] {
    const store = new BaselineStore();
    const traffic = new SimulatedSite({ seed: 4, pps: 300, sigma: 0.1 });
    teach(store, MONDAY, 21, (sec) => traffic.packetsAt(sec));
    const counts: number[] = [];
    const detector = weekDetector(store);
    for (let week = 3; week < 3 + weeks; week += 1) {
      const from = MONDAY + week * WEEK_SEC + 13.8 * HOUR_SEC;
      const rises = (sec: number) => hourIn(sec) === 14;
      const alarms = alarmsOf(detector, from, 1.4 * HOUR_SEC, (sec) => {
        const isFlood = rises(sec) && sec - from > HOUR_SEC && sec - from <= HOUR_SEC + 60;
        return traffic.packetsAt(sec, rises(sec) ? 10 : 1) + (isFlood ? flood : 0);
      });
      counts.push(alarms.length);
    }
    return counts;
  }

  test('is usual when it came every week for more weeks than it did not', () => {
    expect(mondays(6, 0)).toEqual([1, 1, 1, 1, 0, 0]);
  });

  test('and never when a floor calls it one too', () => {
    expect(mondays(6, 30_000)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('is learned from the second day on when it stays', () => {
    const store = new BaselineStore();
    const traffic = new SimulatedSite({ seed: 4, pps: 300, sigma: 0.1 });
    teach(store, MONDAY, 21, (sec) => traffic.packetsAt(sec));
    const from = MONDAY + 3 * WEEK_SEC;
    const before = store.get(HOST)!.learnedSteps;
    const detector = weekDetector(store);
    alarmsOf(detector, from, DAY_SEC - 600, (sec) => traffic.packetsAt(sec, 10));
    expect(store.get(HOST)!.learnedSteps).toBe(before);
    alarmsOf(detector, from + DAY_SEC - 600, HOUR_SEC, (sec) => traffic.packetsAt(sec, 10));
    expect(store.get(HOST)!.learnedSteps - before).toBeGreaterThanOrEqual((DAY_SEC + 2700) / 10 - 30);
  });
});

describe('which targets are known', () => {
  const targets = Array.from({ length: 6 }, (_, i) => `203.0.113.${i + 1}`);

  /** Each target sends from a time of its own on, `pps` by place. */
  function learned(order: readonly string[], most: number, seconds: number, pps: (i: number) => number) {
    const store = new BaselineStore(most);
    const detector = weekDetector(store);
    for (let after = 1; after <= seconds; after += 1) {
      const hosts = order.flatMap((target) => secondOf(pps(targets.indexOf(target)), target).hosts);
      detector.evaluate(MONDAY + after, { hosts, prefixes: [] });
    }
    return store;
  }

  test('the order they come in changes nothing', () => {
    const one = learned(targets, 10, 1500, (i) => 100 * (i + 1));
    const other = learned([...targets].reverse(), 10, 1500, (i) => 100 * (i + 1));
    expect(other.entries()).toEqual(one.entries());
    expect(one.size).toBe(6);
  });

  test('no more than there is place for; the largest stay', () => {
    const store = learned(targets, 3, 3000, (i) => 40 * 2 ** i);
    expect(store.size).toBe(3);
    expect(store.entries().map(([target]) => target)).toEqual(targets.slice(3));
  });

  test('IPv6 hosts by their /64, which has what all of them have; a prefix without its attacked hosts', () => {
    const hosts = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
    const store = new BaselineStore();
    const detector = weekDetector(store);
    for (let after = 1; after <= 1500; after += 1) {
      const flood = after > 900 ? 30_000 : 0;
      detector.evaluate(MONDAY + after, {
        hosts: [...hosts, HOST].flatMap((host) => secondOf(host === HOST ? 300 + flood : 100, host).hosts),
        prefixes: secondOf(1000 + flood, '203.0.113.0/24').hosts,
      });
    }
    const found = store.entries().map(([target, { pps }]) => [target, Math.round(Math.min(700, pps))]);
    // Of the prefix 1000 before the flood; during it 700, without its host.
    expect(store.get('203.0.113.0/24')!.pps).toBeLessThan(1000);
    expect(found).toEqual([
      ['2001:db8:0:1::/64', 100],
      ['2001:db8::/64', 200],
      ['203.0.113.0/24', 700],
      ['203.0.113.7', 300],
    ]);
  });

  test('who is seen for some minutes is not', () => {
    expect(learned(targets, 10, 590, () => 1000).size).toBe(0);
  });
});
