import { describe, expect, test } from 'vitest';
import { hex, pcap, type TestFrame } from '../../test/support/capture-bytes.js';
import { RecordingSink } from '../../test/support/recording-sink.js';
import type { DeliveryClock } from './frame-delivery.js';
import { PcapCollector } from './pcap-collector.js';

const never = new AbortController().signal;
/** 2 000 frames of 100 bytes. */
const long = pcap(
  Array.from({ length: 2000 }, (_, i) => ({ bytes: new Uint8Array(100), time: [1_700_000_000 + i, 0] as const })),
);

/** Time passes only in sleep(). */
class FakeClock implements DeliveryClock {
  ms = 0;
  readonly sleeps: number[] = [];
  readonly nowMs = (): number => this.ms;

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.ms += ms;
  }
}

describe('replay', () => {
  const at = (seconds: number): TestFrame => ({
    bytes: hex('aa'),
    time: [1_700_000_000 + Math.floor(seconds), Math.round((seconds % 1) * 1e6)],
  });

  async function replay(
    frames: readonly TestFrame[],
    speed: number,
  ): Promise<{ sentAtMs: number[]; sink: RecordingSink }> {
    const clock = new FakeClock();
    const sink = new RecordingSink();
    const sentAtMs: number[] = [];
    sink.onFrames = () => {
      while (sentAtMs.length < sink.frames.length) sentAtMs.push(Math.round(clock.ms));
    };
    await new PcapCollector({ name: 'test', chunks: () => [pcap(frames)], speed, clock }).run(sink, never);
    return { sentAtMs, sink };
  }

  test('frames come out when they are due, neighbours together', async () => {
    const { sentAtMs, sink } = await replay([at(0), at(0.002), at(0.5), at(2), at(2.001)], 1);
    expect(sentAtMs).toEqual([0, 0, 500, 2000, 2000]);
    expect(sink.frames.map(({ hex: text }) => text)).toEqual(['aa', 'aa', 'aa', 'aa', 'aa']);
  });

  test('at ten times the speed', async () => {
    expect((await replay([at(0), at(5), at(10)], 10)).sentAtMs).toEqual([0, 500, 1000]);
  });

  test('frames out of order do not wait, and jumps beyond a minute are skipped both ways', async () => {
    const jump = { bytes: hex('aa'), time: [0xffff_ffff, 0] as const };
    expect((await replay([at(0), at(3), at(2), jump, at(4), at(5)], 1)).sentAtMs).toEqual([
      0, 3000, 3000, 3000, 3000, 4000,
    ]);
  });

  test('a loop goes on in time until it is stopped, and an empty capture does not loop', async () => {
    const stop = new AbortController();
    const sink = new RecordingSink();
    sink.onFrames = () => {
      if (sink.frames.length >= 9) stop.abort();
    };
    const chunks = () => [pcap([at(0), at(1.5), at(1)])];
    const end = await new PcapCollector({ name: 'test', chunks, loop: true }).run(sink, stop.signal);
    const times = sink.frames.slice(0, 9).map(({ sec, nsec }) => sec - 1_700_000_000 + nsec / 1e9);
    expect(times).toEqual([0, 1.5, 1, 2, 3.5, 3, 4, 5.5, 5]);
    expect(end).toEqual({ kind: 'stopped' });
    const empty = await new PcapCollector({ name: 'test', chunks: () => [pcap([])], loop: true }).run(sink, never);
    expect(empty).toEqual({ kind: 'end' });
  });

  test('the event loop runs while a capture is read at full speed', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const sink = new RecordingSink();
    const started = performance.now();
    sink.pushFrames = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
    };
    await new PcapCollector({
      name: 'test',
      chunks: () => Array.from({ length: 100 }, (_, i) => (i === 0 ? long : long.subarray(24))),
    }).run(sink, never);
    clearInterval(timer);
    expect(performance.now() - started).toBeGreaterThan(100);
    expect(turns).toBeGreaterThan(3);
  });

  test('generated chunks may be asynchronous, and abort ends a generator that never yields', async () => {
    const stop = new AbortController();
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield pcap([at(0)]);
      setImmediate(() => stop.abort());
      await new Promise(() => {});
    }
    const sink = new RecordingSink();
    expect(await new PcapCollector({ name: 'test', chunks }).run(sink, stop.signal)).toEqual({ kind: 'stopped' });
    expect(sink.frames).toHaveLength(1);
  });

  test.each([
    [{ path: '-', loop: true }, 'REPLAY_LOOP'],
    [{ path: 'x', follow: true, loop: true }, 'REPLAY_LOOP'],
    [{ path: 'x', speed: 0 }, 'REPLAY_SPEED'],
    [{ path: 'x', speed: Number.NaN }, 'REPLAY_SPEED'],
  ])('%o is wrong usage', (options, code) => {
    expect(() => new PcapCollector(options)).toThrow(expect.objectContaining({ code }));
  });
});
