/** Written, and read back: by our own reader, by tshark and by capinfos. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { block, concat, enhancedPacket, hex, option, pair, words } from '../../test/support/capture-bytes.js';
import { readFrames } from '../../test/support/read-frames.js';
import { describeWith } from '../../test/support/system.js';
import { batchOf, numberedFrames, type PlainFrame } from './batch.fixture.js';
import { BlockBuffer, PcapngWriter, type WriterOptions } from './pcapng-writer.js';

const OPTIONS: WriterOptions = { application: 'ddostop test', interfaceName: 'eth0', snapLen: 262_144, filter: '' };
const text = (value: string) => new Uint8Array(Buffer.from(value));

interface Written {
  readonly comment?: string;
  readonly bufferBytes?: number;
  readonly options?: WriterOptions;
}

/** Everything through buffers of a size, joined. */
function written(
  frames: readonly PlainFrame[],
  { comment = '', bufferBytes = 1 << 16, options = OPTIONS }: Written = {},
) {
  const parts: Uint8Array[] = [];
  const buffer = new BlockBuffer(bufferBytes);
  const writer = new PcapngWriter(options, buffer);
  const flush = () => {
    parts.push(buffer.bytes.slice(0, buffer.used));
    buffer.clear();
  };
  writer.beginFile(comment);
  const batch = batchOf(frames);
  for (let row = 0; row < batch.count; ) {
    const next = writer.add(batch, row, batch.count);
    if (next < batch.count) {
      expect(buffer.used).toBeGreaterThan(0);
      flush();
    }
    row = next;
  }
  flush();
  return concat(...parts);
}

test('byte by byte: a section, an interface, a packet (draft-ietf-opsawg-pcapng §4.1 to §4.3)', () => {
  const frame = { sec: 1, nsec: 5, wireLen: 99, linkType: 113, hex: '0102030405' };
  const little = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  const end = words(little, [0, 4]);
  const section = concat(
    words(little, [0x1a2b3c4d, 4], [1, 2], [0, 2], [0xffff_ffff, 4], [0xffff_ffff, 4]),
    option(4, text('ddostop test'), little),
    option(1, text('why'), little),
    end,
  );
  const described = concat(
    words(little, [113, 2], [0, 2], [262_144, 4]),
    option(2, text('eth0'), little),
    option(9, Uint8Array.of(9), little),
    option(11, text('\0tcp'), little),
    end,
  );
  const time = [0, 1_000_000_005] as const;
  expect(written([frame], { comment: 'why', options: { ...OPTIONS, filter: 'tcp' } })).toEqual(
    concat(
      block(0x0a0d0d0a, section, little),
      block(1, described, little),
      enhancedPacket({ bytes: hex('0102030405'), time, wireLen: 99 }, 0, little),
    ),
  );
});

test('a time of before 1970 has an interface with an offset of its own', () => {
  const bytes = written([{ sec: -2, nsec: 7, wireLen: 1, linkType: 1, hex: '01' }]);
  expect(Buffer.from(bytes).includes(Buffer.from(option(14, pair([0xffff_fffc, 0]))))).toBe(true);
  expect(readFrames(bytes).frames).toEqual([{ sec: -2, nsec: 7, wireLen: 1, linkType: 1, hex: '01' }]);
});

const anyFrame = fc.record({
  sec: fc.oneof(fc.integer({ min: 1_770_000_000, max: 1_770_000_003 }), fc.integer(), fc.maxSafeInteger()),
  nsec: fc.integer({ min: 0, max: 999_999_999 }),
  wireLen: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  linkType: fc.oneof(fc.constantFrom(0, 1, 101, 113, 276), fc.integer({ min: 0, max: 0xffff })),
  hex: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('hex')),
});

test('our own reader gives every frame back, whatever time and link type', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 200 }), fc.integer({ min: 200, max: 3000 }), (frames, words_) => {
      const { frames: read, end } = readFrames(written(frames, { bufferBytes: words_ * 4 }));
      expect(read).toEqual(frames);
      expect(end).toEqual({ kind: 'end' });
    }),
  );
});

test('more interfaces than a section may have begin another one', () => {
  const frames = Array.from({ length: 300 }, (_, i) => ({
    sec: 1,
    nsec: i,
    wireLen: 4,
    linkType: i % 150,
    hex: '00000000',
  }));
  expect(readFrames(written(frames)).frames).toEqual(frames);
});

test('the longest frames there are; nothing is written where there is no room', () => {
  const frames = numberedFrames(3, 1, 1_770_000_000, 262_144);
  expect(readFrames(written(frames, { bufferBytes: 1 << 20 })).frames).toEqual(frames);
  const buffer = new BlockBuffer(1024);
  const writer = new PcapngWriter(OPTIONS, buffer);
  writer.beginFile('');
  expect(writer.add(batchOf(frames), 0, 3)).toBe(0);
  expect(writer.addWithComment(batchOf(frames), 0, text('x'))).toBe(false);
  expect(buffer.frames).toBe(0);
});

test('statistics: lost ahead of us and not recorded both read as lost', () => {
  const buffer = new BlockBuffer(1 << 12);
  const writer = new PcapngWriter(OPTIONS, buffer);
  writer.beginFile('');
  writer.add(batchOf(numberedFrames(3, 3, 1_770_000_000)), 0, 3);
  expect(writer.addStatistics({ dropped: 5, accepted: 10, delivered: 3 })).toBe(true);
  expect(readFrames(buffer.bytes.slice(0, buffer.used)).dropped).toBe(5 + 7);
});

describeWith(['tshark', 'capinfos'], 'pcapng as tshark and capinfos read it', () => {
  /** Link types tshark has a dissector for, times of an unsigned clock. */
  const sane = fc.record({
    sec: fc.integer({ min: 0, max: 2 ** 35 }),
    nsec: fc.integer({ min: 0, max: 999_999_999 }),
    wireLen: fc.integer({ min: 400, max: 70_000 }),
    linkType: fc.constantFrom(1, 101, 113),
    hex: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  });
  const run = (file: string, ...fields: string[]) =>
    execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  test('time to the nanosecond, lengths, link type, comments', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ddostop-pcapng-'));
    const file = join(folder, 'x.pcapng');
    const frames = fc.sample(sane, { numRuns: 400, seed: 7 });
    try {
      const buffer = new BlockBuffer(1 << 20);
      const writer = new PcapngWriter(OPTIONS, buffer);
      writer.beginFile('first\nsecond', 4096);
      const batch = batchOf(frames);
      frames.forEach((_, row) => {
        if (row % 3 === 0) expect(writer.addWithComment(batch, row, text(`frame ${row} äß`))).toBe(true);
        else expect(writer.add(batch, row, row + 1)).toBe(row + 1);
      });
      writeFileSync(file, buffer.bytes.subarray(0, buffer.used));
      // wtap encapsulations: 1 Ethernet, 7 raw IP, 25 Linux cooked
      const encapsulation = { 1: 1, 101: 7, 113: 25 } as Readonly<Record<number, number>>;
      const got = run(file, 'frame.time_epoch', 'frame.len', 'frame.cap_len', 'frame.encap_type', 'frame.comment');
      const expected = frames.map(({ sec, nsec, wireLen, linkType, hex: bytes }, row) => {
        const comment = row % 3 === 0 ? `frame ${row} äß` : '';
        const time = `${sec}.${String(nsec).padStart(9, '0')}`;
        return [time, wireLen, bytes.length / 2, encapsulation[linkType], comment].join('\t');
      });
      expect(
        got
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd()),
      ).toEqual(expected.map((line) => line.trimEnd()));
      const info = execFileSync('capinfos', ['-M', '-c', '-d', file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(info).toMatch(/Number of packets: +400\n/);
      expect(info).toContain(`Data size:           ${frames.reduce((sum, { wireLen }) => sum + wireLen, 0)} bytes`);
      const all = execFileSync('capinfos', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(all).toMatch(/Capture comment: +first second/);
      expect(all).toMatch(/Capture application: +ddostop test/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('frame bytes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ddostop-pcapng-'));
    const file = join(folder, 'x.pcapng');
    try {
      const frames = fc.sample(sane, { numRuns: 50, seed: 8 });
      writeFileSync(file, written(frames));
      const json = execFileSync('tshark', ['-n', '-r', file, '-T', 'jsonraw', '--no-duplicate-keys'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 26,
      });
      const packets = JSON.parse(json) as { _source: { layers: { frame_raw?: [string] } } }[];
      expect(packets.map(({ _source }) => _source.layers.frame_raw?.[0] ?? '')).toEqual(
        frames.map((frame) => frame.hex),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
