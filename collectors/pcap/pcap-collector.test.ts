import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { concat, pcap, pcapRecord, type TestFrame } from '../../test/support/capture-bytes.js';
import { CaptureFile, readCaptureFileSync } from '../../test/support/capture-file.js';
import { framesOf, readFrames } from '../../test/support/read-frames.js';
import { RecordingSink } from '../../test/support/recording-sink.js';
import { describeWith } from '../../test/support/system.js';
import { PcapCollector } from './pcap-collector.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-pcap-'));
afterAll(() => rmSync(folder, { recursive: true }));

const list: TestFrame[] = Array.from({ length: 5000 }, (_, i) => ({
  bytes: new Uint8Array(60 + (i % 900)).fill(i),
  time: [1_700_000_000 + Math.floor(i / 10), (i % 10) * 100_000],
}));
const bytes = pcap(list);
const expected = readFrames(bytes).frames;
const never = new AbortController().signal;

function write(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function collect(path: string): Promise<{ sink: RecordingSink; end: object }> {
  const sink = new RecordingSink();
  const end = await new PcapCollector({ path }).run(sink, never);
  return { sink, end };
}

describe('files', () => {
  test('synchronous steps and the collector read the same frames', async () => {
    const path = write('plain.pcap', bytes);
    const file = new CaptureFile(path);
    const found: unknown[] = [];
    let steps = 0;
    while (file.step((batch) => found.push(...framesOf(batch)))) steps += 1;
    expect(found).toEqual(expected);
    expect(steps).toBeGreaterThan(3);
    expect([file.end, file.format, file.position]).toEqual([{ kind: 'end' }, 'pcap', bytes.length]);
    const { sink, end } = await collect(path);
    expect([sink.frames, end, sink.states]).toEqual([expected, { kind: 'end' }, ['connecting', 'live', 'ended']]);
  });

  test('gzip is known by its magic, also of several members, under any name', async () => {
    const half = 200_000;
    const path = write('renamed.pcap', concat(gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))));
    const { sink, end } = await collect(path);
    expect([sink.frames.length, end]).toEqual([expected.length, { kind: 'end' }]);
    expect(sink.frames).toEqual(expected);
  });

  test('a cut gzip file gives the frames before the cut', async () => {
    const noise = pcap(
      list.map((frame, i) => ({ ...frame, bytes: frame.bytes.map((_, at) => (i * 7919 + at * 104729) >> 3) })),
    );
    const packed = gzipSync(noise);
    const { sink, end } = await collect(write('cut.pcap.gz', packed.subarray(0, Math.floor(packed.length * 0.6))));
    expect(end).toMatchObject({ kind: 'incomplete', error: { code: 'GZIP_CUT' } });
    expect(sink.frames.length).toBeGreaterThan(1000);
    expect(sink.frames).toEqual(readFrames(noise).frames.slice(0, sink.frames.length));
  });

  test('a gzip file with a wrong checksum is damaged, and the frames up to the last 256 KiB count', async () => {
    const packed = Buffer.from(gzipSync(bytes));
    packed[packed.length - 6]! ^= 0xff;
    const { sink, end } = await collect(write('broken.pcap.gz', packed));
    expect(end).toMatchObject({ kind: 'damaged', error: { code: 'GZIP_DAMAGED' } });
    expect(sink.frames.length).toBeGreaterThan(expected.length - 1000);
    expect(sink.frames).toEqual(expected.slice(0, sink.frames.length));
  });

  test.each<[string, () => string, string]>([
    ['missing', () => join(folder, 'nowhere.pcap'), 'CAPTURE_NOT_FOUND'],
    ['a folder', () => folder, 'CAPTURE_OPEN'],
    ['not a capture', () => write('notes.txt', Buffer.from('hello, this is text')), 'CAPTURE_FORMAT'],
  ])('%s is refused', async (_name, path, code) => {
    await expect(collect(path())).rejects.toMatchObject({ code });
  });

  test('damage after frames is an end, not a failure', async () => {
    const broken = pcapRecord(list[0]!);
    broken.fill(0xff, 8, 12);
    const path = write('damaged.pcap', concat(pcap(list.slice(0, 10)), broken));
    const { sink, end } = await collect(path);
    expect([sink.frames.length, end]).toMatchObject([10, { kind: 'damaged', error: { code: 'CAPTURE_DAMAGED' } }]);
    expect(readCaptureFileSync(path, () => {})).toMatchObject({ kind: 'damaged' });
  });

  test('a growing file is followed until the signal aborts', async () => {
    const path = write('growing.pcap', bytes.subarray(0, 100_000));
    const sink = new RecordingSink();
    const stop = new AbortController();
    let appended = false;
    sink.onFrames = () => {
      if (!appended) setImmediate(() => appendFileSync(path, bytes.subarray(100_000)));
      appended = true;
      if (sink.frames.length === expected.length) stop.abort();
    };
    const end = await new PcapCollector({ path, follow: true }).run(sink, stop.signal);
    expect([sink.frames.length, end]).toEqual([expected.length, { kind: 'stopped' }]);
  });
});

describeWith(['zstd'], 'zstd files', () => {
  test('are read, and a cut one gives the frames before the cut', async () => {
    const plain = write('for-zstd.pcap', bytes);
    execFileSync('zstd', ['-q', '-f', '-3', plain, '-o', join(folder, 'packed')]);
    const whole = await collect(join(folder, 'packed'));
    expect([whole.sink.frames, whole.end]).toEqual([expected, { kind: 'end' }]);
    const packed = execFileSync('zstd', ['-q', '-c', plain]);
    const cut = await collect(write('cut.zst', packed.subarray(0, packed.length - 20)));
    expect(cut.end).toMatchObject({ kind: 'incomplete', error: { code: 'ZSTD_CUT' } });
  });
});

describeWith(['mkfifo', 'sh'], 'pipes', () => {
  test('a FIFO is read to its end, with back-pressure on the writer', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const source = write('for-fifo.pcap', bytes);
    const writer = spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', source, fifo], { stdio: 'ignore' });
    const { sink, end } = await collect(fifo);
    expect([sink.frames.length, end]).toEqual([expected.length, { kind: 'end' }]);
    expect(sink.frames).toEqual(expected);
    writer.kill();
  });

  test('abort ends at once, though the FIFO has no writer', async () => {
    const fifo = join(folder, 'silent');
    execFileSync('mkfifo', [fifo]);
    const stop = new AbortController();
    const running = new PcapCollector({ path: fifo }).run(new RecordingSink(), stop.signal);
    setImmediate(() => stop.abort());
    expect(await running).toEqual({ kind: 'stopped' });
  });
});

describeWith(['bash'], 'standard input', () => {
  const script = join(folder, 'stdin.mjs');

  /** Runs the collector in a child on its standard input; resolves with what it printed. */
  async function runChild(stdin: 'pipe' | number, feed?: (input: NodeJS.WritableStream) => void): Promise<string> {
    const child = spawn(process.execPath, [script], { stdio: [stdin, 'pipe', 'inherit'] });
    if (feed && child.stdin) feed(child.stdin);
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += String(chunk);
    });
    await new Promise((resolve) => child.on('close', resolve));
    return text;
  }

  test('as pipe, file redirect and socket', async () => {
    const { build } = await import('esbuild');
    const entry = write(
      'stdin-entry.ts',
      Buffer.from(`
        import { PcapCollector } from ${JSON.stringify(join(import.meta.dirname, 'pcap-collector.ts'))};
        let frames = 0;
        const sink = { pushFrames: (batch) => { frames += batch.count; }, health: () => {}, dropped: () => {} };
        const end = await new PcapCollector({ path: '-' }).run(sink, new AbortController().signal);
        console.log(frames, end.kind);
      `),
    );
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      logLevel: 'silent',
    });
    const wanted = `${expected.length} end\n`;
    expect(await runChild('pipe', (input) => input.end(bytes))).toBe(wanted);
    const { openSync, closeSync } = await import('node:fs');
    const fd = openSync(write('redirect.pcap', bytes), 'r');
    expect(await runChild(fd)).toBe(wanted);
    closeSync(fd);
    const server = createServer((socket: Socket) => socket.end(bytes));
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const bash = spawn('bash', ['-c', `exec "$0" "$1" < /dev/tcp/127.0.0.1/${port}`, process.execPath, script]);
    let text = '';
    bash.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    await new Promise((resolve) => bash.on('close', resolve));
    server.close();
    expect(text).toBe(wanted);
  });
});

describeWith(['script', 'sh'], 'a terminal as standard input', () => {
  test('is wrong usage', async () => {
    const { build } = await import('esbuild');
    const entry = write(
      'tty-entry.ts',
      Buffer.from(`
        import { openSource } from ${JSON.stringify(join(import.meta.dirname, 'open-source.ts'))};
        try { openSource('-'); } catch (error) { console.log(error.message); }
      `),
    );
    const script = join(folder, 'tty.mjs');
    await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
      logLevel: 'silent',
    });
    const said = execFileSync('script', ['-qec', `'${process.execPath}' '${script}'`, '/dev/null'], {
      encoding: 'utf8',
    });
    expect(said).toContain('STDIN_IS_TERMINAL: standard input is a terminal, expected a capture. Pipe a capture in');
  });
});
