/** The ways through zstd data are held to the same: every byte, every ending, bounded memory, an end at any time. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../../test/support/capture-bytes.js';
import { describeWith } from '../../../test/support/system.js';
import {
  OPEN_FRAME,
  rawBlock,
  repeatedBlock,
  reservedBlock,
  skippableFrame,
  zstdFrame,
} from '../../../test/support/zstd-bytes.js';
import { BrokenSource, type ByteSource, ChunkSource } from '../byte-source.js';
import { ZstdInlineSource } from './inline-source.js';
import { ZstdPoolSource, zstdOfNode } from './pool-source.js';
import { ZstdThreadSource } from './thread-source.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-zstd-'));
const worker = join(folder, 'zstd-worker.cjs');
beforeAll(async () => {
  const entry = new URL('./zstd-worker.ts', import.meta.url).pathname;
  await build({ entryPoints: [entry], outfile: worker, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const zlib = zstdOfNode();
type Way = readonly [string, (input: ByteSource) => ByteSource];
const WAYS: Way[] = [
  ['fzstd, this thread', (input) => new ZstdInlineSource(input)],
  ['fzstd, worker', (input) => new ZstdThreadSource(input, pathToFileURL(worker))],
];
if (zlib !== null) WAYS.push(['node:zlib', (input) => new ZstdPoolSource(input, zlib)]);

interface Outcome {
  readonly bytes: Uint8Array;
  /** How it ended: kind and code, or the end. */
  readonly end: string;
}

/** Reads to the end, in pieces of `pieceBytes`. */
async function readAll(source: ByteSource, pieceBytes = 100_000): Promise<Outcome> {
  const pieces: Uint8Array[] = [];
  const into = new Uint8Array(pieceBytes);
  try {
    for (;;) {
      const got = await source.read(into);
      if (got === 0) return { bytes: concat(...pieces), end: 'end' };
      pieces.push(into.slice(0, got));
    }
  } catch (error) {
    const end = error instanceof BrokenSource ? `${error.kind} ${error.error.code}` : String(error);
    return { bytes: concat(...pieces), end };
  } finally {
    source.close();
  }
}

function inPieces(bytes: Uint8Array, length: number): ChunkSource {
  const count = Math.ceil(bytes.length / length);
  return new ChunkSource(Array.from({ length: count }, (_, i) => bytes.subarray(i * length, (i + 1) * length)));
}

function noise(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 13) & 0xff);
}

const [a, b] = [noise(70_000, 1), noise(131_072, 2)];
const first = zstdFrame(rawBlock(a), repeatedBlock(7, 131_072));
const second = zstdFrame(rawBlock(b));
const firstPlain = concat(a, new Uint8Array(131_072).fill(7));
const note = skippableFrame(noise(50_000, 3));
const empty = skippableFrame(new Uint8Array(0));

describe.each(WAYS)('%s', (_name, open) => {
  test.each<[string, Uint8Array, Uint8Array, string]>([
    ['one frame', first, firstPlain, 'end'],
    ['frames one after the other', concat(first, second), concat(firstPlain, b), 'end'],
    ['skippable frames', concat(note, first, empty, note, second, note), concat(firstPlain, b), 'end'],
    ['many empty frames', concat(...Array(5000).fill(empty), first), firstPlain, 'end'],
    ['cut in a block', second.subarray(0, 1000), new Uint8Array(0), 'incomplete ZSTD_CUT'],
    ['cut behind a block', first.subarray(0, -4), a, 'incomplete ZSTD_CUT'],
    ['cut in the second frame', concat(first, second.subarray(0, -1)), firstPlain, 'incomplete ZSTD_CUT'],
    ['cut in the second frame header', concat(first, second.subarray(0, 5)), firstPlain, 'incomplete ZSTD_CUT'],
    ['cut in a magic number', concat(first, second.subarray(0, 3)), firstPlain, 'incomplete ZSTD_CUT'],
    ['cut in a skippable frame', concat(first, note.subarray(0, -1)), firstPlain, 'incomplete ZSTD_CUT'],
    [
      'damage behind blocks',
      concat(OPEN_FRAME, rawBlock(a), rawBlock(b), reservedBlock()),
      concat(a, b),
      'damaged ZSTD_DAMAGED',
    ],
    ['something else behind a frame', concat(first, noise(100, 4)), firstPlain, 'damaged ZSTD_DAMAGED'],
    ['nothing but a magic number', first.subarray(0, 4), new Uint8Array(0), 'incomplete ZSTD_CUT'],
  ])('%s', async (_case, packed, plain, end) => {
    for (const length of [packed.length, 8191]) {
      const outcome = await readAll(open(inPieces(packed, length)));
      expect(outcome.end).toBe(end);
      expect(Buffer.compare(outcome.bytes, plain)).toBe(0);
    }
  });

  test('the words for damage', async () => {
    const source = open(new ChunkSource([zstdFrame(reservedBlock())]));
    await expect(source.read(new Uint8Array(10))).rejects.toThrow(
      /^ZSTD_DAMAGED: the zstd data cannot be read: invalid block type\. What lies before was processed\. /,
    );
    source.close();
  });

  test('any chunking of input and output changes nothing', async () => {
    const packed = concat(note, first, second);
    const outcome = await readAll(open(inPieces(packed, 101)), 997);
    expect([outcome.end, Buffer.compare(outcome.bytes, concat(firstPlain, b))]).toEqual(['end', 0]);
  });

  test('what comes before a failing read is given first', async () => {
    function* failing() {
      yield concat(first, second);
      throw new Error('the disk is gone');
    }
    const outcome = await readAll(open(new ChunkSource(failing())));
    expect(outcome.end).toBe('Error: the disk is gone');
    expect(Buffer.compare(outcome.bytes, concat(firstPlain, b))).toBe(0);
  });

  test('input that expands without end is taken only as it is asked for', async () => {
    let takenBytes = 0;
    function* bomb() {
      yield OPEN_FRAME;
      const piece = concat(...Array.from({ length: 1024 }, (_, i) => repeatedBlock(i & 0xff, 131_072)));
      for (;;) {
        takenBytes += piece.length;
        yield piece;
      }
    }
    const source = open(new ChunkSource(bomb()));
    const into = new Uint8Array(500_000);
    let got = 0;
    while (got < 64 * 2 ** 20) got += await source.read(into);
    const { arrayBuffers } = process.memoryUsage();
    source.close();
    // Read ahead: less than half a megabyte, which stands for 16 GB.
    expect(takenBytes).toBeLessThan(512 * 1024);
    expect(arrayBuffers).toBeLessThan(256 * 2 ** 20);
  });

  test('close() ends a read that waits for input, one that works, and later ones', async () => {
    async function* silent() {
      yield first.subarray(0, 1000);
      await new Promise(() => {});
    }
    const waiting = open(new ChunkSource(silent()));
    const read = waiting.read(new Uint8Array(10));
    setImmediate(() => waiting.close());
    expect(await read).toBe(0);
    const busy = open(new ChunkSource([concat(first, second)]));
    await busy.read(new Uint8Array(10));
    const next = busy.read(new Uint8Array(1_000_000));
    busy.close();
    busy.close();
    await next;
    const unread = open(new ChunkSource([first]));
    unread.close();
    expect(await unread.read(new Uint8Array(10))).toBe(0);
  });
});

describe.each(WAYS)('data that zstd made, %s', (_name, open) => {
  describeWith(['zstd'], 'levels', () => {
    test.each([['--fast=5'], ['-3', '--no-check'], ['-19'], ['-3', '--long=27'], ['-3', '-B1024']])(
      '%s %s',
      async (...args) => {
        const plain = concat(
          ...Array.from({ length: 300 }, (_, i) => concat(noise(1500, i % 40), new Uint8Array(300).fill(i))),
        );
        const path = join(folder, 'plain');
        writeFileSync(path, plain);
        execFileSync('zstd', ['-q', '-f', ...args, path, '-o', `${path}.zst`]);
        const packed = readFileSync(`${path}.zst`);
        const whole = await readAll(open(inPieces(packed, 4000)));
        expect([whole.end, Buffer.compare(whole.bytes, plain)]).toEqual(['end', 0]);
        for (const at of [7, 1000, packed.length >> 1, packed.length - 1]) {
          const cut = await readAll(open(inPieces(packed.subarray(0, at), 4000)));
          expect(cut.end).toBe('incomplete ZSTD_CUT');
          expect(Buffer.compare(cut.bytes, plain.subarray(0, cut.bytes.length))).toBe(0);
        }
      },
    );
  });
});

describe('the worker', () => {
  test('one that cannot start leaves the input alone', async () => {
    const source = new ZstdThreadSource(new ChunkSource([first]), pathToFileURL(join(folder, 'nowhere.cjs')));
    expect(await source.started).toBe(false);
  });

  test('one that ends too early is a failure, after what it gave', async () => {
    const script = join(folder, 'short.cjs');
    const start = "const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ type: 'ready' });";
    writeFileSync(script, `${start} setTimeout(() => { throw new Error('out of luck'); }, 200);`);
    const source = new ZstdThreadSource(new ChunkSource([first]), pathToFileURL(script));
    expect(await source.started).toBe(true);
    await expect(source.read(new Uint8Array(10))).rejects.toThrow('ZSTD_WORKER: the zstd worker is gone: out of luck');
    source.close();
  });
});
