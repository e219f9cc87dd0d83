import { expect, test } from 'vitest';
import { SilenceClock } from './silence-clock.js';

const TICK_MS = 250;

/** Times given at `ticks` ticks. */
function run(clock: SilenceClock, ticks: number, fromMs = 0): number[] {
  return Array.from({ length: ticks }, (_, i) => clock.advance(100, fromMs + i * TICK_MS));
}

test('says nothing for a second, then follows a second behind', () => {
  const times = run(new SilenceClock(TICK_MS), 9);
  expect(times.slice(0, 5).every(Number.isNaN)).toBe(true);
  expect(times.slice(5)).toEqual([100.25, 100.5, 100.75, 101]);
});

test('a packet begins it anew', () => {
  const clock = new SilenceClock(TICK_MS);
  run(clock, 20);
  clock.end();
  expect(run(clock, 5, 5000).every(Number.isNaN)).toBe(true);
});

test('time in which we were stopped does not count as silence', () => {
  const clock = new SilenceClock(TICK_MS);
  run(clock, 9);
  expect(clock.advance(100, 3_600_000)).toBe(101.5);
});

test('before the first packet there is no time', () => {
  const clock = new SilenceClock(TICK_MS);
  for (let i = 0; i < 20; i += 1) expect(clock.advance(Number.NaN, i * TICK_MS)).toBeNaN();
});
