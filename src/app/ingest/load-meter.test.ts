import { expect, test } from 'vitest';
import { LoadGovernor, type LoadInterval } from '../../pipeline/load-governor.js';
import { FrameBatch } from '../../records/frame-batch.js';
import { LoadMeter } from './load-meter.js';

class Noted extends LoadGovernor {
  readonly intervals: LoadInterval[] = [];
  override note(interval: LoadInterval): void {
    this.intervals.push(interval);
  }
}

/** Batches of 100 frames on a clock under the hand of the test. */
function metered() {
  const clock = { ms: 1000, monotonicMs: () => clock.ms, epochMs: () => clock.ms };
  const governor = new Noted();
  const meter = new LoadMeter(governor, clock);
  const batch = new FrameBatch();
  batch.count = 100;
  /** `ageMs`: of the newest frame once it is counted. */
  const push = (workMs: number, ageMs: number) => {
    const counting = {
      nowSec: 0,
      pushFrames: () => {
        clock.ms += workMs;
        counting.nowSec = (clock.ms - ageMs) / 1000;
      },
    };
    meter.push(batch, counting);
  };
  return { clock, meter, push, intervals: governor.intervals };
}

test('an interval: time passed, time spent, frames, losses, and the least that waited', () => {
  const { clock, meter, push, intervals } = metered();
  for (const ageMs of [500, 300, 400]) {
    push(60, ageMs);
    clock.ms += 20;
  }
  meter.dropped(7);
  push(40, 900);
  expect(intervals).toEqual([
    { passedMs: 280, busyMs: 220, frames: 400, dropped: 7, behindSec: expect.closeTo(0.3, 6) },
  ]);
  meter.dropped(9);
  clock.ms += 200;
  push(60, 0);
  expect(intervals[1]).toEqual({ passedMs: 260, busyMs: 60, frames: 100, dropped: 2, behindSec: 0 });
});

test('time without frames is told as well, and a clock ahead of ours is no queue', () => {
  const { clock, meter, push, intervals } = metered();
  meter.tick();
  push(10, -5000);
  clock.ms += 100;
  meter.tick();
  expect(intervals).toEqual([]);
  clock.ms += 150;
  meter.tick();
  clock.ms += 250;
  meter.tick();
  expect(intervals).toEqual([
    { passedMs: 260, busyMs: 10, frames: 100, dropped: 0, behindSec: 0 },
    { passedMs: 250, busyMs: 0, frames: 0, dropped: 0, behindSec: 0 },
  ]);
});
