import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameBatch } from '../../src/records/frame-batch.js';
import { framesOf } from '../../test/support/read-frames.js';
import { blockOf, MAC_AT, type RingFrame } from '../../test/support/ring-block-bytes.js';
import { RingBlock, Status } from './ring-blocks.js';

const ADDRESSES = 'ffffffffffff020000000001';
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const PLAIN = bytesOf(`${ADDRESSES}0800450000`);

function read(bytes: Uint8Array, linkType = 1, batch = new FrameBatch()) {
  const block = new RingBlock(bytes.slice(), linkType);
  const claimed = block.begin();
  const frames = [];
  while (block.next(batch) > 0) frames.push(...framesOf(batch));
  return { claimed, frames, lost: block.left };
}

test.each<[string, RingFrame, string, number]>([
  ['plain', { bytes: PLAIN }, `${ADDRESSES}0800450000`, 17],
  ['cut by the snap length', { bytes: PLAIN, wireLen: 1514 }, `${ADDRESSES}0800450000`, 1514],
  ['shorter on the wire than captured: cannot be', { bytes: PLAIN, wireLen: 3 }, `${ADDRESSES}0800450000`, 17],
  [
    '802.1Q, as Linux 3.14 and later says it',
    { bytes: PLAIN, status: Status.vlanValid | Status.vlanTpidValid, vlanTci: 0x6064, vlanTpid: 0x8100 },
    `${ADDRESSES}810060640800450000`,
    21,
  ],
  [
    'priority tag of VLAN 0',
    { bytes: PLAIN, status: Status.vlanValid | Status.vlanTpidValid, vlanTpid: 0x8100 },
    `${ADDRESSES}810000000800450000`,
    21,
  ],
  [
    '802.1ad',
    { bytes: PLAIN, status: Status.vlanValid | Status.vlanTpidValid, vlanTci: 7, vlanTpid: 0x88a8 },
    `${ADDRESSES}88a800070800450000`,
    21,
  ],
  [
    'no type of tag: 802.1Q',
    { bytes: PLAIN, status: Status.vlanValid, vlanTci: 5 },
    `${ADDRESSES}810000050800450000`,
    21,
  ],
  ['tag, but no status bit (Linux 3.0)', { bytes: PLAIN, vlanTci: 5 }, `${ADDRESSES}810000050800450000`, 21],
  ['no room ahead for the tag', { bytes: PLAIN, vlanTci: 5, macAt: 70 }, `${ADDRESSES}0800450000`, 17],
  ['too short for addresses', { bytes: PLAIN.subarray(0, 11), vlanTci: 5 }, ADDRESSES.slice(0, 22), 11],
])('%s', (_name, frame, hex, wireLen) => {
  const { frames, lost } = read(blockOf([frame]));
  expect(frames).toMatchObject([{ hex, wireLen, linkType: 1 }]);
  expect(lost).toBe(0);
});

test('plain IP has no place for a tag', () => {
  expect(read(blockOf([{ bytes: PLAIN, vlanTci: 5 }]), 101).frames).toMatchObject([{ wireLen: 17, linkType: 101 }]);
});

test('times are unsigned seconds and nanoseconds', () => {
  const batch = new FrameBatch();
  read(blockOf([{ bytes: PLAIN, sec: 0xffff_fff0, nsec: 999_999_999 }]), 1, batch);
  expect([batch.sec[0], batch.nsec[0]]).toEqual([0xffff_fff0, 999_999_999]);
});

test('a block of more frames than a batch has rows comes in parts, in order', () => {
  const frames = Array.from({ length: 25 }, (_, i) => ({ bytes: Uint8Array.of(i, 1, 2) }));
  const got = read(blockOf(frames), 101, new FrameBatch(10));
  expect(got.frames.map(({ hex }) => Number.parseInt(hex.slice(0, 2), 16))).toEqual(frames.map((_, i) => i));
});

test('a block is read again from its start, whatever the last one was', () => {
  const block = new RingBlock(new Uint8Array(65_536), 1);
  const batch = new FrameBatch();
  for (const count of [3, 1, 2]) {
    block.bytes.set(blockOf(Array.from({ length: count }, () => ({ bytes: PLAIN }))));
    expect(block.begin()).toBe(count);
    expect(block.next(batch)).toBe(count);
    expect(block.next(batch)).toBe(0);
  }
});

const FIELDS = { count: 12, first: 16, length: 20, next: 48, snapLen: 48 + 12, mac: 48 + 24 } as const;

test.each<[keyof typeof FIELDS, number, number]>([
  ['count', 0, 0],
  ['count', 1, 1],
  ['count', 0xffff_ffff, 2],
  ['first', 0, 0],
  ['first', 47, 0],
  ['first', 0xffff_ffff, 0],
  ['length', 0, 0],
  ['length', 48 + 67, 0],
  ['length', 0xffff_ffff, 2],
  ['next', 1, 0],
  ['next', 0xffff_ffff, 0],
  ['snapLen', 0xffff_ffff, 0],
  ['snapLen', 1000, 0],
  ['mac', 0, 0],
  ['mac', 0xffff, 0],
])('%s = %d: %d of two frames are read, the others are lost', (field, value, rows) => {
  const bytes = blockOf([{ bytes: PLAIN }, { bytes: PLAIN }], 4096);
  const view = new DataView(bytes.buffer);
  const little = bytes[8] === 1;
  if (field === 'mac') view.setUint16(FIELDS.mac, value, little);
  else view.setUint32(FIELDS[field], value, little);
  const got = read(bytes);
  expect(got.frames).toHaveLength(rows);
  expect(got.frames.length + got.lost).toBe(got.claimed);
});

test('whatever a block says, rows lie inside it and every claimed frame is read or lost', () => {
  const frame = fc.record({
    bytes: fc.uint8Array({ minLength: 0, maxLength: 80 }),
    vlanTci: fc.integer({ min: 0, max: 0xffff }),
    macAt: fc.constantFrom(68, 70, MAC_AT, 120),
  });
  const flips = fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), flips, (frames, changes) => {
      const bytes = blockOf(frames, 1024);
      for (const [at, value] of changes) bytes[at] = value;
      const block = new RingBlock(bytes.slice(), 1);
      const batch = new FrameBatch(2);
      const claimed = block.begin();
      let rows = 0;
      while (block.next(batch) > 0) {
        rows += batch.count;
        for (let row = 0; row < batch.count; row += 1) {
          expect(batch.at[row]! + batch.capLen[row]!).toBeLessThanOrEqual(bytes.length);
          expect(batch.wireLen[row]).toBeGreaterThanOrEqual(batch.capLen[row]!);
        }
      }
      expect(rows + block.left).toBe(claimed);
    }),
    { numRuns: 2000 },
  );
});
