/** `ddostop report` as people use it: files, streams and pipes, formats and files out; every error is one line with its exit code. */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync, statSync } from 'node:fs';

import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pcap } from '../support/capture-bytes.js';
import { PROGRAM, runCommand, runProgram, TestFolder } from '../support/program.js';
import { smallCapture } from '../support/sample-capture.js';
import { describeWith } from '../support/system.js';

/** DESIGN.md §3, in its order. */
const REPORT_KEYS =
  'schema source packets bytesOnWire bytesCaptured firstTime lastTime ipVersions counters sampling error outer inner frameLengths dns http tls tcp timeline incidents signatures';
const LAYER_KEYS = ['sources', 'targets', 'sourcePorts', 'targetPorts', 'protocols', 'tcpFlags', 'ttls', 'fragments'];
/** `CODE: what. hint` */
const ERROR_LINE = /^[A-Z][A-Z0-9_]+: .+\. .+\n$/;

interface Top {
  readonly exact: boolean;
  readonly byPackets: readonly { readonly key: string }[];
}

interface Facts {
  readonly source: { readonly name: string; readonly sha256?: string };
  readonly packets: number;
  readonly error: { readonly code: string; readonly atByte: number } | null;
  readonly outer: Readonly<Record<string, Top>>;
  readonly inner: Readonly<Record<string, Top>>;
  readonly incidents: readonly unknown[];
}

const folder = new TestFolder();
const bytes = smallCapture();
let file = '';

beforeAll(() => {
  file = folder.write('small.pcap', bytes);
});
afterAll(() => folder.close());

/** The exact JSON report. */
async function factsOf(args: readonly string[], options: Parameters<typeof runProgram>[1] = {}): Promise<Facts> {
  const { code, stdout, stderr } = await runProgram(['report', '--format', 'json', '--exact', ...args], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Facts;
}

/** All that does not depend on where the capture came from or on the seed of the process; the number of flows is an estimate, and what is an attack is decided on sampled rows too. */
async function numbersOf(args: readonly string[], options: Parameters<typeof runProgram>[1] = {}): Promise<unknown> {
  const { source, outer, inner, incidents, ...others } = await factsOf([...args, '--top', '10000'], options);
  const counted = [outer, inner].map((layer) => ({ ...layer, flows: null }));
  return { ...others, source: { ...source, name: '' }, counted, isJudged: Array.isArray(incidents) };
}

describe('what comes out', () => {
  test('JSON has every key of the schema', async () => {
    const facts = await factsOf([file]);
    expect(Object.keys(facts)).toEqual(REPORT_KEYS.split(' '));
    expect(Object.keys(facts.outer)).toEqual(expect.arrayContaining(LAYER_KEYS));
    expect(facts).toMatchObject({
      schema: 'ddostop.report/1',
      packets: 4000,
      firstTime: '1770126425.000000000',
      ipVersions: { 4: 3200, 6: 800, none: 0 },
      counters: { truncated: 0, malformed: 0, unsupported: 0, nonIp: 0, tunnelled: 0, dropped: 0 },
      error: null,
    });
  });

  test('--top cuts the lists, --exact counts exactly', async () => {
    const facts = await factsOf([file, '--top', '3']);
    expect(facts.outer['sources']?.byPackets).toHaveLength(3);
    expect(facts.outer['sources']?.exact).toBe(true);
  });

  test('-o writes a file nobody else can read, and nothing to stdout', async () => {
    const out = folder.at('report.json');
    expect(await runProgram(['report', file, '--format', 'json', '-o', out])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ packets: 4000 });
  });

  test('text: no escape sequences, and 7 bits when the locale or --ascii says so', async () => {
    const { stdout } = await runProgram(['report', file], { env: { NO_COLOR: '1' } });
    expect(stdout).toContain('4 000 packets');
    expect(stdout).not.toContain('\x1b');
    for (const options of [
      { args: ['--ascii'], env: {} },
      { args: [], env: { LC_ALL: 'C' } },
    ]) {
      const ascii = await runProgram(['report', file, ...options.args], { env: options.env });
      expect(ascii.stdout).toContain('4 000 packets');
      expect(ascii.stdout).toMatch(/^[\n\x20-\x7e]+$/);
    }
  });

  test('text names link types when there is another than Ethernet, and says which are not decoded', async () => {
    expect((await runProgram(['report', file])).stdout).not.toContain('Link type');
    const frames = (count: number) =>
      Array.from({ length: count }, () => ({ bytes: new Uint8Array(60), time: [1, 0] as const }));
    const dbus = folder.write('dbus.pcap', pcap(frames(1), { linkType: 231 }));
    expect((await runProgram(['report', dbus])).stdout).toContain('\nLink type DBUS (231): 1 frame, not decoded\n');
    const cooked = folder.write('cooked.pcap', pcap(frames(2), { linkType: 113 }));
    expect((await runProgram(['report', cooked])).stdout).toContain('\nLink type LINUX_SLL (113): 2 frames\n');
  });

  test('without a terminal the program reports the built-in scenario', async () => {
    const { code, stdout, stderr } = await runProgram([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('built-in scenario');
    for (const name of ['SYN flood', 'DNS amplification', 'HTTP GET flood']) expect(stdout).toContain(name);
  });
});

describeWith(['sha256sum'], 'hash', () => {
  test('--hash is what sha256sum prints', async () => {
    const { stdout } = await runCommand(['sha256sum', file]);
    expect((await factsOf([file, '--hash'])).source.sha256).toBe(stdout.split(' ')[0]);
  });
});

describeWith(['sh', 'head'], 'a reader that has seen enough', () => {
  test.each(['text', 'json'])('| head -c 100 ends with 0 and no complaint (%s)', async (format) => {
    const line = '{ "$0" "$1" report "$2" --format "$3" --top 10000; echo "code $?" >&2; } | head -c 100';
    const { stdout, stderr } = await runCommand(['sh', '-c', line, process.execPath, PROGRAM, file, format]);
    expect(stdout).toHaveLength(100);
    expect(stderr).toBe('code 0\n');
  });
});

describeWith(['sh'], 'a disk that is full', () => {
  test('is one line and exit 1', async () => {
    const line = '"$0" "$1" report "$2" >/dev/full; echo "code $?" >&2';
    const { stderr } = await runCommand(['sh', '-c', line, process.execPath, PROGRAM, file]);
    expect(stderr).toMatch(/^OUTPUT_WRITE: .*no space left.*\ncode 1\n$/);
  });
});

describe('the same capture another way gives the same numbers', () => {
  test('stdin as a pipe, stdin redirected, gzip', async () => {
    const plain = await numbersOf([file]);
    expect(await numbersOf(['-'], { stdin: bytes })).toEqual(plain);
    expect(await numbersOf(['-'], { stdinFile: file })).toEqual(plain);
    expect(await numbersOf(['-r', '-'], { stdin: gzipSync(bytes) })).toEqual(plain);
    expect(await numbersOf([folder.write('small.pcap.gz', gzipSync(bytes))])).toEqual(plain);
  });
});

describeWith(['sh'], 'where the kernel cannot run, TypeScript counts the same', () => {
  const report = ['report', '--format', 'json'];

  test('an engine without WebAssembly; no room in the address space for its memory', async () => {
    const { stdout } = await runProgram([...report, file]);
    const plain = await runCommand([process.execPath, '--no-expose-wasm', PROGRAM, ...report, file]);
    const bound = `ulimit -v 6000000 && exec "$0" "$@"`;
    const cramped = await runCommand(['sh', '-c', bound, process.execPath, PROGRAM, ...report, file]);
    const facts = (text: string) => countedFacts(JSON.parse(text));
    expect(facts(plain.stdout)).toEqual(facts(stdout));
    expect(facts(cramped.stdout)).toEqual(facts(stdout));
    expect([plain.code, cramped.code]).toEqual([0, 0]);
  });
});

/** All but what is drawn by chance or estimated by seeded hashes. */
function countedFacts(report: Facts & Record<string, unknown>): unknown {
  const { packets, outer, timeline, frameLengths } = report as Facts & Record<string, unknown>;
  return { packets, sources: outer['sources']?.byPackets, ports: outer['targetPorts'], timeline, frameLengths };
}

describeWith(['zstd', 'mkfifo'], 'zstd and FIFO', () => {
  test('give the same numbers', async () => {
    const plain = await numbersOf([file]);
    await runCommand(['zstd', '-q', '-f', file, '-o', folder.at('small.pcap.zst')]);
    expect(await numbersOf([folder.at('small.pcap.zst')])).toEqual(plain);
    const fifo = folder.at('fifo');
    await runCommand(['mkfifo', fifo]);
    const reading = numbersOf([fifo]);
    await pipeline([bytes], createWriteStream(fifo));
    expect(await reading).toEqual(plain);
  });
});

describeWith(['tcpdump'], 'filter of a file', () => {
  test.each(['udp', 'ip6', 'tcp port 443 and dst 203.0.113.2', 'not ip'])('%s: as tcpdump counts', async (filter) => {
    const { stdout } = await runCommand(['tcpdump', '-r', file, '--count', filter]);
    const { stdout: text } = await runProgram(['-r', file, ...filter.split(' ')]);
    const packets = /^([\d ]+) packets/m.exec(text)?.[1]?.replaceAll(' ', '') ?? '0';
    expect(Number(packets)).toBe(Number(/^(\d+) packet/.exec(stdout)?.[1]));
  });

  test('a filter tcpdump refuses is one line and exit 1', async () => {
    const { code, stdout, stderr } = await runProgram(['-r', file, 'bogus', 'words']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^TCPDUMP_FILTER: .*syntax error.*\n$/);
  });
});

describe('damage: what lies before it is reported', () => {
  test('a cut capture: exit 3, the report on stdout, the reason on stderr', async () => {
    const cut = folder.write('cut.pcap', bytes.subarray(0, 5000));
    const { code, stdout, stderr } = await runProgram(['report', cut, '--format', 'json']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^CAPTURE_CUT: .*at byte \d+: got \d+ bytes, expected.*\n$/);
    const facts = JSON.parse(stdout) as Facts;
    expect(facts.packets).toBeGreaterThan(20);
    expect(facts.error).toMatchObject({ code: 'CAPTURE_CUT', atByte: Number(/at byte (\d+)/.exec(stderr)?.[1]) });
  });

  test('gzip cut in the middle', async () => {
    const gz = gzipSync(bytes);
    const cut = folder.write('cut.pcap.gz', gz.subarray(0, gz.length / 2));
    const { code, stdout, stderr } = await runProgram(['report', cut]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^GZIP_CUT: /);
    expect(stdout).toMatch(/^1 \d{3} packets|^2 \d{3} packets/m);
  });
});

describe('what cannot work: one line on stderr, nothing on stdout', () => {
  test.each([
    ['unknown option', ['report', '--nope'], 2, /unknown option '--nope'/],
    ['unknown command', ['bogus'], 2, /neither a command nor a filter/],
    ['no source', ['report'], 2, /report needs a source/],
    ['two files', ['report', 'a', 'b'], 2, /too many arguments/],
    ['two sources', ['-i', 'lo', '-r', 'x'], 2, /both given/],
    ['unknown format', ['report', 'x', '--format', 'xml'], 2, /choices are text, json, markdown, html/],
    ['--top 0', ['report', 'x', '--top', '0'], 2, /expected 1 to 10000/],
    ['--speed 0', ['-r', 'x', '--speed', '0'], 2, /--speed: expected/],
    ['--duration abc', ['report', '-i', 'lo', '--duration', 'abc'], 2, /--duration: expected/],
    ['live without --duration', ['report', '-i', 'lo'], 2, /no end of its own/],
    ['loop without --duration', ['report', 'x', '--loop'], 2, /no end of its own/],
    ['live without a terminal', ['-i', 'lo'], 2, /^NO_TERMINAL: /],
    ['no interface has such a name', ['report', '-i', '-x y', '--duration', '1s'], 2, /^INTERFACE_NAME: /],
    ['no such file', ['report', '/nonexistent/x.pcap'], 1, /^CAPTURE_NOT_FOUND: /],
    ['a folder', ['report', '/'], 1, /is a folder/],
    ['a text file', ['report', PROGRAM], 1, /^CAPTURE_FORMAT: .*expected the magic number/],
    ['an empty stream', ['report', '-'], 1, /^CAPTURE_EMPTY: /],
  ])('%s', async (_, args, code, words) => {
    const result = await runProgram(args);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(words);
    expect(result.stderr).toMatch(/^[A-Z][A-Z0-9_]+: /);
    if (!/--help/.test(result.stderr)) expect(result.stderr).toMatch(ERROR_LINE);
    expect(result.stderr).not.toMatch(/\n {4}at /); // no stack
  });

  test('the file to write to', async () => {
    const result = await runProgram(['report', file, '-o', '/nonexistent/report']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^OUTPUT_FILE: /);
  });
});

describe('a stream that is still open', () => {
  test('Ctrl-C ends the reading, and what was seen is printed', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'report', '-', '--format', 'json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await new Promise<void>((resolve) => child.stdin.write(bytes, () => resolve())); // more than a pipe holds: it is reading
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect((JSON.parse(text) as Facts).packets).toBeGreaterThan(0);
  });
});

describe('help', () => {
  test.each([
    [],
    ['demo'],
    ['report'],
    ['mitigate'],
    ...['plan', 'apply', 'confirm', 'undo', 'list', 'panic'].map((action) => ['mitigate', action]),
  ])('%s %s shows examples that name the program', async (...words) => {
    const { code, stdout, stderr } = await runProgram([...words.filter(Boolean), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Examples:\n {2}(sudo )?ddostop /);
  });
});

describe('a page', () => {
  test('Markdown and HTML say what the text says; the page loads nothing and runs nothing', async () => {
    const markdown = await runProgram(['report', '--format', 'markdown', file]);
    expect(markdown).toMatchObject({ code: 0, stderr: '' });
    expect(markdown.stdout).toMatch(/^# Capture /);
    expect(markdown.stdout).toContain('\n## Summary\n');
    const page = await runProgram(['report', '--format', 'html', '--hash', file]);
    expect(page).toMatchObject({ code: 0, stderr: '' });
    expect(page.stdout).toContain("default-src 'none'");
    expect(page.stdout).not.toMatch(/<script|<link|src=|href="http/i);
    expect(page.stdout).toMatch(/SHA-256[\s\S]{1,200}[0-9a-f]{64}/);
  });
});
