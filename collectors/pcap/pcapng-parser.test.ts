import { describe, expect, test } from 'vitest';
import {
  block,
  concat,
  enhancedPacket,
  hex,
  interfaceBlock,
  obsoletePacket,
  option,
  pair,
  sectionHeader,
  simplePacket,
  words,
} from '../../test/support/capture-bytes.js';
import { readFrames } from '../../test/support/read-frames.js';

/** 2023-11-14 22:13:20.123456 in microseconds. */
const MICROS: readonly [number, number] = [0x60a24, 0x18202240];
const FRAME = { bytes: hex('0102030405'), time: MICROS, wireLen: 900 };
const EXPECTED = { sec: 1_700_000_000, nsec: 123_456_000, wireLen: 900, linkType: 1, hex: '0102030405' };

describe.each([true, false])('pcapng, little-endian %s', (little) => {
  test('enhanced, obsolete and simple packet blocks', () => {
    const bytes = concat(
      sectionHeader(little),
      interfaceBlock({ snapLen: 4 }, little),
      enhancedPacket(FRAME, 0, little),
      obsoletePacket(FRAME, 0, little),
      simplePacket(hex('0a0b0c0d'), 700, little),
      simplePacket(hex('0a0b'), 2, little),
    );
    const { frames, end, format } = readFrames(bytes);
    expect(frames).toEqual([
      EXPECTED,
      EXPECTED,
      { ...EXPECTED, wireLen: 700, hex: '0a0b0c0d' },
      { ...EXPECTED, wireLen: 2, hex: '0a0b' },
    ]);
    expect([end, format]).toEqual([{ kind: 'end' }, 'pcapng']);
  });

  test('several interfaces with their own link type and resolution, and a section in the other byte order', () => {
    const section = (order: boolean) =>
      concat(
        sectionHeader(order),
        interfaceBlock({ linkType: 1 }, order),
        interfaceBlock({ linkType: 101, resolution: 0x80 | 10 }, order),
        enhancedPacket({ ...FRAME, time: [0, 1024 * 7 + 512] }, 1, order),
        enhancedPacket(FRAME, 0, order),
      );
    const { frames } = readFrames(concat(section(little), section(!little)));
    const second = { ...EXPECTED, sec: 7, nsec: 500_000_000, linkType: 101 };
    expect(frames).toEqual([second, EXPECTED, second, EXPECTED]);
  });

  test('if_tsoffset moves the seconds, also backwards', () => {
    const later = concat(
      sectionHeader(little),
      interfaceBlock({ offset: [0, 100] }, little),
      enhancedPacket(FRAME, 0, little),
    );
    const earlier = concat(
      sectionHeader(little),
      interfaceBlock({ offset: [0xffff_ffff, 0xffff_fff6] }, little),
      enhancedPacket(FRAME, 0, little),
    );
    expect(readFrames(concat(later, earlier)).frames.map(({ sec }) => sec - 1_700_000_000)).toEqual([100, -10]);
  });

  test('other blocks are skipped, also much larger ones than are ever buffered', () => {
    const noise = [4, 5, 9, 10, 0xbad, 0x4000_0bad, 0x8000_0001].map((type) =>
      block(type, new Uint8Array(40).fill(255), little),
    );
    const huge = block(0x1234, new Uint8Array(3 * 1024 * 1024).fill(6), little);
    const bytes = concat(
      sectionHeader(little),
      interfaceBlock({}, little),
      ...noise,
      huge,
      enhancedPacket(FRAME, 0, little),
    );
    for (const size of [bytes.length, 1000, 17]) {
      const { frames, end } = readFrames(bytes, () => size);
      expect([frames, end]).toEqual([[EXPECTED], { kind: 'end' }]);
    }
  });

  test('a packet block with options longer than are ever buffered still gives its frame', () => {
    const { bytes, time, wireLen } = FRAME;
    const head = words(little, [0, 4], [time[0], 4], [time[1], 4], [bytes.length, 4], [wireLen, 4]);
    const packet = block(6, concat(head, bytes, new Uint8Array(3), new Uint8Array(1024 * 1024)), little);
    const { frames, end } = readFrames(
      concat(sectionHeader(little), interfaceBlock({}, little), packet, enhancedPacket(FRAME, 0, little)),
    );
    expect([frames, end]).toEqual([[EXPECTED, EXPECTED], { kind: 'end' }]);
  });

  test('interface statistics tell what was lost, the newest block of each interface', () => {
    const statistics = (id: number, dropped: number) =>
      block(
        5,
        concat(
          words(little, [id, 4], [0, 4], [0, 4]),
          option(5, pair([0, dropped], little), little),
          words(little, [0, 4]),
        ),
        little,
      );
    const bytes = concat(
      sectionHeader(little),
      interfaceBlock({}, little),
      interfaceBlock({}, little),
      statistics(0, 5),
      statistics(1, 7),
      statistics(0, 6),
      sectionHeader(little),
      interfaceBlock({}, little),
      statistics(0, 1),
    );
    expect(readFrames(bytes).dropped).toBe(14);
  });
});

const START = concat(sectionHeader(), interfaceBlock(), enhancedPacket(FRAME));

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

describe('damaged pcapng', () => {
  const packet = enhancedPacket(FRAME);
  test.each<[string, Uint8Array]>([
    ['block length 0', patched(packet, 4, 0)],
    ['block length 8', patched(packet, 4, 8)],
    ['block length not a multiple of 4', patched(packet, 4, 41)],
    ['block length 0xfffffffc', patched(packet, 4, 0xffff_fffc)],
    ['another length at its end', patched(packet, packet.length - 4, 44)],
    ['captured length beyond the block', patched(packet, 20, 9)],
    ['captured length 0xffffffff', patched(packet, 20, 0xffff_ffff)],
    ['an interface nobody described', patched(packet, 8, 1)],
    ['a packet block without room for its fields', block(6, new Uint8Array(8))],
    ['an interface block without room for its fields', block(1, new Uint8Array(4))],
    ['a section of version 2.0', block(0x0a0d0d0a, words(true, [0x1a2b3c4d, 4], [2, 2], [0, 2], [0, 4], [0, 4]))],
    [
      'a section of neither byte order',
      block(0x0a0d0d0a, words(true, [0x12345678, 4], [1, 2], [0, 2], [0, 4], [0, 4])),
    ],
    ['a simple packet in a section without interface', concat(sectionHeader(), simplePacket(hex('0102')))],
  ])('%s', (_name, broken) => {
    const { frames, end } = readFrames(concat(START, broken, START));
    expect(frames).toEqual([EXPECTED]);
    expect(end).toMatchObject({ kind: 'damaged', error: { code: 'CAPTURE_DAMAGED' } });
    expect((end as { error: Error }).error.message).toMatch(/at byte \d+\. Everything before that place was processed/);
  });

  test('cut anywhere inside a block is incomplete, not damaged', () => {
    const bytes = concat(START, block(0x1234, new Uint8Array(1024 * 1024)));
    for (const cut of [
      2,
      START.length - 1,
      START.length + 5,
      START.length + 500_000,
      bytes.length - 4,
      bytes.length - 1,
    ]) {
      expect(readFrames(bytes.subarray(0, cut)).end.kind, `cut at ${cut}`).toBe('incomplete');
    }
  });

  test('a simple packet before any time has no time; between others it takes the time of the one before', () => {
    const bytes = concat(
      sectionHeader(),
      interfaceBlock(),
      simplePacket(hex('01')),
      enhancedPacket(FRAME),
      simplePacket(hex('02')),
    );
    for (const rows of [1, 10]) {
      expect(readFrames(bytes, undefined, rows).frames.map(({ sec }) => sec)).toEqual([
        Number.NaN,
        1_700_000_000,
        1_700_000_000,
      ]);
    }
  });
});
