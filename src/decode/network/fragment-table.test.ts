import { describe, expect, test } from 'vitest';
import { FrameBatch } from '../../records/frame-batch.js';
import { Has, PacketBatch } from '../../records/packet-batch.js';
import { TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import { decodeBatch } from '../decode-batch.js';
import { FragmentTable } from './fragment-table.js';

/** Ethernet, IPv4 with this identification and fragment word, UDP from port 53 to 4321 when `first`. */
function v4Fragment(id: number, fragment: number, first: boolean, source = 1): Uint8Array {
  const bytes = new Uint8Array(14 + 20 + 24);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 44);
  view.setUint16(18, id);
  view.setUint16(20, fragment);
  view.setUint8(22, 64);
  view.setUint8(23, 17);
  view.setUint32(26, 0x0a000000 + source);
  view.setUint32(30, 0xc0000201);
  if (first) {
    view.setUint16(34, 53);
    view.setUint16(36, 4321);
    view.setUint16(38, 3000);
  }
  return bytes;
}

/** The same with IPv6 and a fragment header. */
function v6Fragment(id: number, fragment: number, first: boolean): Uint8Array {
  const bytes = new Uint8Array(14 + 40 + 8 + 24);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, 32);
  view.setUint8(20, 44);
  view.setUint8(21, 64);
  bytes[37] = 1;
  bytes[53] = 2;
  view.setUint8(54, 17);
  view.setUint16(56, fragment);
  view.setUint32(58, id);
  if (first) {
    view.setUint16(62, 53);
    view.setUint16(64, 4321);
    view.setUint16(66, 3000);
  }
  return bytes;
}

function decodeAll(frames: readonly Uint8Array[], fragments: FragmentTable): PacketBatch {
  const batch = new FrameBatch();
  const total = frames.reduce((sum, { length }) => sum + length, 0);
  const slab = new Uint8Array(total);
  let at = 0;
  for (const [row, frame] of frames.entries()) {
    slab.set(frame, at);
    batch.at[row] = at;
    batch.capLen[row] = frame.length;
    batch.wireLen[row] = frame.length;
    batch.linkType[row] = 1;
    at += frame.length;
  }
  batch.count = frames.length;
  batch.bytes = slab;
  batch.view = new DataView(slab.buffer);
  const packets = new PacketBatch();
  decodeBatch(batch, packets, null, fragments);
  return packets;
}

const MORE = 0x2000;

describe('ports of later fragments', () => {
  test.each([
    ['IPv4', v4Fragment(7, MORE, true), v4Fragment(7, 185, false)],
    ['IPv6', v6Fragment(7, 1, true), v6Fragment(7, 1480, false)],
  ])('%s: those of the datagram, and its class, but none of their own', (_name, first, later) => {
    const fragments = new FragmentTable();
    const { outer, trafficClass } = decodeAll([first, later], fragments);
    expect([outer.srcPort[1], outer.dstPort[1], outer.transport[1]]).toEqual([53, 4321, 17]);
    expect((outer.has[1] as number) & (Has.ports | Has.laterFragment)).toBe(Has.laterFragment);
    expect(TRAFFIC_CLASSES[trafficClass[1] as number]?.id).toBe('refl-dns');
    expect([fragments.joined, fragments.unjoined]).toEqual([1, 0]);
  });

  test.each([
    ['another identification', v4Fragment(8, 185, false)],
    ['another source', v4Fragment(7, 185, false, 2)],
  ])('%s is another datagram', (_name, later) => {
    const fragments = new FragmentTable();
    const { outer, trafficClass } = decodeAll([v4Fragment(7, MORE, true), later], fragments);
    expect(outer.srcPort[1]).toBe(0);
    expect(TRAFFIC_CLASSES[trafficClass[1] as number]?.id).toBe('udp-frag');
    expect([fragments.joined, fragments.unjoined]).toEqual([0, 1]);
  });

  test('a flood displaces the oldest, and a new datagram under an old identification wins', () => {
    const fragments = new FragmentTable();
    for (let round = 0; round < 20; round += 1) {
      const flood = Array.from({ length: 1000 }, (_, i) => v4Fragment(i, MORE, true, 10 + round));
      decodeAll(flood, fragments);
    }
    const again = v4Fragment(7, MORE, true);
    new DataView(again.buffer).setUint16(34, 123);
    const { outer } = decodeAll([v4Fragment(7, MORE, true), again, v4Fragment(7, 185, false)], fragments);
    expect(outer.srcPort[2]).toBe(123);
  });
});
