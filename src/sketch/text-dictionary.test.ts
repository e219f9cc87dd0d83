import { describe, expect, test } from 'vitest';
import { LONGEST_TEXT, TextDictionary } from './text-dictionary.js';

const key = (n: number): Int32Array => Int32Array.of(Math.imul(n, 0x9e3779b1), n);
const text = (n: number): Uint8Array => new TextEncoder().encode(`text number ${n}`);
const found = (dictionary: TextDictionary, n: number): string | null => {
  const entry = dictionary.find(key(n), 0);
  return entry === null ? null : new TextDecoder().decode(entry.bytes);
};

function keep(dictionary: TextDictionary, n: number): void {
  const bytes = text(n);
  dictionary.keep(key(n), 0, bytes, 0, bytes.length);
}

describe('TextDictionary', () => {
  test('keeps what it is given, once', () => {
    const dictionary = new TextDictionary(64, 4096, () => {});
    for (let round = 0; round < 100; round += 1) for (let n = 0; n < 30; n += 1) keep(dictionary, n);
    for (let n = 0; n < 30; n += 1) expect(found(dictionary, n)).toBe(`text number ${n}`);
    expect(found(dictionary, 31)).toBeNull();
    expect([dictionary.sweeps, dictionary.unkept]).toEqual([0, 0]);
  });

  test('a flood of new texts: those of held keys stay, the others go', () => {
    const held = [3, 5, 8];
    const dictionary = new TextDictionary(64, 2048, (hold) => {
      for (const n of held) hold(key(n), 0);
    });
    for (const n of held) keep(dictionary, n);
    for (let n = 100; n < 100_000; n += 1) keep(dictionary, n);
    for (const n of held) expect(found(dictionary, n)).toBe(`text number ${n}`);
    expect(dictionary.unkept).toBe(0);
    expect(found(dictionary, 99_999)).toBe('text number 99999');
    expect(found(dictionary, 100)).toBeNull();
  });

  test('when held texts alone fill it, new ones are let go and counted, without a sweep each', () => {
    const dictionary = new TextDictionary(64, 65_536, (hold) => {
      for (let n = 0; n < 40; n += 1) hold(key(n), 0);
    });
    for (let n = 0; n < 10_000; n += 1) keep(dictionary, n);
    expect(found(dictionary, 0)).toBe('text number 0');
    expect(dictionary.unkept).toBeGreaterThan(9000);
    expect(dictionary.sweeps).toBeLessThan(5);
  });

  test('of a long text the beginning is kept, and that it was cut', () => {
    const dictionary = new TextDictionary(64, 65_536, () => {});
    const long = new Uint8Array(5000).fill(65);
    dictionary.keep(key(1), 0, long, 0, long.length);
    const exact = new Uint8Array(LONGEST_TEXT).fill(66);
    dictionary.keep(key(2), 0, exact, 0, exact.length);
    expect(dictionary.find(key(1), 0)).toMatchObject({ isCut: true });
    expect(dictionary.find(key(1), 0)?.bytes.length).toBe(LONGEST_TEXT);
    expect(dictionary.find(key(2), 0)).toMatchObject({ isCut: false });
  });

  test('an empty text is a text', () => {
    const dictionary = new TextDictionary(64, 4096, () => {});
    dictionary.keep(key(1), 0, new Uint8Array(0), 0, 0);
    expect(found(dictionary, 1)).toBe('');
  });
});
