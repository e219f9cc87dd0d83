import { describe, expect, test } from 'vitest';
import { Reservoir } from './reservoir.js';
import { MOST_TEXTS, TextNames } from './text-names.js';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

describe('texts by their hash', () => {
  test('an empty text is one, and bytes and strings are the same', () => {
    const names = new TextNames();
    expect(names.textOf(names.keepText(''))).toBe('');
    expect(names.textOf(0)).toBeNull();
    const text = '\xff\x00GET ';
    expect(names.keep(bytesOf(`--${text}`), 2, 2 + text.length)).toBe(names.keepText(text));
    expect(names.textOf(names.keepText(text))).toBe(text);
  });

  test('a flood of texts pushes out what comes once, not what is used', () => {
    const names = new TextNames();
    const often = names.keepText('often');
    const once = names.keepText('once');
    for (let i = 0; i < MOST_TEXTS * 3; i += 1) {
      names.keepText(`flood ${i}`);
      if (i % 1000 === 0) names.keepText('often');
    }
    expect(names.textOf(often)).toBe('often');
    expect(names.textOf(once)).toBeNull();
    expect(names.size).toBe(MOST_TEXTS);
  });

  test('long texts are fewer, and kept in part', () => {
    const names = new TextNames(100);
    const long = 'x'.repeat(5000);
    const key = names.keepText(long);
    expect(names.textOf(key)).toBe(long.slice(0, 1024));
    expect(names.keepText(`${long}y`)).not.toBe(key);
    for (let i = 0; i < 200; i += 1) names.keepText(`${i} ${long}`);
    expect(names.size).toBe(25);
  });
});

describe('a reservoir', () => {
  test('keeps all while there is room', () => {
    const reservoir = new Reservoir(5, 1);
    expect([1, 2, 3, 4, 5].map(() => reservoir.take())).toEqual([0, 1, 2, 3, 4]);
  });

  test('gives every item the same chance', () => {
    const [room, items, rounds] = [8, 40, 20_000];
    const kept = new Float64Array(items);
    for (let seed = 0; seed < rounds; seed += 1) {
      const reservoir = new Reservoir(room, seed);
      const held = new Int32Array(room);
      for (let item = 0; item < items; item += 1) {
        const at = reservoir.take();
        if (at >= 0) held[at] = item;
      }
      for (const item of held) kept[item]! += 1;
    }
    // Binomial, 20 000 × 0.2: standard deviation 57; five of them in 40 values fail once in 40 000 runs, and the seeds are fixed.
    for (const count of kept) expect(Math.abs(count - (rounds * room) / items)).toBeLessThan(285);
  });
});
