/** What the screen is told of each window, through the whole data path. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { DEFAULT_VIEW } from '../../src/pipeline/pipeline-options.js';
import { WINDOWS, type WindowName } from '../../src/records/view-request.js';
import type { Snapshot, SourceStatus } from '../../src/snapshot/snapshot.js';
import { inBatches, merged, steady, type TestFrame, udpFrame } from '../support/frames.js';

const LIVE: SourceStatus = { name: 'test', state: 'live', detail: '', paced: true };
const T0 = 1_700_000_000;
const OLD = '198.51.100.1';
const NEW = '198.51.100.2';

const from = (src: string, begin: number, end: number, rate: number) =>
  steady(begin, end, rate, (sec) => udpFrame(sec, { src }));

function start(): Pipeline {
  return new Pipeline({ windows: true, levels: 4, seed: 7 });
}

function push(pipeline: Pipeline, frames: Iterable<TestFrame>): void {
  inBatches(frames, 512, (batch) => pipeline.pushFrames(batch));
}

function seen(pipeline: Pipeline, window: WindowName, status = LIVE): Snapshot {
  pipeline.setView({ ...DEFAULT_VIEW, window });
  return pipeline.snapshot(status);
}

const ppsOf = ({ sources }: Snapshot, key: string) => sources.rows.find((row) => row.key === key)?.pps ?? 0;

test('a steady source has its rate in every window; each says what it covers', () => {
  const pipeline = start();
  push(pipeline, from(OLD, T0, T0 + 95.5, 40));
  const covered = { '1s': 1, '3s': 3.5, '10s': 9.5, '60s': 55.5, all: 95.5 };
  for (const window of WINDOWS) {
    const snapshot = seen(pipeline, window);
    expect(snapshot.window).toBe(window);
    expect(snapshot.windowSec, window).toBeCloseTo(covered[window], 1);
    expect(ppsOf(snapshot, OLD) / 40, window).toBeCloseTo(1, 1);
    expect(snapshot.windowPps / 40, window).toBeCloseTo(1, 1);
    expect(snapshot.sources.rows[0]?.packets).toBe(95.5 * 40);
  }
  expect(seen(pipeline, '3s').windowSec).toBe(pipeline.snapshot(LIVE).windowSec);
  pipeline.setView(DEFAULT_VIEW);
  expect(pipeline.snapshot(LIVE).window).toBe('3s');
});

test('a young source is spread over its age, not over the window', () => {
  const pipeline = start();
  push(pipeline, from(OLD, T0 + 0.25, T0 + 4.25, 40));
  for (const window of ['10s', '60s', 'all'] as const) {
    expect(seen(pipeline, window).windowSec, window).toBeCloseTo(4, 1);
    expect(ppsOf(seen(pipeline, window), OLD) / 40, window).toBeCloseTo(1, 1);
  }
  const first = start();
  push(first, from(OLD, T0 + 0.25, T0 + 0.75, 40));
  expect(ppsOf(seen(first, '1s'), OLD) / 40).toBeCloseTo(1, 0);
});

test('what began 20 s ago is new to the minute and all there is to ten seconds', () => {
  const pipeline = start();
  push(pipeline, merged(from(OLD, T0, T0 + 80, 40), from(NEW, T0 + 80, T0 + 100, 40)));
  expect(ppsOf(seen(pipeline, '10s'), OLD)).toBe(0);
  expect(ppsOf(seen(pipeline, '10s'), NEW) / 40).toBeCloseTo(1, 1);
  const minute = seen(pipeline, '60s');
  expect(ppsOf(minute, NEW) / 40).toBeCloseTo(20 / minute.windowSec, 1);
  expect(ppsOf(minute, OLD) / 40).toBeCloseTo(1 - 20 / minute.windowSec, 1);
});

test('silence of 25 s ages what went before by just that', () => {
  const pipeline = start();
  push(pipeline, merged(from(OLD, T0, T0 + 30, 40), from(NEW, T0 + 55, T0 + 56, 40)));
  expect(ppsOf(seen(pipeline, '10s'), OLD)).toBe(0);
  const minute = seen(pipeline, '60s');
  expect(ppsOf(minute, OLD) * minute.windowSec).toBeCloseTo(30 * 40, 0);
  pipeline.passTime(T0 + 200);
  expect(seen(pipeline, '60s').sources.rows.every(({ pps }) => pps === 0)).toBe(true);
  expect(
    seen(pipeline, 'all')
      .sources.rows.map(({ packets }) => packets)
      .sort(),
  ).toEqual([1200, 40]);
});

test('a clock that was set leaves nothing of before in the windows', () => {
  const pipeline = start();
  push(pipeline, from(OLD, T0, T0 + 30, 40));
  push(pipeline, from(NEW, T0 - 5000, T0 - 4980, 40));
  for (const window of ['1s', '3s', '10s', '60s'] as const) expect(ppsOf(seen(pipeline, window), OLD), window).toBe(0);
  expect(ppsOf(seen(pipeline, '10s'), NEW) / 40).toBeCloseTo(1, 1);
});

test('a capture read to its end is shown as a whole, until a window is asked for', () => {
  const pipeline = start();
  push(pipeline, from(OLD, T0, T0 + 40, 40));
  pipeline.finish();
  const ended: SourceStatus = { ...LIVE, state: 'ended', paced: false };
  const whole = pipeline.snapshot(ended);
  expect(whole).toMatchObject({ window: 'all' });
  expect(whole.windowSec).toBeCloseTo(40, 1);
  expect(seen(pipeline, '10s', ended)).toMatchObject({ window: '10s' });
});

test('a filter set late covers what was sampled, and says so', () => {
  const pipeline = start();
  push(pipeline, from(OLD, T0, T0 + 95.5, 40));
  pipeline.setView({ ...DEFAULT_VIEW, window: 'all', filter: [{ field: 'source', value: OLD }] });
  const snapshot = pipeline.snapshot(LIVE);
  expect(snapshot.windowSec).toBeCloseTo(60.5, 0);
  expect(ppsOf(snapshot, OLD) / 40).toBeCloseTo(1, 1);
});

test('tables without windows have everything', () => {
  const pipeline = new Pipeline({ seed: 7 });
  push(pipeline, from(OLD, T0, T0 + 20, 40));
  expect(seen(pipeline, '3s')).toMatchObject({ window: 'all' });
  expect(ppsOf(seen(pipeline, '3s'), OLD) / 40).toBeCloseTo(1, 1);
});
