/** `--record` without a screen: the demo, files, sizes and ages, what cannot be done. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_SEED } from '../../src/scenario/default-seed.js';
import { scenarioChunks } from '../../src/scenario/scenario.js';
import { runCommand, runProgram, TestFolder } from '../support/program.js';
import { type ReadFrame, readFrames } from '../support/read-frames.js';
import { smallCapture, writeSynFlood } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';

const folder = new TestFolder();
afterAll(() => folder.close());

const isRoot = process.getuid?.() === 0;
const names = (path: string) => readdirSync(path).sort();
const read = (file: string): ReadFrame[] => readFrames(new Uint8Array(readFileSync(file))).frames;
const readAll = (path: string) => names(path).flatMap((name) => read(join(path, name)));

/** All frames, without the megabytes a comparison of arrays would print. */
const summary = (frames: readonly ReadFrame[]) => ({
  frames: frames.length,
  bytes: frames.reduce((sum, { wireLen }) => sum + wireLen, 0),
  first: frames[0],
  last: frames.at(-1),
});

async function record(path: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram([...args, '--record', path]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

describe('what a report records', () => {
  test('the demo: every frame of the scenario', async () => {
    const path = folder.at('demo');
    await record(path, ['demo', '--record-size', '4', '--record-files', '256']);
    const chunks = Array.from(scenarioChunks(DEFAULT_SEED), (lent) => Buffer.from(lent));
    const expected = readFrames(Buffer.concat(chunks)).frames;
    const got = readAll(path);
    expect(summary(got)).toEqual(summary(expected));
    expect(got.every((frame, i) => frame.hex === expected[i]!.hex && frame.nsec === expected[i]!.nsec)).toBe(true);
    for (const name of names(path)) {
      expect(name).toMatch(/^ddostop-\d{8}T\d{6}Z-\d{3}\.pcapng$/);
      expect(statSync(join(path, name)).size).toBeLessThanOrEqual(4 << 20);
      expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
    }
  }, 120_000);

  test('a flood that does not fit: the newest files are kept, others are not touched', async () => {
    const flood = folder.at('flood.pcap');
    writeSynFlood(flood, 60_000);
    const path = folder.at('flood');
    mkdirSync(path);
    const foreign = join(path, 'ddostop-20200101T000000Z-001.pcapng');
    execFileSync('cp', [flood, foreign]);
    await record(path, ['report', flood, '--record-size', '1', '--record-files', '3']);
    expect(names(path).length).toBe(4);
    expect(readFileSync(foreign).equals(readFileSync(flood))).toBe(true);
    const all = read(flood);
    const kept = names(path)
      .slice(1)
      .flatMap((name) => read(join(path, name)));
    expect(kept.length).toBeGreaterThan(20_000);
    expect(summary(kept)).toEqual(summary(all.slice(-kept.length)));
  });

  test('a new file every second of capture time', async () => {
    const path = folder.at('seconds');
    const file = folder.write('small.pcap', smallCapture());
    await record(path, ['report', file, '--record-seconds', '1']);
    expect(names(path).map((name) => name.slice(8, 28))).toEqual(['20260203T134705Z-001', '20260203T134706Z-002']);
    expect(readAll(path)).toEqual(read(file));
  });

  test('a stream', async () => {
    const path = folder.at('stream');
    const { code } = await runProgram(['report', '-', '--record', path], { stdin: smallCapture() });
    expect(code).toBe(0);
    expect(summary(readAll(path))).toEqual(summary(readFrames(smallCapture()).frames));
  });
});

describeWith(['tcpdump'], 'a filter', () => {
  test('what it takes is what is recorded', async () => {
    const file = folder.write('filtered.pcap', smallCapture());
    const path = folder.at('filtered');
    const { code } = await runProgram(['-r', file, 'udp', 'and', 'ip', '--record', path]);
    expect(code).toBe(0);
    const { stdout } = await runCommand(['tcpdump', '-nn', '-r', file, 'udp and ip']);
    expect(readAll(path).length).toBe(stdout.trimEnd().split('\n').length);
  });
});

describe('what cannot be recorded into', () => {
  test.each([
    ['a file', () => folder.write('file', 'x')],
    ['a place where no folder can be', () => '/proc/nothing'],
  ])('%s', async (_, path) => {
    const { code, stdout, stderr } = await runProgram(['demo', '--record', path()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^RECORD_FOLDER: cannot record into ".*": .+\. Name a folder that you may write to: --record DIR\.\n$/,
    );
  });

  test.skipIf(isRoot)(`a folder that is closed${isRoot ? ' [skipped: to root none is]' : ''}`, async () => {
    const path = folder.at('closed');
    mkdirSync(path, { mode: 0o500 });
    const { code, stderr } = await runProgram(['demo', '--record', path]);
    chmodSync(path, 0o700);
    expect(code).toBe(2);
    expect(stderr).toContain('no permission (EACCES)');
  });
});

describeWith(['root', 'unshare', 'mount'], 'a disk that is full', () => {
  test('a report goes on, says what was lost, and leaves sound files', async () => {
    const flood = folder.at('flood-disk.pcap');
    writeSynFlood(flood, 60_000);
    const path = folder.at('small-disk');
    mkdirSync(path);
    const script =
      'mount -t tmpfs -o size=3m none "$1"; shift; "$@"; code=$?; cat "$RECORD"/*.pcapng >"$OUT"; exit $code';
    const program = [process.execPath, new URL('../../dist/ddostop.cjs', import.meta.url).pathname];
    const { code, stdout, stderr } = await runCommand(
      [
        'unshare',
        '-m',
        'sh',
        '-c',
        script,
        'sh',
        path,
        ...program,
        'report',
        flood,
        '--record',
        path,
        '--record-size',
        '1',
      ],
      { env: { RECORD: path, OUT: folder.at('joined.pcapng') } },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('SYN');
    // A report that takes a while says it at once, and the sum at its end.
    expect(stderr).toMatch(/^RECORD_FAILED: .*no space is left on the device \(ENOSPC\)\./);
    const lost = /([\d.k]+) frames were not recorded[^\n]*\n$/.exec(stderr)?.[1];
    // Files joined are sections one after the other.
    const { frames, end, dropped } = readFrames(new Uint8Array(readFileSync(folder.at('joined.pcapng'))));
    expect(end).toEqual({ kind: 'end' });
    expect(summary(frames)).toEqual(summary(read(flood).slice(0, frames.length)));
    expect(dropped).toBe(0);
    expect(frames.length).toBeGreaterThan(20_000);
    expect(lost).toBe(`${((60_000 - frames.length) / 1000).toFixed(1)}k`);
  });
});
