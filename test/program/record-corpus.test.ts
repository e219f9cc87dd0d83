/** Every capture there is through the recorder: what is read back is what was read, and tshark and capinfos say the same of both. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CaptureClock } from '../../src/pipeline/capture-clock.js';
import { DISK_AT_ONCE } from '../../src/recording/disk.js';
import { RollingRecord } from '../../src/recording/rolling-record.js';
import { readCaptureFileSync } from '../support/capture-file.js';
import { runProgram, TestFolder } from '../support/program.js';
import { framesOf, type ReadFrame, readFrames } from '../support/read-frames.js';
import { ENABLE_COMMAND, missingOf } from '../support/system.js';

const captures = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(captures, 'MANIFEST.tsv'));
const skipped = isThere ? '' : ' [skipped: no captures with ground truth; set DDOSTOP_CAPTURES to their folder]';

const folder = new TestFolder();
afterAll(() => folder.close());

const filesIn = (path: string) =>
  readdirSync(path)
    .sort()
    .map((name) => join(path, name));

/** A frame without a time (simple packet block ahead of any other) is recorded with 0. */
const timed = (frame: ReadFrame): ReadFrame => (Number.isNaN(frame.sec) ? { ...frame, sec: 0, nsec: 0 } : frame);

describe.skipIf(!isThere)(`captures recorded${skipped}`, () => {
  test('every frame of every capture comes back: time, lengths, link type, bytes', async () => {
    const names = readdirSync(captures).filter((name) => /\.(pcap|pcapng|cap)$/.test(name));
    expect(names.length).toBeGreaterThan(400);
    for (const name of names) {
      const path = folder.at('all');
      const frames: ReadFrame[] = [];
      const record = new RollingRecord({
        options: { folder: path, maxFileBytes: 1 << 20, maxFiles: 256, maxFileSec: 1e9 },
        frames: { application: 'test', interfaceName: name, snapLen: 262_144, filter: '' },
        clock: new CaptureClock(),
        disk: DISK_AT_ONCE,
        tell: ({ text }) => expect.fail(text),
      });
      readCaptureFileSync(join(captures, name), (batch) => {
        frames.push(...framesOf(batch));
        record.take(batch);
      });
      await record.close();
      if (frames.length === 0) continue;
      // By number, not by name: times of a capture need not go up.
      const files = filesIn(path).sort(
        (a, b) => Number(a.match(/-(\d+)\.pcapng$/)![1]) - Number(b.match(/-(\d+)\.pcapng$/)![1]),
      );
      const read = files.flatMap((file) => {
        const { frames: of, end } = readFrames(new Uint8Array(readFileSync(file)));
        expect({ name, end }).toEqual({ name, end: { kind: 'end' } });
        return of;
      });
      const isEqual = JSON.stringify(read) === JSON.stringify(frames.map(timed));
      expect({ name, isEqual, frames: read.length }).toEqual({ name, isEqual: true, frames: frames.length });
      expect(record.status).toMatchObject({ frames: frames.length, unrecorded: 0 });
      rmSync(path, { recursive: true });
    }
  }, 240_000);
});

const missing = missingOf(['tshark', 'capinfos']);
const canCompare = isThere && missing.length === 0;
const notCompared = canCompare
  ? ''
  : skipped || ` [skipped: needs ${missing.join(', ')}; enable with: ${ENABLE_COMMAND}]`;

describe.skipIf(!canCompare)(`the program's records${notCompared}`, () => {
  const quiet: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  };
  const fields = [
    'frame.time_epoch',
    'frame.len',
    'frame.cap_len',
    'frame.encap_type',
    'frame.protocols',
    'ip.src',
    'ipv6.src',
  ];
  const dissected = (file: string) =>
    execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], quiet);
  const sums = (file: string) => {
    const [packets, bytes] = execFileSync('capinfos', ['-T', '-r', '-M', '-c', '-d', file], quiet)
      .trimEnd()
      .split('\t')
      .slice(1);
    return { packets, bytes };
  };

  test.each([
    'moriakhin.syn_flood.pcap',
    'lwerdna.simple_http_sll2.pcap',
    'ndpi.gre.pcapng',
    'ndpi.vxlan.pcap',
    'hadrielk.be.test101.pcapng',
    'hadrielk.le.test201.pcapng',
    'derived.be-ns.get-to-ssh-server.pcap',
    'derived.snap60.stopddos.amp.UDP.isakmp.pcap',
  ])('%s', async (name) => {
    const path = folder.at(name);
    const original = join(captures, name);
    const { code, stderr } = await runProgram(['report', original, '--record', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [file, ...others] = filesIn(path);
    expect(others).toEqual([]);
    expect(sums(file!)).toEqual(sums(original));
    const expected = dissected(original).split('\n');
    // Simple packet blocks carry no time; tshark shows none, our reader gives them that of the packet before.
    const got = dissected(file!)
      .split('\n')
      .map((line, i) => (expected[i]?.startsWith('\t') ? line.slice(line.indexOf('\t')) : line));
    expect(got).toEqual(expected);
  });
});
