/** Batches of frames for tests: hand-made packets through the scenario's builder, at any time. */
import { parseIpv4 } from '../../src/format/address.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { NO_BYTES, PacketBuilder, TCP } from '../../src/scenario/packet-builder.js';

export interface TestFrame {
  /** Epoch seconds. */
  readonly sec: number;
  readonly bytes: Uint8Array;
}

const builder = new PacketBuilder();

export function tcpFrame(
  sec: number,
  {
    src = '198.51.100.1',
    dst = '203.0.113.10',
    srcPort = 40_000,
    dstPort = 443,
    flags = TCP.syn as number,
    ttl = 60,
    payload = NO_BYTES,
  } = {},
): TestFrame {
  const ip = { src: parseIpv4(src)!, dst: parseIpv4(dst)!, ttl, id: 1, df: true };
  const tcp = { srcPort, dstPort, seq: 1, ack: 0, flags, window: 1024, options: NO_BYTES };
  return { sec, bytes: builder.tcp(ip, tcp, payload).slice() };
}

export function udpFrame(
  sec: number,
  {
    src = '198.51.100.1',
    dst = '203.0.113.10',
    srcPort = 40_000,
    dstPort = 9999,
    ttl = 60,
    payload = new Uint8Array(64),
  } = {},
): TestFrame {
  const ip = { src: parseIpv4(src)!, dst: parseIpv4(dst)!, ttl, id: 1, df: true };
  return { sec, bytes: builder.udp(ip, srcPort, dstPort, payload).slice() };
}

/** Calls back with batches of at most `rows` frames. */
export function inBatches(frames: Iterable<TestFrame>, rows: number, each: (batch: FrameBatch) => void): void {
  let pending: TestFrame[] = [];
  const flush = () => {
    if (pending.length > 0) each(batchOf(pending, rows));
    pending = [];
  };
  for (const frame of frames) {
    pending.push(frame);
    if (pending.length === rows) flush();
  }
  flush();
}

function batchOf(frames: readonly TestFrame[], rows: number): FrameBatch {
  const batch = new FrameBatch(rows);
  const slab = new Uint8Array(frames.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const [row, { sec, bytes }] of frames.entries()) {
    slab.set(bytes, at);
    batch.at[row] = at;
    batch.capLen[row] = bytes.length;
    batch.wireLen[row] = bytes.length;
    batch.sec[row] = Math.floor(sec);
    batch.nsec[row] = Math.min(999_999_999, Math.round((sec - Math.floor(sec)) * 1e9));
    batch.linkType[row] = 1;
    at += bytes.length;
  }
  batch.setSlab(slab);
  batch.count = frames.length;
  return batch;
}

/** `rate` frames a second, evenly, from `fromSec` to before `toSec`. */
export function* steady(
  fromSec: number,
  toSec: number,
  rate: number,
  make: (sec: number, i: number) => TestFrame,
): Generator<TestFrame> {
  const count = Math.round((toSec - fromSec) * rate);
  for (let i = 0; i < count; i += 1) yield make(fromSec + (i + 0.5) / rate, i);
}

/** Several streams of frames in order of time. */
export function merged(...streams: Iterable<TestFrame>[]): TestFrame[] {
  return streams.flatMap((stream) => [...stream]).sort((a, b) => a.sec - b.sec);
}
