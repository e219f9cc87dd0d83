import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecayTable } from './decay-table.js';
import { DirectTable } from './direct-table.js';
import { ExactTable } from './exact-table.js';
import { hashWords, mix32, nextRandom } from './hash.js';
import { HyperLogLog } from './hyper-log-log.js';
import type { KeyTable } from './key-table.js';
import { TopSelector } from './select-top.js';

/** What the table holds, as text keys. */
function contents(table: KeyTable): Map<string, { packets: number; bytes: number }> {
  const key = new Int32Array(table.keyWords);
  const all = new Map<string, { packets: number; bytes: number }>();
  table.visit((slot) => {
    table.keyAt(slot, key, 0);
    expect(all.has(key.join())).toBe(false);
    all.set(key.join(), { packets: table.packetsAt(slot), bytes: table.bytesAt(slot) });
  });
  return all;
}

const entry = (words: number) =>
  fc.record({
    key: fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, -(2 ** 31), 2 ** 31 - 1)), {
      minLength: words,
      maxLength: words,
    }),
    packets: fc.integer({ min: 1, max: 5 }),
    bytes: fc.integer({ min: 0, max: 70_000 }),
  });

describe.each([1, 4, 10])('tables with keys of %i words equal a Map while nothing is evicted', (words) => {
  test.each([
    ['exact', () => new ExactTable(words, 7)],
    ['decay', () => new DecayTable(1024, words, 7)],
  ] as const)('%s', (_, make) => {
    fc.assert(
      fc.property(fc.array(entry(words), { maxLength: 400 }), (rows) => {
        const table = make();
        for (let round = 0; round < 2; round += 1) {
          const model = new Map<string, { packets: number; bytes: number }>();
          for (const row of rows) {
            // The key lies in the middle of a bigger array, as it does in a column.
            table.addMany(Int32Array.from([99, ...row.key, 99]), 1, row.packets, row.bytes);
            const before = model.get(row.key.join()) ?? { packets: 0, bytes: 0 };
            model.set(row.key.join(), { packets: before.packets + row.packets, bytes: before.bytes + row.bytes });
          }
          expect(contents(table)).toEqual(model);
          for (const row of rows) expect(table.find(Int32Array.from(row.key), 0)).toBeGreaterThanOrEqual(0);
          expect(table.find(new Int32Array(words).fill(12345), 0)).toBe(-1);
          table.clear();
          expect(contents(table).size).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('exact table: grows past its first size and says when the bound is hit', () => {
  const table = new ExactTable(1, 3, 5000);
  for (let i = 0; i < 6000; i += 1) table.addMany(Int32Array.of(i), 0, 1, 60);
  table.addMany(Int32Array.of(0), 0, 1, 60);
  expect(table.size).toBe(5000);
  expect(table.overflow).toBe(1000);
  expect(table.isExact).toBe(false);
  expect(table.packetsAt(table.find(Int32Array.of(0), 0))).toBe(2);
});

describe('decay table under a spoofed flood', () => {
  test('98 % random sources: the 100 real talkers stay, and no count exceeds the truth', () => {
    const table = new DecayTable(4096, 1, 0x1234567);
    const truth = new Map<number, number>();
    let random = 42;
    for (let i = 0; i < 1_000_000; i += 1) {
      random = nextRandom(random);
      const key = i % 50 === 0 ? 0x0a000000 + ((random >>> 8) % 100) : random;
      truth.set(key, (truth.get(key) ?? 0) + 1);
      table.addMany(Int32Array.of(key), 0, 1, 60);
    }
    let error = 0;
    for (let talker = 0; talker < 100; talker += 1) {
      const key = 0x0a000000 + talker;
      const slot = table.find(Int32Array.of(key), 0);
      expect(slot).toBeGreaterThanOrEqual(0);
      const counted = table.packetsAt(slot);
      expect(counted).toBeLessThanOrEqual(truth.get(key)!);
      error += 1 - counted / truth.get(key)!;
    }
    expect(error / 100).toBeLessThan(0.05);
  });

  test('colliding tags of wide keys are told apart by the full key', () => {
    // Find two 4-word keys with the same 32-bit hash by brute force: the table must keep both apart.
    const seed = 5;
    const keyOf = (i: number) => Int32Array.of(mix32(i), mix32(~i), 0, 0);
    const seen = new Map<number, number>();
    let pair: [number, number] | null = null;
    for (let i = 0; pair === null && i < 2_000_000; i += 1) {
      const hash = hashWords(keyOf(i), 0, 4, seed);
      const other = seen.get(hash);
      if (other === undefined) seen.set(hash, i);
      else pair = [other, i];
    }
    expect(pair).not.toBeNull();
    const table = new DecayTable(2, 4, seed);
    for (const i of pair!) table.addMany(keyOf(i), 0, 1, 100);
    expect(contents(table).size).toBe(2);
  });

  test('counters beyond 32 bits do not wrap', () => {
    const table = new DecayTable(2, 1, 1);
    for (let i = 0; i < 9; i += 1) table.addMany(Int32Array.of(7), 0, 2 ** 30, 1);
    expect(table.packetsAt(table.find(Int32Array.of(7), 0))).toBe(9 * 2 ** 30);
  });
});

test('direct table counts and clears, few and many keys', () => {
  for (const keys of [10, 5000]) {
    const table = new DirectTable(65536);
    for (let i = 0; i < keys; i += 1) table.addKey(i * 3, 1, 10);
    expect(table.distinct).toBe(keys);
    expect(contents(table).size).toBe(keys);
    table.clear();
    expect(contents(table).size).toBe(0);
    table.addKey(1, 1, 10);
    expect(table.packetsAt(1)).toBe(1);
  }
});

test.each([0, 1, 10, 1000, 70_000, 250_000, 2_000_000])('HyperLogLog: %i distinct within 1.5 %%', (distinct) => {
  const sketch = new HyperLogLog();
  for (let i = 0; i < distinct; i += 1) {
    sketch.addHash(mix32(i ^ 0x5eed));
    sketch.addHash(mix32(i ^ 0x5eed));
  }
  expect(Math.abs(sketch.estimate() - distinct)).toBeLessThanOrEqual(Math.max(1, distinct * 0.015));
});

test('top selector equals sorting, whatever the order of slots', () => {
  const values = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 200 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 40 }), fc.integer(), (all, n, seed) => {
      const ranked = all.map((value, slot) => ({ value, slot })).sort((a, b) => b.value - a.value || a.slot - b.slot);
      const selector = new TopSelector(n);
      // Any order of offers: here by a mixed hash.
      const order = all.map((_, slot) => slot).sort((a, b) => mix32(a ^ seed) - mix32(b ^ seed));
      for (const slot of order) selector.offer(slot, all[slot]!);
      expect(selector.slots().sort((a, b) => a - b)).toEqual(
        ranked
          .slice(0, n)
          .map(({ slot }) => slot)
          .sort((a, b) => a - b),
      );
    }),
  );
});
