/** Targets and prefixes of a tick: the kernel against the reference, and both against counting in Maps. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TrafficAggregate } from '../../src/aggregate/traffic-aggregate.js';
import { decodeBatch } from '../../src/decode/decode-batch.js';
import { FragmentTable } from '../../src/decode/network/fragment-table.js';
import { arrayIn, HotMemory } from '../../src/kernel/hot-memory.js';
import { BATCH_BYTES } from '../../src/records/batch-layout.js';
import { BATCH_ROWS, FrameBatch } from '../../src/records/frame-batch.js';
import { PacketBatch } from '../../src/records/packet-batch.js';
import { ethernet, ipv4, ipv6, tcp, udp } from '../support/packet-bytes.js';

const FRAMES = [
  ethernet(0x0800, ipv4(tcp(0x02))),
  ethernet(0x0800, ipv4(udp(53, 4000, new Uint8Array(20)), { protocol: 17 })),
  ethernet(0x86dd, ipv6(tcp(0x10), 6)),
];
const LONGEST = Math.max(...FRAMES.map((frame) => frame.length));
const SLAB_BYTES = LONGEST * BATCH_ROWS;

/** A batch of frames of these kinds to these targets (last 32 bits), counted `rounds` times. */
function slotsOf(rows: readonly (readonly [kind: number, target: number])[], rounds: number, isHot: boolean) {
  const memory = isHot ? HotMemory.create(48 * 2 ** 20) : null;
  const at = memory?.allocate(BATCH_BYTES) ?? 0;
  const place = memory === null ? null : { buffer: memory.buffer, at };
  const frames = new FrameBatch(BATCH_ROWS, place);
  const packets = new PacketBatch(BATCH_ROWS, place);
  const slab = arrayIn(memory, Uint8Array, SLAB_BYTES);
  frames.setSlab(slab);
  const aggregate = new TrafficAggregate(
    { exact: false, windows: false, ranksFlows: false, seed: 5, memory },
    2,
    BATCH_ROWS,
    10,
  );
  const view = new DataView(slab.buffer, slab.byteOffset);
  let bytes = 0;
  for (const [row, [kind, target]] of rows.entries()) {
    const frame = FRAMES[kind] as Uint8Array;
    slab.set(frame, row * LONGEST);
    // Of IPv6 the second word of the target: its /48 and what is below.
    view.setUint32(row * LONGEST + (kind < 2 ? 30 : 42), target);
    frames.at[row] = row * LONGEST;
    frames.capLen[row] = frame.length;
    frames.wireLen[row] = frame.length;
    frames.sec[row] = 1;
    frames.linkType[row] = 1;
    bytes += frame.length;
  }
  frames.count = rows.length;
  for (let round = 0; round < rounds; round += 1) {
    decodeBatch(frames, packets, memory, new FragmentTable());
    aggregate.addPackets(packets, { from: 0, to: rows.length, bytes }, 1);
  }
  return aggregate.closeSlot();
}

/** Few prefixes of many hosts, and runs of one host: both make sets overflow in their own way. */
const target = fc.oneof(
  fc.nat({ max: 8191 }).map((low) => 0xc612_0000 + low),
  fc.nat({ max: 3 }).map((low) => 0xc612_0100 + low),
  fc.nat({ max: 0xffff_ffff }),
);
const rows = fc.array(fc.tuple(fc.nat({ max: 2 }), target), { minLength: 200, maxLength: BATCH_ROWS, size: 'max' });

test('the kernel and the reference give the same slots, and a prefix never has more than came', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 3 }), (list, rounds) => {
      const byKernel = slotsOf(list, rounds, true);
      expect(byKernel).toEqual(slotsOf(list, rounds, false));
      const inside = list.filter(([kind, to]) => kind < 2 && to >= 0xc612_0000 && to < 0xc612_1000).length * rounds;
      const wide = byKernel.prefixes.find(({ target: text }) => text === '198.18.0.0/20');
      if (inside >= 5) expect(wide?.packets ?? 0).toBeLessThanOrEqual(inside);
    }),
    { numRuns: 40 },
  );
});

test('a /20 of 4096 hosts, four times what the table has, is counted to the last packet', () => {
  const list = Array.from(
    { length: BATCH_ROWS },
    (_, i) => [i % 2, 0xc612_0000 + ((i * 2_654_435_761) % 4096)] as const,
  );
  const { prefixes } = slotsOf(list, 5, true);
  const find = (text: string) => prefixes.find(({ target: name }) => name === text)!;
  expect(find('198.18.0.0/20').packets).toBe(5 * BATCH_ROWS);
  expect(find('198.18.0.0/20').classPackets).toEqual([(5 * BATCH_ROWS) / 2, (5 * BATCH_ROWS) / 2]);
  const parts = prefixes.filter(({ length }) => length === 24);
  expect(parts.reduce((sum, { packets }) => sum + packets, 0)).toBe(5 * BATCH_ROWS);
});
