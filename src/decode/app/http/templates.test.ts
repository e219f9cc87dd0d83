import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskNumbers, maskPath } from './digit-template.js';
import { MAX_PARAMETERS, QueryNames } from './query-names.js';

function masked(mask: typeof maskPath, text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const out = Buffer.alloc(bytes.length);
  return out.toString('latin1', 0, mask(bytes, 0, bytes.length, out));
}

test.each<[string, string]>([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.109 Safari/537.36',
    'Mozilla/# (Windows NT #; Win#; x#) AppleWebKit/# (KHTML, like Gecko) Chrome/# Safari/#',
  ],
  ['CPU iPhone OS 17_1_2 like Mac OS X', 'CPU iPhone OS # like Mac OS X'],
  ['1.', '#.'],
  ['.1_2.x', '.#.x'],
  ['curl', 'curl'],
  ['', ''],
])('user agent %j becomes %j', (text, expected) => {
  expect(masked(maskNumbers, text)).toBe(expected);
});

test.each<[string, string]>([
  ['/u/42/profile?id=7', '/u/#/profile'],
  ['/a.b/v2/item-17.html#x', '/a.b/v#/item-#.html'],
  ['/o/9f86d081884c7d65', '/o/#'],
  ['/o/f81d4fae-7dec-11d0-a765-00a0c91e6bf6/x', '/o/#/x'],
  ['/o/xf81d4fae-7dec', '/o/xf#d#fae-#dec'],
  ['/deadbeef/facade', '/deadbeef/facade'],
  ['/e2e/b2b', '/e#e/b#b'],
  ['?q=1', ''],
  ['*', '*'],
  ['', ''],
])('path %j becomes %j', (text, expected) => {
  expect(masked(maskPath, text)).toBe(expected);
});

describe('query parameters', () => {
  const names = new QueryNames();

  function namesOf(target: string): string[] {
    const bytes = Buffer.from(target, 'latin1');
    names.read(bytes, 0, bytes.length);
    return Array.from({ length: names.kept }, (_, index) =>
      bytes.toString('latin1', names.at[index], names.end[index]),
    );
  }

  test.each<[string, string[], number]>([
    ['/a', [], -1],
    ['/a?', [], 0],
    ['/a?x=1&y', ['x', 'y'], 5],
    ['/a?x=1=2&&=3&', ['x', ''], 10],
    ['/a?x=?&y=1#z&w', ['x', 'y'], 7],
    ['/a#b?x=1', [], -1],
    ['http://h/a?u=http://i/?v=1', ['u'], 15],
  ])('of %j', (target, expected, bytes) => {
    expect([namesOf(target), names.queryBytes]).toEqual([expected, bytes]);
  });

  test('are counted beyond what is kept', () => {
    expect([namesOf(`/?${'a&'.repeat(100)}`).length, names.count]).toEqual([MAX_PARAMETERS, 100]);
  });
});

test('a template is not longer than its text, and a template of itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      for (const mask of [maskNumbers, maskPath]) {
        const once = masked(mask, text);
        expect(once.length).toBeLessThanOrEqual(text.length);
        if (mask === maskNumbers) expect(masked(mask, once)).toBe(once);
      }
    }),
  );
});
