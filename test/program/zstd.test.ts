/** zstd through the built program, where the decompressor is a thread of its own: same numbers, bounded memory, and the program ends when it is done. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pcap } from '../support/capture-bytes.js';
import { PROGRAM, type ProgramOptions, preload, runCommand, runProgram, TestFolder } from '../support/program.js';
import { FLOOD_TARGET, writeSynFlood } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';
import { TerminalSession } from '../support/terminal-session.js';

const PACKETS = 200_000;
const PEAK_TO_STDERR = "process.on('exit', () => process._rawDebug('peak ' + process.resourceUsage().maxRSS));";
/** As without zstd (report-memory.test.ts). */
const MAX_RSS_MIB = 200;

const folder = new TestFolder();
let plain = '';
let packed = '';
afterAll(() => folder.close());

async function packetsOf(args: readonly string[], options: ProgramOptions = {}): Promise<unknown> {
  const { code, stdout, stderr } = await runProgram(['report', ...args, '--format', 'json'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { packets, bytesOnWire, error, incidents } = JSON.parse(stdout) as Record<string, unknown>;
  return { packets, bytesOnWire, error, incidents: (incidents as readonly unknown[]).length };
}

async function packFlood(): Promise<void> {
  plain = folder.at('flood.pcap');
  packed = folder.at('flood.pcap.zst');
  writeSynFlood(plain, PACKETS);
  await runCommand(['zstd', '-q', '-f', plain, '-o', packed]);
}

/** Compresses `chunks` into `path`. */
async function pack(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const child = spawn('zstd', ['-q', '-f', '-o', path], { stdio: ['pipe', 'ignore', 'inherit'] });
  await Promise.all([
    pipeline(Readable.from(chunks), child.stdin),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
}

describeWith(['zstd'], 'report', () => {
  beforeAll(packFlood);

  test('a file, a pipe and a redirection give the numbers of the capture itself', async () => {
    const numbers = await packetsOf([plain]);
    expect(numbers).toMatchObject({ packets: PACKETS, error: null });
    expect(await packetsOf([packed])).toEqual(numbers);
    expect(await packetsOf(['-'], { stdin: readFileSync(packed) })).toEqual(numbers);
    expect(await packetsOf(['-'], { stdinFile: packed })).toEqual(numbers);
  });

  test('a cut one: exit 3, and what lies before the cut is reported', async () => {
    const bytes = readFileSync(packed);
    const cut = folder.write('cut.zst', bytes.subarray(0, bytes.length >> 1));
    const { code, stdout, stderr } = await runProgram(['report', cut, '--format', 'json']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^ZSTD_CUT: the zstd data stops before its end\. .*\n$/);
    const { packets } = JSON.parse(stdout) as { packets: number };
    expect(packets).toBeGreaterThan(PACKETS * 0.4);
  });

  test('half a gigabyte out of a few kB: bounded, from a file and a pipe', async () => {
    const frame = { bytes: new Uint8Array(1500).fill(0x45), time: [1_700_000_000, 0] } as const;
    const one = pcap([frame]);
    const many = Buffer.concat(Array(1000).fill(one.subarray(24)));
    const bomb = folder.at('bomb.zst');
    await pack(
      bomb,
      (function* () {
        yield one;
        for (let i = 0; i < 350; i += 1) yield many;
      })(),
    );
    const bytes = readFileSync(bomb);
    expect(bytes.length).toBeLessThan(100_000);
    for (const [args, stdin] of [[[bomb], {}] as const, [['-'], { stdin: bytes }] as const]) {
      const { code, stdout, stderr } = await runProgram(['report', ...args, '--format', 'json'], {
        ...stdin,
        ...preload(PEAK_TO_STDERR),
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ packets: 350_001 });
      const peakMib = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
      expect(peakMib).toBeLessThan(MAX_RSS_MIB);
    }
  });

  test('a capture that proves broken ends the program, though the decompressor has not finished', async () => {
    const start = readFileSync(plain).subarray(0, 24 + 76 * 10);
    const rubbish = Buffer.alloc(1_000_000, 0xff);
    const broken = folder.at('broken.zst');
    await pack(
      broken,
      (function* () {
        yield start;
        for (let i = 0; i < 100; i += 1) yield rubbish;
      })(),
    );
    const { code, stderr } = await runProgram(['report', '-', '--format', 'json'], { stdin: readFileSync(broken) });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^CAPTURE_DAMAGED: /);
  });

  /** The program with another worker in its place. */
  function withWorker(name: string, script: string | null): string {
    mkdirSync(folder.at(name));
    cpSync(dirname(PROGRAM), folder.at(name), { recursive: true });
    if (script !== null) writeFileSync(folder.at(`${name}/zstd-worker.cjs`), script);
    return folder.at(`${name}/ddostop.cjs`);
  }

  const READY = "require('node:worker_threads').parentPort.postMessage({ type: 'ready' });";

  test.skipIf('zstd' in process.versions).each([
    ['cannot start', "throw new Error('no');", { code: 0, stderr: '' }],
    ['is gone at once', 'process.exit(1);', { code: 0, stderr: '' }],
    [
      'fails later',
      `${READY} setTimeout(() => { throw new Error('no luck'); }, 50);`,
      { code: 1, stderr: /^ZSTD_WORKER: .*no luck\. .*\n$/ },
    ],
  ])('a worker that %s', async (name, script, expected) => {
    const { code, stderr } = await runCommand([process.execPath, withWorker(name, script), 'report', packed]);
    expect({ code, stderr }).toEqual({ code: expected.code, stderr: expect.stringMatching(expected.stderr) });
  });
});

describeWith(['zstd', 'python3'], 'the screen', () => {
  beforeAll(packFlood);

  test('leaves at once, with a worker of a worker that waits for room', async () => {
    const line = `${process.execPath} ${PROGRAM} -r '${packed}' --speed 0.1; echo "left with $?"; read line`;
    const session = new TerminalSession(['/bin/sh', '-c', line], { columns: 120, rows: 40 });
    try {
      await session.waitFor(FLOOD_TARGET);
      session.keys('q');
      await session.waitFor('left with 0', 3000);
    } finally {
      await session.close();
    }
  });
});
