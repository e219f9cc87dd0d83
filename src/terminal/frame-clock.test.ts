import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ByteGovernor } from './byte-governor.js';
import { FrameClock } from './frame-clock.js';

describe('token bucket', () => {
  test('no limit never waits', () => {
    const governor = new ByteGovernor(Number.POSITIVE_INFINITY);
    governor.spend(1e9, 0);
    expect(governor.waitMs(0)).toBe(0);
  });

  test('a frame bigger than the bucket is a debt that time pays', () => {
    const governor = new ByteGovernor(1000);
    governor.spend(3000, 0);
    expect(governor.waitMs(0)).toBe(2001);
    expect(governor.waitMs(1500)).toBeLessThanOrEqual(501);
    expect(governor.waitMs(2100)).toBe(0);
  });

  test('a clock that goes back gives nothing', () => {
    const governor = new ByteGovernor(1000);
    governor.spend(3000, 10_000);
    expect(governor.waitMs(0)).toBeGreaterThan(1900);
  });
});

describe('frame clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup(bytesPerSec = Number.POSITIVE_INFINITY, bytesPerFrame = 100) {
    const frames: number[] = [];
    const state = { isBusy: false };
    const startMs = Date.now();
    const clock = new FrameClock({
      fps: 4,
      governor: new ByteGovernor(bytesPerSec),
      isBusy: () => state.isBusy,
      draw: () => frames.push(Date.now() - startMs) && bytesPerFrame,
      nowMs: () => Date.now() - startMs,
    });
    return { clock, frames, state };
  }

  test('at most 4 frames a second, however often something changes', () => {
    const { clock, frames } = setup();
    for (let i = 0; i < 200; i += 1) {
      clock.request();
      vi.advanceTimersByTime(10);
    }
    expect(frames.length).toBeGreaterThanOrEqual(8);
    expect(frames.length).toBeLessThanOrEqual(9);
  });

  test('a key gets the next frame at once, several keys in one read get one frame', () => {
    const { clock, frames } = setup();
    clock.request();
    vi.advanceTimersByTime(1);
    clock.request(true);
    clock.request(true);
    vi.advanceTimersByTime(1);
    expect(frames).toHaveLength(2);
  });

  test('nothing is drawn while the terminal is busy; then the newest once', () => {
    const { clock, frames, state } = setup();
    state.isBusy = true;
    for (let i = 0; i < 5; i += 1) {
      clock.request(true);
      vi.advanceTimersByTime(1000);
    }
    expect(frames).toHaveLength(0);
    state.isBusy = false;
    clock.drained();
    vi.advanceTimersByTime(1);
    expect(frames).toHaveLength(1);
  });

  test('nothing is drawn when nothing was asked for, nor after stop', () => {
    const { clock, frames } = setup();
    vi.advanceTimersByTime(5000);
    expect(frames).toHaveLength(0);
    clock.request();
    clock.stop();
    clock.request(true);
    vi.advanceTimersByTime(5000);
    expect(frames).toHaveLength(0);
  });

  test('a byte budget slows the frames down, a key goes first all the same', () => {
    const { clock, frames } = setup(100, 200);
    for (let i = 0; i < 100; i += 1) {
      clock.request();
      vi.advanceTimersByTime(100);
    }
    expect(frames.length).toBeLessThanOrEqual(7);
    const before = frames.length;
    clock.request(true);
    vi.advanceTimersByTime(1);
    expect(frames.length).toBe(before + 1);
  });
});
