import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixTrieBuilder } from './prefix-trie-builder.js';

type Words = readonly [number, number, number, number];
interface Entry {
  readonly version: 4 | 6;
  readonly words: Words;
  readonly length: number;
  readonly value: number;
}

// Few bits that differ, so that prefixes lie in each other and addresses hit their edges.
const near = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0xc0000200, 0xc00002ff);
const address = fc.tuple(near, near, near, near);
const entries = fc.array(
  fc.record({
    version: fc.constantFrom(4 as const, 6 as const),
    words: address,
    length: fc.integer({ min: 0, max: 128 }),
    value: fc.integer({ min: 1, max: 8 }),
  }),
  { maxLength: 24 },
);

function prefixOf({ version, words, length, value }: Entry): Entry {
  const bits = version === 4 ? length % 33 : length;
  return { version, words: masked(words, version === 4 ? bits + 96 : bits), length: bits, value };
}

function masked(words: Words, bits: number): Words {
  return words.map((word, i) => {
    const keep = Math.min(32, Math.max(0, bits - i * 32));
    return keep === 0 ? 0 : (word & (-1 << (32 - keep))) >>> 0;
  }) as unknown as Words;
}

function holds({ version, words, length }: Entry, of: 4 | 6, wanted: Words): boolean {
  if (version !== of) return false;
  const cut = masked(version === 4 ? [0, 0, 0, wanted[3]] : wanted, version === 4 ? length + 96 : length);
  return cut.every((word, i) => (version === 4 && i < 3 ? true : word === words[i]));
}

test('longest match, and all that match: the same as one prefix after the other', () => {
  fc.assert(
    fc.property(entries, fc.array(address, { minLength: 4, maxLength: 12 }), (raw, looked) => {
      const prefixes = raw.map(prefixOf);
      const builder = new PrefixTrieBuilder(100);
      const masks = new PrefixTrieBuilder(100);
      for (const { version, words, length, value } of prefixes) {
        expect(builder.add(version, words, length, value)).toBe(true);
        masks.add(version, words, length, 1 << value);
      }
      const trie = builder.build();
      const all = masks.build((outer, inner) => outer | inner);
      expect(trie.pieces).toBeLessThanOrEqual(prefixes.length * 2 + 2);
      for (const words of [...looked, ...prefixes.map(({ words }) => words)]) {
        for (const version of [4, 6] as const) {
          const hits = prefixes.filter((prefix) => holds(prefix, version, words));
          const longest = hits.reduce((best, { length }) => Math.max(best, length), -1);
          const expected = hits.findLast(({ length }) => length === longest)?.value ?? 0;
          const signed = words.map((word) => word | 0);
          expect(trie.find(version, signed)).toBe(expected);
          expect(all.find(version, [9, ...words], 1)).toBe(hits.reduce((sum, { value }) => sum | (1 << value), 0));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the pieces of a span, in their order; what is full says so', () => {
  const builder = new PrefixTrieBuilder(2);
  expect(builder.add(4, [0, 0, 0, 0xc0000200], 24, 5)).toBe(true);
  expect(builder.add(6, [0x20010db8, 0, 0, 0], 32, 6)).toBe(true);
  expect([builder.add(4, [0, 0, 0, 1], 32, 7), builder.size]).toEqual([false, 2]);
  const trie = builder.build();
  const v4 = (last: number) => [0, 0, 0xffff, last];
  const visited = (version: number, first: number[], last: number[], most = 9) => {
    const values: number[] = [];
    trie.visit(version, first, last, (value) => values.push(value) < most);
    return values;
  };
  expect(visited(4, v4(0xc0000200), v4(0xc00002ff))).toEqual([5]);
  expect(visited(4, v4(0xc00001ff), v4(0xc0000300))).toEqual([0, 5, 0]);
  expect(visited(4, v4(0), v4(-1), 2)).toEqual([0, 5]);
  expect(visited(6, [0x20010db8, 1, 0, 0], [0x20010db8, 1, -1, -1])).toEqual([6]);
  expect(visited(6, [0, 0, 0, 0], [0, 0, 0, 1])).toEqual([0]);
  expect(trie.findV4(-1)).toBe(0);
});
