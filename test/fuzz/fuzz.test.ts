/** A short run of `npm run fuzz` with fixed seeds, and that its mutations do what they are for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/scenario/random.js';
import { readCorpus } from './fuzz-corpus.js';
import { FrameTarget } from './fuzz-targets.js';
import { type Find, fuzzFile, fuzzPacket, type Post } from './fuzz-worker.js';
import { mutateBytes } from './mutate-bytes.js';
import { craftFrame } from './mutate-frames.js';

const folder = process.env['DDOSTOP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures');
const corpora = existsSync(folder) ? ['', folder] : [''];

describe.each(corpora)('corpus "%s"', (path) => {
  test('nothing is found', () => {
    const corpus = readCorpus(path);
    const finds: Find[] = [];
    const post: Post = (message) => {
      if (message.type === 'find') finds.push(message.find);
    };
    const progress = new Float64Array(3);
    const target = new FrameTarget();
    for (let number = 0; number < 60; number += 1) fuzzFile(corpus, 4, number, progress, post);
    for (let number = 0; number < 8000; number += 1) fuzzPacket(corpus, 4, number, target, progress, post);
    expect(finds.map(({ kind, number, message }) => `${kind} ${number}: ${message}`)).toEqual([]);
    expect(progress[0]).toBe(8060);
  }, 120_000);
});

test('mutations change bytes, leave what they are given alone, and the same seed gives the same bytes', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
  const before = bytes.slice();
  let changed = 0;
  for (let seed = 0; seed < 500; seed += 1) {
    const [a, b] = [mutateBytes(bytes, new Random(seed), before), mutateBytes(bytes, new Random(seed), before)];
    expect(a).toEqual(b);
    if (a.length !== bytes.length || a.some((byte, i) => byte !== bytes[i])) changed += 1;
  }
  expect(bytes).toEqual(before);
  expect(changed).toBeGreaterThan(480);
});

test('crafted frames differ, and none is empty', () => {
  const frame = new Uint8Array(100).fill(1);
  const made = new Set<string>();
  for (let seed = 0; seed < 300; seed += 1) {
    const crafted = craftFrame(frame, new Random(seed));
    expect(crafted.length).toBeGreaterThan(14);
    made.add(Buffer.from(crafted).toString('hex'));
  }
  expect(made.size).toBeGreaterThan(290);
});
