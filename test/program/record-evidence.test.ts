/** `w`: what is written is what tcpdump takes of the same capture by a filter, and it says what it is. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { PROGRAM, TestFolder } from '../support/program.js';
import { type ReadFrame, readFrames } from '../support/read-frames.js';
import { ENABLE_COMMAND, missingOf } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';
import { IS_WHOLE } from '../support/whole.js';

const captures = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(captures, 'MANIFEST.tsv'));
const missing = missingOf(['python3', 'tcpdump', 'tshark', 'capinfos']);
const needsTools =
  missing.length === 0 ? '' : ` [skipped: needs ${missing.join(', ')}; enable with: ${ENABLE_COMMAND}]`;
const needsCaptures = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

const QUIET: ExecFileSyncOptionsWithStringEncoding = {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
  maxBuffer: 1 << 28,
};
const folder = new TestFolder();
/** On a machine that does other things too. */
const STEP_MS = 60_000;
vi.setConfig({ testTimeout: 2 * STEP_MS });
let session: TerminalSession | null = null;
afterEach(() => session?.close());
afterAll(() => folder.close());

/** tcpdump writes microseconds. */
const read = (file: string): ReadFrame[] =>
  readFrames(new Uint8Array(readFileSync(file))).frames.map((frame) => ({
    ...frame,
    nsec: frame.nsec - (frame.nsec % 1000),
  }));
const evidenceIn = (path: string) =>
  readdirSync(path)
    .filter((name) => name.startsWith('ddostop-evidence-'))
    .map((name) => join(path, name));

/** In a folder of its own: without --record that is where evidence goes. */
function open(name: string, args: readonly string[]): { session: TerminalSession; path: string } {
  const path = folder.at(name);
  mkdirSync(path);
  session = new TerminalSession(
    ['/bin/sh', '-c', 'cd "$1"; shift; exec "$@"', 'sh', path, process.execPath, PROGRAM, ...args],
    { columns: 200, rows: 50 },
  );
  return { session, path };
}

/** What tcpdump takes of a capture. */
function filtered(capture: string, filter: string): ReadFrame[] {
  const out = folder.at('filtered.pcap');
  execFileSync('tcpdump', ['-r', capture, '-w', out, filter], QUIET);
  return read(out);
}

/** "2026-02-03 13:47:05" in UTC. */
const secOf = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;

const fieldsOf = (file: string, field: string) =>
  execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', '-e', field], QUIET).trimEnd().split('\n');

const commentOf = (file: string) =>
  /^Capture comment: +(.*)$/m.exec(execFileSync('capinfos', ['-k', file], QUIET))?.[1] ?? '';

/** Equal arrays, without printing megabytes when they are not. */
function expectFrames(got: readonly ReadFrame[], expected: readonly ReadFrame[]): void {
  expect(got.length).toBe(expected.length);
  expect(got.findIndex((frame, i) => JSON.stringify(frame) !== JSON.stringify(expected[i]))).toBe(-1);
}

describe.skipIf(!isThere || missing.length > 0)(`evidence of a capture${needsCaptures || needsTools}`, () => {
  test.each([
    ['doup123.udp_flood.pcap', '172.16.1.2', 'udp-port0'],
    ['ntopng.tcp-flood.pcap', '192.168.1.51', 'tcp-syn'],
    ['stopddos.pkt.TCP.synflood.spoofed.pcap', '10.10.10.10', 'tcp-syn'],
    ['moriakhin.syn_flood.pcap', '192.168.1.34', 'tcp-syn'],
  ])('incident: %s', async (name, target, vector) => {
    const capture = join(captures, name);
    const { session, path } = open(name, ['-r', capture]);
    await session.waitFor(/ ended +drop/, STEP_MS);
    session.keys('6');
    await session.waitFor(`Evidence: ${target}`, STEP_MS);
    session.keys('w');
    const text = await session.waitFor(/Evidence of [\d ]+ packets, complete/, STEP_MS);
    const [file, ...others] = evidenceIn(path);
    expect(others).toEqual([]);
    const got = read(file!);
    expect(text).toContain(`Evidence of ${got.length.toLocaleString('en').replaceAll(',', ' ')} packets`);
    // The incident's own time: from ten seconds before its onset on.
    const onset = /time range: (\S+ \S+)Z to/.exec(commentOf(file!))![1]!;
    const fromSec = secOf(onset);
    expectFrames(
      got,
      filtered(capture, `dst host ${target}`).filter(({ sec }) => sec >= fromSec),
    );
    expect(fieldsOf(file!, 'frame.number').length).toBe(got.length);
    const [first, ...rest] = fieldsOf(file!, 'frame.comment');
    expect(first).toMatch(new RegExp(`^evidence of incident i1: \\w+ on ${target}; vectors: .*${vector}`));
    expect([first, ...rest].join('\n')).toContain(`first packet of ${vector} `);
    const comment = commentOf(file!);
    expect(comment).toContain(`selection: packets to ${target}, incident i1 (outer header)`);
    expect(comment).toContain(`packets: ${got.length}, `);
    expect(comment).toContain(`${name}, read again sampling: none, every packet`);
    expect(comment).toContain('complete: yes');
    expect(statSync(file!).mode & 0o777).toBe(0o600);
  });

  test('rows: source, target, port, flow', async () => {
    const capture = join(captures, 'mabidm.hulk.pcap');
    const { session, path } = open('rows', ['-r', capture]);
    await session.waitFor(/ ended +drop/, STEP_MS);
    session.keys('2');
    await session.waitFor('Sources · Targets', STEP_MS);
    for (const filterOf of [
      (key: string) => `src host ${key.slice('from '.length)}`,
      (key: string) => `dst host ${key.slice('to '.length)}`,
      (key: string) => `src port ${key.slice('from port '.length)}`,
      (key: string) => `dst port ${key.slice('to port '.length)}`,
      (key: string) => {
        const [, protocol, from, fromPort, to, toPort] = /^flow (\S+) (\S+):(\d+) > (\S+):(\d+)$/.exec(key)!;
        return `${protocol} and src host ${from} and src port ${fromPort} and dst host ${to} and dst port ${toPort}`;
      },
    ]) {
      const before = evidenceIn(path);
      session.keys('w');
      await session.waitFor(
        () => evidenceIn(path).some((file) => !before.includes(file) && !file.endsWith('.part')),
        STEP_MS,
      );
      // Said for some seconds only: before tcpdump is asked.
      await session.waitFor(/Evidence of .* complete/, STEP_MS);
      const file = evidenceIn(path).find((name) => !before.includes(name))!;
      const words = /selection: packets (.*) \(outer header\)/.exec(commentOf(file))![1]!;
      expectFrames(read(file), filtered(capture, filterOf(words)));
      session.keys('\t');
    }
    expect(evidenceIn(path).length).toBe(5);
  });

  test('the inner header of a tunnel', async () => {
    const capture = join(captures, 'ndpi.4in4tunnel.pcap');
    const { session, path } = open('inner', ['-r', capture]);
    await session.waitFor(/ ended +drop/, STEP_MS);
    session.keys('t');
    await session.waitFor('inner layer', STEP_MS);
    session.keys('w');
    await session.waitFor(/Evidence of [\d ]+ packets, complete/, STEP_MS);
    const [file] = evidenceIn(path);
    const source = /selection: packets from (\S+) \(inner header\)/.exec(commentOf(file!))![1]!;
    // Second occurrence: the address in the inner header.
    const inner = execFileSync(
      'tshark',
      ['-n', '-r', capture, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'ip.src'],
      QUIET,
    );
    const expected = inner
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, addresses]) => addresses!.split(',').at(-1) === source);
    expect(fieldsOf(file!, 'frame.time_epoch').map(Number)).toEqual(expected.map(([time]) => Number(time)));
  });
});

describe.skipIf(missing.length > 0)(`evidence of the demo${needsTools}`, () => {
  (IS_WHOLE ? test : test.skip)(
    'from what was recorded: all of it, from several files [left to: npm run verify:whole]',
    async () => {
      const path = folder.at('recorded');
      const { session } = open('recorded-cwd', ['demo', '--speed', 'max', '--record', path, '--record-size', '4']);
      await session.waitFor(/ ended +drop/, STEP_MS);
      session.keys('6');
      await session.waitFor('Evidence: ', STEP_MS);
      session.keys('w');
      await session.waitFor(/Evidence of [\d ]+ packets, (in)?complete/, STEP_MS);
      const [file] = evidenceIn(path);
      const comment = commentOf(file!);
      const [, target] = /selection: packets to (\S+), incident/.exec(comment)!;
      const [, from] = /time range: (\S+ \S+)Z to /.exec(comment)!;
      const fromSec = secOf(from!);
      const files = readdirSync(path).filter((name) => /^ddostop-\d/.test(name));
      expect(files.length).toBeGreaterThan(3);
      const expected = files.sort().flatMap((name) => filtered(join(path, name), `dst host ${target}`));
      expectFrames(
        read(file!),
        expected.filter(({ sec }) => sec >= fromSec),
      );
      expect(comment).toMatch(/frames from [1-9] recorded files? sampling: none, every packet/);
    },
  );

  test('from memory: a sample that says so', async () => {
    const { session, path } = open('memory', ['demo', '--speed', '20']);
    await session.waitFor('ATTACK', STEP_MS);
    session.keys('6');
    await session.waitFor('Evidence: ', STEP_MS);
    session.keys('w');
    await session.waitFor(/Evidence of [\d ]+ packets, .*sampled up to 1:\d+/, STEP_MS);
    const [file] = evidenceIn(path);
    const comment = commentOf(file!);
    const [, target] = /selection: packets to (\S+), incident/.exec(comment)!;
    const count = fieldsOf(file!, 'frame.number').length;
    expect(filtered(file!, `dst host ${target}`).length).toBe(count);
    const [, rate, packets, estimated] = /sampling: 1:1 to 1:(\d+); the (\d+) packets stand for about (\d+)/.exec(
      comment,
    )!;
    expect(Number(packets)).toBe(count);
    expect(Number(estimated)).toBeGreaterThan(count);
    expect(Number(estimated)).toBeLessThanOrEqual(count * Number(rate));
    expect(comment).toContain('the newest frames, kept in memory');
    expect(fieldsOf(file!, 'frame.comment').join('\n')).toMatch(/from here on one packet of \d+/);
  });
});
