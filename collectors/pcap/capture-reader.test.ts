import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  pcap,
  sectionHeader,
  type TestFrame,
} from '../../test/support/capture-bytes.js';
import { type ReadFrame, readFrames } from '../../test/support/read-frames.js';

const frame: fc.Arbitrary<TestFrame> = fc.record({
  bytes: fc.uint8Array({ maxLength: 200 }),
  time: fc.tuple(fc.nat(0x7fff_ffff), fc.nat(999_999)),
  wireLen: fc.nat(65_535),
});
const frames = fc.array(frame, { maxLength: 30 });

const capture: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(frames, fc.boolean(), fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34))
    .map(([list, little, magic]) => pcap(list, { little, magic })),
  fc
    .tuple(frames, fc.boolean())
    .map(([list, little]) =>
      concat(
        sectionHeader(little),
        interfaceBlock({}, little),
        ...list.flatMap((one, i) => [
          enhancedPacket(one, 0, little),
          ...(i % 5 === 0 ? [block(4, one.bytes, little)] : []),
        ]),
      ),
    ),
);

describe('any capture', () => {
  test('chunking a stream at any byte changes nothing', () => {
    fc.assert(
      fc.property(
        capture,
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        (bytes, sizes, rows) => {
          let turn = 0;
          const nextSize = () => sizes[turn++ % sizes.length]!;
          expect(readFrames(bytes, nextSize, rows)).toEqual(readFrames(bytes));
        },
      ),
    );
  });

  test('a cut gives the frames before the cut, and is never called damaged', () => {
    fc.assert(
      fc.property(capture, fc.nat(), (bytes, cutSeed) => {
        const whole = readFrames(bytes);
        const cut = readFrames(bytes.subarray(0, cutSeed % (bytes.length + 1)));
        expect(cut.frames).toEqual(whole.frames.slice(0, cut.frames.length));
        expect(cut.end.kind).not.toBe('damaged');
      }),
    );
  });

  test('flipped bytes never throw, never loop, and never give bytes outside the input', () => {
    fc.assert(
      fc.property(
        capture,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (bytes, flips) => {
          const broken = bytes.slice();
          for (const [at, value] of flips) if (broken.length > 0) broken[at % broken.length] = value;
          const { frames: found } = readFrames(broken, () => 100);
          expect(found.reduce((sum, one) => sum + one.hex.length / 2, 0)).toBeLessThanOrEqual(broken.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

interface PcapParserPacket {
  readonly header: {
    readonly timestampSeconds: number;
    readonly timestampMicroseconds: number;
    readonly capturedLength: number;
    readonly originalLength: number;
  };
  readonly data: Buffer;
}

/** The npm package pcap-parser, which has no types: classic pcap with microseconds only. */
async function framesOfPcapParser(bytes: Uint8Array): Promise<ReadFrame[]> {
  const { parse } = (await import('pcap-parser' as string)) as {
    parse: (stream: Readable) => { on(event: string, listener: (value: PcapParserPacket) => void): void };
  };
  const found: ReadFrame[] = [];
  return new Promise((resolve, reject) => {
    const parser = parse(Readable.from([Buffer.from(bytes)]));
    parser.on('packet', ({ header, data }) => {
      found.push({
        sec: header.timestampSeconds,
        nsec: header.timestampMicroseconds * 1000,
        wireLen: header.originalLength,
        linkType: 1,
        hex: data.toString('hex'),
      });
    });
    parser.on('end', () => resolve(found));
    parser.on('error', (error) => reject(new Error(String(error))));
  });
}

test.each([true, false])('pcap-parser agrees on generated captures, little-endian %s', async (little) => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 30 }), async (list) => {
      const bytes = pcap(list, { little });
      expect(readFrames(bytes, () => 33).frames).toEqual(await framesOfPcapParser(bytes));
    }),
    { numRuns: 100 },
  );
});
