/** Damaged captures through reader and decoder: no throw, no endless loop, no memory that grows with a claim. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { READ_BYTES } from '../../collectors/pcap/capture-limits.js';
import { CaptureReader, ReadState } from '../../collectors/pcap/capture-reader.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { PacketBatch } from '../../src/records/packet-batch.js';
import {
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  pcap,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  words,
} from '../support/capture-bytes.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../support/packet-bytes.js';

const packets = [
  ethernet(0x0800, ipv4(tcp(0x12, new Uint8Array(30)))),
  ethernet(0x86dd, ipv6(udp(53, 4000, new Uint8Array(60)), 17)),
  ethernet(
    0x8100,
    concat(words(false, [1, 2], [0x0800, 2]), ipv4(udp(4789, 4789, new Uint8Array(50)), { protocol: 17 })),
  ),
];
const frames = Array.from({ length: 40 }, (_, i) => ({
  bytes: packets[i % 3]!,
  time: [1_700_000_000 + i, i] as const,
}));
const captures = [
  pcap(frames),
  pcap(frames, { little: false, magic: 0xa1b23c4d }),
  concat(sectionHeader(), interfaceBlock(), ...frames.map((frame) => enhancedPacket(frame))),
  concat(
    sectionHeader(false),
    interfaceBlock({ resolution: 9 }, false),
    ...frames.map((frame) => enhancedPacket(frame, 0, false)),
  ),
];

interface Run {
  readonly frames: number;
  readonly kind: string;
  /** Smallest space the reader ever offered. */
  readonly leastSpace: number;
}

/** Reads and decodes everything; `chunk` bytes at a time. */
function run(bytes: Uint8Array, chunk = 4096): Run {
  const reader = new CaptureReader();
  const batch = new FrameBatch();
  const decoded = new PacketBatch();
  let count = 0;
  let leastSpace = Number.POSITIVE_INFINITY;
  for (let at = 0; ; ) {
    const space = reader.space();
    leastSpace = Math.min(leastSpace, space.length);
    const piece = bytes.subarray(at, at + Math.min(chunk, space.length));
    space.set(piece);
    reader.wrote(piece.length);
    at += piece.length;
    while (reader.next(batch) === ReadState.frames) {
      decodeBatch(batch, decoded);
      count += decoded.count;
      for (let row = 0; row < batch.count; row += 1) {
        if (batch.at[row]! + batch.capLen[row]! > batch.bytes.length)
          throw new Error('a frame reaches beyond the slab');
        const nsec = batch.nsec[row]!;
        if (nsec < 0 || nsec > 999_999_999) throw new Error(`nanoseconds out of range: ${nsec}`);
      }
    }
    if (reader.end !== null || piece.length === 0) return { frames: count, kind: reader.finish().kind, leastSpace };
  }
}

describe('mutations', () => {
  const anyCapture = fc.constantFrom(...captures);

  test('flipped, cut and grown captures end in one of the known ways', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff));
    fc.assert(
      fc.property(
        anyCapture,
        fc.array(change, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        (bytes, changes, cutSeed) => {
          const broken = bytes.slice(0, bytes.length - (cutSeed % 2) * (cutSeed % bytes.length));
          for (const [at, value] of changes) if (broken.length > 0) broken[at % broken.length] = value;
          const { kind, leastSpace } = run(broken);
          expect(['end', 'incomplete', 'damaged']).toContain(kind);
          expect(leastSpace).toBeGreaterThanOrEqual(READ_BYTES);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('every 32-bit word of a capture set to each extreme', () => {
    for (const bytes of captures) {
      for (let at = 0; at + 4 <= Math.min(bytes.length, 400); at += 4) {
        for (const value of [0, 1, 0x7fff_ffff, 0xffff_fffc, 0xffff_ffff]) {
          const broken = bytes.slice();
          new DataView(broken.buffer).setUint32(at, value, true);
          expect(['end', 'incomplete', 'damaged']).toContain(run(broken).kind);
        }
      }
    }
  });
});

describe('claims', () => {
  test('a record of 64 MB is damage at once: nothing of it is buffered', () => {
    const record = pcapRecord(frames[0]!);
    new DataView(record.buffer).setUint32(8, 64 * 1024 * 1024, true);
    const bytes = concat(pcapHeader(), pcapRecord(frames[0]!), record, new Uint8Array(1024 * 1024));
    expect(run(bytes, 65_536)).toMatchObject({ frames: 1, kind: 'damaged' });
  });

  test('a pcapng block of 15 MB is skipped unseen, in chunks of 1 KiB as well', () => {
    const huge = block(0xbad, new Uint8Array(15 * 1024 * 1024));
    const bytes = concat(captures[2]!, huge, enhancedPacket(frames[0]!));
    expect(run(bytes, 1024)).toMatchObject({ frames: 41, kind: 'end', leastSpace: READ_BYTES });
  });

  test('a pcapng block of 17 MB is damage', () => {
    const bytes = concat(captures[2]!, words(true, [0xbad, 4], [17 * 1024 * 1024, 4]), new Uint8Array(100_000));
    expect(run(bytes)).toMatchObject({ frames: 40, kind: 'damaged' });
  });

  test('70 000 interfaces are damage: the list is bounded', () => {
    const one = interfaceBlock();
    const many = new Uint8Array(one.length * 70_000);
    for (let at = 0; at < many.length; at += one.length) many.set(one, at);
    expect(run(concat(sectionHeader(), many), 65_536).kind).toBe('damaged');
  });

  test('a timestamp in 2106 is a frame like any other', () => {
    expect(run(pcap([{ bytes: packets[0]!, time: [0xffff_ffff, 0xffff_ffff] }]))).toMatchObject({
      frames: 1,
      kind: 'end',
    });
  });
});
