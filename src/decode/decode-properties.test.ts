/** What must hold for any bytes at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex, words } from '../../test/support/capture-bytes.js';
import { type DecodedFrame, decodeFrame, rowOf } from '../../test/support/decode-frame.js';
import { ethernet, extension, ipv4, ipv6, tcp, udp } from '../../test/support/packet-bytes.js';
import { FrameBatch } from '../records/frame-batch.js';
import { LinkType } from '../records/link-type.js';
import { PacketBatch } from '../records/packet-batch.js';
import { decodeBatch } from './decode-batch.js';

const payload = fc.uint8Array({ maxLength: 40 });
const port = fc.oneof(
  fc.nat(65_535),
  fc.constantFrom(1701, 2152, 2268, 3544, 4341, 4342, 4754, 4789, 4790, 5072, 6081, 6635, 12_222, 37_008),
);
const transport: fc.Arbitrary<readonly [number, Uint8Array]> = fc.oneof(
  fc
    .tuple(fc.nat(0x1ff), payload, fc.integer({ min: 5, max: 15 }))
    .map(([flags, data, offset]) => [6, tcp(flags, data, offset)] as const),
  fc.tuple(port, port, payload).map(([source, target, data]) => [17, udp(source, target, data)] as const),
  payload.map((data) => [1, concat(hex('0800000000010002'), data)] as const),
  payload.map((data) => [132, concat(hex('000500060000000700000008'), data)] as const),
  payload.map((data) => [4, ipv4(tcp(2, data))] as const),
  payload.map((data) => [41, ipv6(concat(extension(44), extension(6, 1), tcp(2, data)), 0)] as const),
  payload.map((data) => [47, concat(hex('20000800 00000001'), ipv4(tcp(2, data)))] as const),
);
const packet = fc.oneof(
  transport.map(([protocol, bytes]) => ipv4(bytes, { protocol })),
  transport.map(([protocol, bytes]) => ipv6(bytes, protocol)),
);
const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });

function mutate(bytes: Uint8Array, changes: readonly (readonly [number, number])[], cutSeed: number): Uint8Array {
  const copy = bytes.slice(0, bytes.length - (cutSeed % 3 === 0 ? cutSeed % (bytes.length + 1) : 0));
  for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
  return copy;
}

const mutated = fc.tuple(packet, flips, fc.nat()).map(([bytes, changes, cutSeed]) => mutate(bytes, changes, cutSeed));

/** Decodes `bytes` from the middle of a slab whose other bytes are all `filler`. */
function decodeWithin(bytes: Uint8Array, linkType: number, wireLen: number, filler: number): DecodedFrame {
  const frames = new FrameBatch(1);
  frames.setSlab(concat(new Uint8Array(33).fill(filler), bytes, new Uint8Array(99).fill(filler)));
  frames.count = 1;
  frames.at[0] = 33;
  frames.capLen[0] = bytes.length;
  frames.wireLen[0] = wireLen;
  frames.linkType[0] = linkType;
  const packets = new PacketBatch(1);
  decodeBatch(frames, packets);
  return rowOf(packets, 0);
}

describe('any bytes', () => {
  test('the shortcut for common frames equals the layered decoders, which raw IP always takes', () => {
    fc.assert(
      fc.property(mutated, fc.nat(40), (bytes, cutOff) => {
        // Raw IP also takes the PPP and zero headers that some systems wrote under its number; Ethernet's type rules them out.
        fc.pre(bytes[0] !== 0xff && bytes[0] !== 0);
        const wireLen = bytes.length + cutOff;
        const version = (bytes[0] ?? 0) >> 4;
        const etherType = version === 6 ? 0x86dd : 0x0800;
        const layered = decodeFrame(bytes, LinkType.raw, wireLen);
        expect(decodeFrame(ethernet(etherType, bytes), LinkType.ethernet, wireLen + 14)).toEqual(layered);
        const tagged = concat(words(false, [7, 2], [etherType, 2]), bytes);
        expect(decodeFrame(ethernet(0x8100, tagged), LinkType.ethernet, wireLen + 18)).toEqual(layered);
      }),
      { numRuns: 5000 },
    );
  });

  test('on every link type nothing throws, and nothing beyond the captured end is looked at', () => {
    const link = fc.oneof(fc.constantFrom(...Object.values(LinkType)), fc.nat(65_535));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      mutated,
      mutated.map((inner) => ethernet(0x8100, concat(hex('00010800'), inner))),
    );
    fc.assert(
      fc.property(link, bytes, fc.nat(40), (linkType, frame, cutOff) => {
        const exact = decodeFrame(frame, linkType, frame.length + cutOff);
        expect(decodeWithin(frame, linkType, frame.length + cutOff, 0x00)).toEqual(exact);
        expect(decodeWithin(frame, linkType, frame.length + cutOff, 0x45)).toEqual(exact);
        expect(decodeWithin(frame, linkType, frame.length + cutOff, 0xff)).toEqual(exact);
      }),
      { numRuns: 5000 },
    );
  });

  test('rows are reused without a trace of the packet before', () => {
    const packets = new PacketBatch(1);
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 2, maxLength: 5 }), (list) => {
        for (const bytes of list) {
          const frames = new FrameBatch(1);
          frames.setSlab(ethernet(0x0800, bytes));
          frames.count = 1;
          frames.capLen[0] = frames.wireLen[0] = frames.bytes.length;
          frames.linkType[0] = LinkType.ethernet;
          const fresh = new PacketBatch(1);
          decodeBatch(frames, fresh);
          decodeBatch(frames, packets);
          // With `tunnelled` 0 the inner columns say nothing.
          const inner = fresh.tunnelled[0] === 1 ? fresh.inner : packets.inner;
          expect({ ...packets }).toEqual({ ...fresh, inner });
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a batch larger than the rows it should go to is a programming error', () => {
  const frames = new FrameBatch(2);
  frames.count = 2;
  expect(() => decodeBatch(frames, new PacketBatch(1))).toThrow(RangeError);
});
