import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readFrames } from '../../test/support/read-frames.js';
import { CaptureClock } from '../pipeline/capture-clock.js';
import { batchOf, numberedFrames, type PlainFrame } from './batch.fixture.js';
import { DISK_ASIDE, DISK_AT_ONCE, type Disk } from './disk.js';
import { type RecordOptions, RollingRecord } from './rolling-record.js';

const root = mkdtempSync(join(tmpdir(), 'ddostop-record-'));
let folder = '';
let runs = 0;
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  runs += 1;
  folder = join(root, String(runs));
  mkdirSync(folder);
});

const START = 1_770_126_425; // 2026-02-03 13:47:05 UTC

function recorder(options: Partial<RecordOptions> = {}, disk: Disk = DISK_AT_ONCE) {
  const news: string[] = [];
  const record = new RollingRecord({
    options: { folder, maxFileBytes: 1 << 20, maxFiles: 16, maxFileSec: 300, ...options },
    frames: { application: 'ddostop test', interfaceName: 'eth0', snapLen: 262_144, filter: '' },
    clock: new CaptureClock(),
    disk,
    tell: ({ text }) => news.push(text),
  });
  return { record, news };
}

const names = () => readdirSync(folder).sort();
const read = (name: string) => readFrames(new Uint8Array(readFileSync(join(folder, name)))).frames;
const readAll = () => names().flatMap(read);

function feed(record: RollingRecord, frames: readonly PlainFrame[], rows = 500): void {
  for (let at = 0; at < frames.length; at += rows) record.take(batchOf(frames.slice(at, at + rows)));
}

describe.each([
  ['at once', DISK_AT_ONCE],
  ['aside', DISK_ASIDE],
] as const)('written %s', (_, disk) => {
  test('every frame, in files of a size, named by capture time, 0600', async () => {
    const frames = numberedFrames(30_000, 1000, START, 100);
    const { record, news } = recorder({}, disk);
    feed(record, frames);
    await record.close();
    expect(names().length).toBeGreaterThan(3);
    expect(names()[0]).toBe('ddostop-20260203T134705Z-001.pcapng');
    expect(names()[1]).toMatch(/^ddostop-20260203T1347\d\dZ-002\.pcapng$/);
    for (const name of names()) {
      const { size, mode } = statSync(join(folder, name));
      expect(size).toBeLessThanOrEqual(1 << 20);
      expect(mode & 0o777).toBe(0o600);
    }
    expect(readAll()).toEqual(frames);
    expect(record.status).toMatchObject({ state: 'recording', frames: 30_000, unrecorded: 0, error: null });
    expect(news).toEqual([]);
  });

  test('the oldest ones go, only ours', async () => {
    writeFileSync(join(folder, 'ddostop-20260203T134705Z-001.pcapng'), 'foreign');
    writeFileSync(join(folder, 'ddostop-20260203T134705Z-002.pcapng.part'), 'foreign too');
    writeFileSync(join(folder, 'notes.txt'), 'keep');
    const frames = numberedFrames(40_000, 100_000, START, 100);
    const { record } = recorder({ maxFiles: 2 }, disk);
    feed(record, frames);
    await record.close();
    expect(names()).toEqual([
      'ddostop-20260203T134705Z-001.pcapng',
      'ddostop-20260203T134705Z-002.pcapng.part',
      expect.stringMatching(/-00\d\.pcapng$/),
      expect.stringMatching(/-00\d\.pcapng$/),
      'notes.txt',
    ]);
    expect(readFileSync(join(folder, names()[0]!), 'utf8')).toBe('foreign');
    const kept = names().slice(2, 4).flatMap(read);
    expect(kept).toEqual(frames.slice(-kept.length));
    expect(record.hasPruned).toBe(true);
  });
});

describe('files by age', () => {
  test('a file ends after so many seconds of capture time', async () => {
    const { record } = recorder({ maxFileSec: 10 });
    feed(record, numberedFrames(300, 10, START));
    await record.close();
    expect(names().map((name) => [name.slice(17, 23), read(name).length])).toEqual([
      ['134705', 100],
      ['134715', 100],
      ['134725', 100],
    ]);
  });

  test('one wrong time begins no file, and its frame is kept with its time', async () => {
    const frames = numberedFrames(300, 10, START).map((frame, i) =>
      i % 7 === 3 ? { ...frame, sec: i % 2 === 0 ? 4_294_967_295 : 5 } : frame,
    );
    const { record } = recorder();
    feed(record, frames);
    await record.close();
    expect(names()).toEqual(['ddostop-20260203T134705Z-001.pcapng']);
    expect(readAll()).toEqual(frames);
  });

  test('a clock that goes back for good begins another file', async () => {
    const { record } = recorder();
    const frames = [...numberedFrames(100, 10, START), ...numberedFrames(100, 10, START - 86_400)];
    feed(record, frames);
    await record.close();
    expect(names().length).toBe(2);
    expect(readAll().length).toBe(200);
  });

  test('no time at all', async () => {
    const { record } = recorder();
    feed(record, [{ sec: Number.NaN, nsec: 0, wireLen: 4, linkType: 1, hex: '00000000' }]);
    await record.close();
    expect(names()).toEqual(['ddostop-00000000T000000Z-001.pcapng']);
    expect(readAll()).toEqual([{ sec: 0, nsec: 0, wireLen: 4, linkType: 1, hex: '00000000' }]);
  });
});

describe('while it is written', () => {
  test('under another name, readable up to the last look of the clock', async () => {
    const { record } = recorder();
    const frames = numberedFrames(1000, 1000, START);
    feed(record, frames);
    record.tick(1000);
    expect(names()).toEqual(['ddostop-20260203T134705Z-001.pcapng.part']);
    expect(readAll()).toEqual(frames);
    await record.close();
    expect(names()).toEqual(['ddostop-20260203T134705Z-001.pcapng']);
  });

  test('nothing seen, nothing left behind', async () => {
    const { record } = recorder();
    record.tick(1000);
    await record.close();
    expect(names()).toEqual([]);
  });

  test('losses of the source are in the file they belong to', async () => {
    const { record } = recorder({ maxFileSec: 1 });
    const drops = () => names().map((name) => readFrames(new Uint8Array(readFileSync(join(folder, name)))).dropped);
    record.dropped = 3; // before the first file
    feed(record, numberedFrames(10, 10, START));
    record.dropped = 8;
    feed(record, numberedFrames(10, 10, START + 1));
    await record.close();
    expect(drops()).toEqual([5, 0]);
  });

  test('a name that is taken meanwhile stays theirs', async () => {
    const { record } = recorder();
    feed(record, numberedFrames(10, 10, START));
    writeFileSync(join(folder, 'ddostop-20260203T134705Z-001.pcapng'), 'theirs');
    await record.close();
    expect(names()).toEqual(['ddostop-20260203T134705Z-001-2.pcapng', 'ddostop-20260203T134705Z-001.pcapng']);
    expect(readFileSync(join(folder, names()[1]!), 'utf8')).toBe('theirs');
  });

  test('what took the place of one of ours is not removed', async () => {
    const { record } = recorder({ maxFileSec: 1, maxFiles: 2 });
    feed(record, numberedFrames(20, 10, START));
    const first = join(folder, names()[0]!);
    rmSync(first);
    writeFileSync(first, 'theirs');
    feed(record, numberedFrames(20, 10, START + 2));
    await record.close();
    expect(readFileSync(first, 'utf8')).toBe('theirs');
  });
});

const fault = (code: string) => Object.assign(new Error(code), { code });

describe('a disk that fails', () => {
  /** `room`: bytes left on it. */
  function smallDisk() {
    const state = { room: Number.POSITIVE_INFINITY, creates: 0 };
    const disk: Disk = {
      ...DISK_AT_ONCE,
      create(path) {
        state.creates += 1;
        return DISK_AT_ONCE.create(path);
      },
      write(fd, pieces, position, done) {
        const all = Buffer.concat(pieces);
        const part = all.subarray(0, Math.min(all.length, state.room));
        if (part.length === 0) done(fault('ENOSPC'), 0);
        else {
          state.room -= part.length;
          DISK_AT_ONCE.write(fd, [part], position, done);
        }
      },
    };
    return { state, disk };
  }

  test('full: said once with its count, counted on, tried again every 5 s, said when it goes on', async () => {
    const { state, disk } = smallDisk();
    const { record, news } = recorder({}, disk);
    feed(record, numberedFrames(1000, 1000, START));
    record.tick(1000);
    state.room = 5000;
    feed(record, numberedFrames(1000, 1000, START + 1));
    record.tick(2000);
    record.tick(2250);
    expect(news).toEqual([
      `RECORD_FAILED: cannot record into ${folder}: no space is left on the device (ENOSPC). 1.00k frames were not recorded; tried again every 5 s`,
    ]);
    expect(record.status).toMatchObject({ state: 'failing', frames: 1000, unrecorded: 1000 });
    // The file that was begun is a sound one.
    expect(names()).toEqual(['ddostop-20260203T134705Z-001.pcapng']);
    expect(readAll()).toEqual(numberedFrames(1000, 1000, START));
    feed(record, numberedFrames(500, 1000, START + 2));
    expect(record.status.unrecorded).toBe(1500);
    expect(state.creates).toBe(1);
    state.room = 0;
    for (let ms = 3000; ms < 20_000; ms += 250) {
      feed(record, numberedFrames(10, 1000, START + 3));
      record.tick(ms);
    }
    expect(state.creates).toBeLessThanOrEqual(4);
    expect(names().length).toBe(1);
    expect(news.length).toBe(1);
    state.room = Number.POSITIVE_INFINITY;
    record.tick(26_000);
    feed(record, numberedFrames(100, 1000, START + 4));
    record.tick(28_000);
    const { unrecorded } = record.status;
    expect(news.at(-1)).toMatch(/^recording into .* again; 2\.\d\dk frames were not recorded$/);
    expect(record.status).toMatchObject({ state: 'recording', frames: 1100, unrecorded });
    await record.close();
    // Attempts in between used no numbers up.
    expect(names().at(-1)).toMatch(/-002\.pcapng$/);
    expect(read(names().at(-1)!)).toEqual(numberedFrames(100, 1000, START + 4));
    expect(record.status.frames + record.status.unrecorded).toBe(1000 + 1000 + 500 + 680 + 100);
  });

  test('still full at the end: the sum is said', async () => {
    const { state, disk } = smallDisk();
    const { record, news } = recorder({}, disk);
    state.room = 0;
    feed(record, numberedFrames(10, 10, START));
    record.tick(1000);
    record.tick(1250);
    feed(record, numberedFrames(10, 10, START + 1));
    await record.close();
    expect(news).toEqual([
      expect.stringContaining('10 frames were not recorded; tried again'),
      `RECORD_INCOMPLETE: 20 frames were not recorded into ${folder}`,
    ]);
  });

  test('a folder that vanishes: its frames count as not recorded; it is made again', async () => {
    const { record, news } = recorder();
    feed(record, numberedFrames(1000, 1000, START));
    record.tick(1000);
    expect(record.status.frames).toBe(1000);
    rmSync(folder, { recursive: true });
    record.tick(2000);
    record.tick(2250);
    expect(news).toEqual([expect.stringMatching(/RECORD_FAILED: .*the folder is not there \(ENOENT\). 1\.00k frames/)]);
    expect(record.status).toMatchObject({ state: 'failing', frames: 0, unrecorded: 1000 });
    record.tick(8000);
    feed(record, numberedFrames(10, 10, START + 5));
    record.tick(9000);
    expect(news.length).toBe(2);
    await record.close();
    expect(readAll()).toEqual(numberedFrames(10, 10, START + 5));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('a file that was moved away is not looked for', async () => {
    const { record } = recorder();
    feed(record, numberedFrames(10, 10, START));
    record.tick(1000);
    renameSync(join(folder, names()[0]!), join(folder, 'mine.pcapng'));
    record.tick(2000);
    expect(record.status.state).toBe('failing');
    await record.close();
    expect(names()).toEqual(['mine.pcapng']);
  });

  test('one that hangs: bounded memory, the rest is counted', async () => {
    const waiting: (() => void)[] = [];
    const disk: Disk = {
      ...DISK_ASIDE,
      write: (fd, pieces, position, done) => waiting.push(() => DISK_AT_ONCE.write(fd, pieces, position, done)),
    };
    const { record, news } = recorder({ maxFileBytes: 1 << 30 }, disk);
    const frames = numberedFrames(40_000, 100_000, START, 1000);
    feed(record, frames);
    const { unrecorded } = record.status;
    expect(record.status).toMatchObject({ state: 'slow', frames: 0 });
    expect(unrecorded).toBeGreaterThan(20_000);
    expect(news).toEqual([expect.stringContaining('RECORD_SLOW')]);
    while (waiting.length > 0) waiting.shift()!();
    feed(record, frames.slice(0, 100));
    record.tick(10_000);
    while (waiting.length > 0) waiting.shift()!();
    record.tick(20_000);
    expect(news.at(-1)).toMatch(/^the recording keeps up again; 2\d\.\dk frames were not recorded$/);
    const closed = record.close();
    while (waiting.length > 0) waiting.shift()!();
    await closed;
    expect(record.status).toMatchObject({ state: 'recording', unrecorded, frames: 40_100 - unrecorded });
    expect(readAll()).toEqual([...frames.slice(0, 40_000 - unrecorded), ...frames.slice(0, 100)]);
  });

  test('one that writes half: nothing is lost or written twice', async () => {
    let turn = 0;
    const disk: Disk = {
      ...DISK_AT_ONCE,
      write(fd, pieces, position, done) {
        const all = Buffer.concat(pieces);
        turn += 1;
        DISK_AT_ONCE.write(
          fd,
          [all.subarray(0, Math.max(1, Math.floor((all.length * (turn % 5)) / 4)))],
          position,
          done,
        );
      },
    };
    const frames = numberedFrames(30_000, 1000, START, 100);
    const { record } = recorder({}, disk);
    feed(record, frames);
    await record.close();
    expect(readAll()).toEqual(frames);
  });
});
