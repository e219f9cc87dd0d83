import { describe, expect, test } from 'vitest';
import { concat, hex, type PcapOptions, pcap, pcapHeader, pcapRecord } from '../../test/support/capture-bytes.js';
import { readFrames } from '../../test/support/read-frames.js';

const FRAME = { bytes: hex('0102030405'), time: [1_700_000_000, 123_456] as const, wireLen: 900 };
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const KUZNETZOV = 0xa1b2cd34;

describe('classic pcap', () => {
  test.each<[string, PcapOptions, number]>([
    ['little-endian, microseconds', { little: true, magic: MICROSECONDS }, 123_456_000],
    ['big-endian, microseconds', { little: false, magic: MICROSECONDS }, 123_456_000],
    ['little-endian, nanoseconds', { little: true, magic: NANOSECONDS }, 123_456],
    ['big-endian, nanoseconds', { little: false, magic: NANOSECONDS }, 123_456],
    ['little-endian, Kuznetzov', { little: true, magic: KUZNETZOV }, 123_456_000],
    ['big-endian, Kuznetzov', { little: false, magic: KUZNETZOV }, 123_456_000],
    ['version 2.0 with swapped lengths', { version: [2, 0], swapLengths: true }, 123_456_000],
    ['version 2.2 with swapped lengths', { version: [2, 2], swapLengths: true }, 123_456_000],
    ['version 2.3, straight', { version: [2, 3] }, 123_456_000],
    ['version 2.3, swapped', { version: [2, 3], swapLengths: true }, 123_456_000],
    ['version 543.0 (DG/UX), swapped', { version: [543, 0], swapLengths: true }, 123_456_000],
  ])('%s', (_name, options, nsec) => {
    const { frames, end, format } = readFrames(pcap([FRAME, FRAME], options));
    const expected = { sec: 1_700_000_000, nsec, wireLen: 900, linkType: 1, hex: '0102030405' };
    expect({ frames, end, format }).toEqual({ frames: [expected, expected], end: { kind: 'end' }, format: 'pcap' });
  });

  test.each<[string, number, number]>([
    ['frame check sequence bits (FCS 4 bytes, flag set)', 0x4400_0001, 1],
    ['a type beyond 16 bits', 0x0123_4567, 0xffff],
  ])('link type with %s', (_name, field, linkType) => {
    expect(readFrames(pcap([FRAME], { linkType: field })).frames[0]?.linkType).toBe(linkType);
  });

  test('times up to 2106 are unsigned, and a damaged fraction carries into the seconds', () => {
    const late = { ...FRAME, time: [0xffff_ffff, 999_999] as const };
    const damaged = { ...FRAME, time: [10, 0xffff_ffff] as const };
    const times = readFrames(pcap([late, damaged])).frames.map(({ sec, nsec }) => [sec, nsec]);
    expect(times).toEqual([
      [4_294_967_295, 999_999_000],
      [4304, 967_295_000],
    ]);
  });

  test('an empty frame and a frame longer captured than on the wire are frames', () => {
    const empty = { bytes: new Uint8Array(0), time: [1, 0] as const, wireLen: 0 };
    const odd = { bytes: hex('aabb'), time: [2, 0] as const, wireLen: 1 };
    expect(readFrames(pcap([empty, odd])).frames.map(({ hex: text, wireLen }) => [text, wireLen])).toEqual([
      ['', 0],
      ['aabb', 1],
    ]);
  });

  test.each<[string, Uint8Array, object]>([
    ['no bytes', new Uint8Array(0), { kind: 'incomplete', atByte: 0, error: { code: 'CAPTURE_EMPTY' } }],
    [
      'half a file header',
      pcapHeader().subarray(0, 10),
      { kind: 'incomplete', atByte: 0, error: { code: 'CAPTURE_CUT' } },
    ],
    ['a header without frames', pcapHeader(), { kind: 'end' }],
    [
      'a cut record header',
      pcap([FRAME, FRAME]).subarray(0, 50),
      { kind: 'incomplete', atByte: 45, error: { code: 'CAPTURE_CUT' } },
    ],
    ['a cut frame', pcap([FRAME]).subarray(0, 43), { kind: 'incomplete', atByte: 24, error: { code: 'CAPTURE_CUT' } }],
    [
      'version 9.4',
      pcapHeader({ version: [9, 4] }),
      { kind: 'damaged', atByte: 0, error: { code: 'CAPTURE_VERSION' } },
    ],
    ['text', Buffer.from('#!/bin/sh\n'), { kind: 'damaged', atByte: 0, error: { code: 'CAPTURE_FORMAT' } }],
  ])('%s ends as %o', (_name, bytes, end) => {
    expect(readFrames(bytes).end).toMatchObject(end);
  });

  test.each([0xffff_ffff, 64 * 1024 * 1024, 256 * 1024 + 1])(
    'a captured length of %d is damage, and the frames before it count',
    (length) => {
      const record = pcapRecord(FRAME);
      new DataView(record.buffer).setUint32(8, length, true);
      const { frames, end } = readFrames(concat(pcap([FRAME, FRAME]), record, new Uint8Array(1000)));
      expect(frames).toHaveLength(2);
      expect(end).toMatchObject({ kind: 'damaged', atByte: 24 + 2 * 21, error: { code: 'CAPTURE_DAMAGED' } });
      expect((end as { error: Error }).error.message).toContain(`captured length ${length}, expected at most 262144`);
    },
  );

  test('the largest captured length is read, over several chunks', () => {
    const big = { bytes: new Uint8Array(256 * 1024).fill(7), time: [1, 0] as const };
    const { frames, end } = readFrames(pcap([FRAME, big, FRAME]), () => 1000);
    expect(frames.map((frame) => frame.hex.length / 2)).toEqual([5, 256 * 1024, 5]);
    expect(end).toEqual({ kind: 'end' });
  });
});
