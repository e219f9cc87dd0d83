/** Streams of bytes cut into TCP segments, as frames of a capture. */
import { concat, hex, type TestFrame, words } from '../support/capture-bytes.js';

export interface Segment {
  /** Offset in the stream. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Connection {
  readonly srcPort: number;
  readonly dstPort: number;
  /** Sequence number of the SYN. */
  readonly initial: number;
}

const SYN = 0x02;
const ACK = 0x10;
const PUSH_ACK = 0x18;

/** Ethernet, IPv4 10.0.0.1 > 10.0.0.2, TCP. */
export function segmentFrame(
  { srcPort, dstPort, initial }: Connection,
  at: number,
  bytes: Uint8Array,
  flags = PUSH_ACK,
): Uint8Array {
  const sequence = (initial + (flags === SYN ? 0 : 1) + at) >>> 0;
  const tcp = words(false, [srcPort, 2], [dstPort, 2], [sequence, 4], [1, 4], [0x5000 | flags, 2], [8192, 2], [0, 4]);
  const total = 40 + bytes.length;
  const ip = concat(hex('4500'), words(false, [total, 2], [1, 2], [0, 2]), hex('40060000 0a000001 0a000002'));
  return concat(hex('020000000001 020000000002 0800'), ip, tcp, bytes);
}

/** SYN, ACK, then the segments in the order given, a millisecond apart. */
export function framesOf(connection: Connection, segments: readonly Segment[], sec = 1_700_000_000): TestFrame[] {
  const none = new Uint8Array(0);
  const frames = [
    segmentFrame(connection, 0, none, SYN),
    segmentFrame(connection, 0, none, ACK),
    ...segments.map(({ at, bytes }) => segmentFrame(connection, at, bytes)),
  ];
  return frames.map((bytes, i) => ({ bytes, time: [sec, i * 1000] as const }));
}

/** The stream cut at the given places, in order. */
export function cutAt(stream: Uint8Array, places: readonly number[]): Segment[] {
  const ends = [...new Set([...places.map((place) => place % stream.length), stream.length])]
    .filter((end) => end > 0)
    .sort((a, b) => a - b);
  return ends.map((end, i) => ({ at: ends[i - 1] ?? 0, bytes: stream.subarray(ends[i - 1] ?? 0, end) }));
}
