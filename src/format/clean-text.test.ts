import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cellWidth, cutCells, cutMiddle, fitCells } from './cell-text.js';
import { cleanText } from './clean-text.js';

describe('cleanText', () => {
  test.each([
    ['plain', 'GET /index.html', 'GET /index.html'],
    ['colour', 'a\x1b[31mred\x1b[0mb', 'aredb'],
    ['8-bit CSI', 'a\x9b31mb', 'ab'],
    ['title by OSC', 'a\x1b]0;owned\x07b', 'ab'],
    ['clipboard by OSC 52 with ST', 'a\x1b]52;c;aGk=\x1b\\b', 'ab'],
    ['unterminated OSC', 'a\x1b]0;owned', 'a'],
    ['8-bit OSC', 'a\x9d0;owned\x9cb', 'ab'],
    ['DCS', 'a\x1bPq#0\x1b\\b', 'ab'],
    ['reset', 'a\x1bcb', 'ab'],
    ['lone ESC at the end', 'a\x1b', 'a'],
    ['C0', 'a\x00\x07\x08b\x7f', 'ab'],
    ['lines', 'a\r\nb\tc\u2028d', 'a b c d'],
    ['bidi override', 'user\u202etxt.exe', 'usertxt.exe'],
    ['isolates', 'a\u2066b\u2069', 'ab'],
    ['zero width', 'pay\u200bpal\ufeff', 'paypal'],
    ['tags and variation selectors', 'a\u{e0041}\ufe0f\u{e0101}b', 'ab'],
    ['lone surrogate', 'a\ud800b', 'ab'],
    ['stacked marks', `a${'\u0301'.repeat(50)}b`, 'a\u0301\u0301b'],
    ['wide text stays', '日本.example', '日本.example'],
  ])('%s', (_, dirty, clean) => expect(cleanText(dirty, 60)).toBe(clean));

  test('property: nothing a terminal acts on is left, and it fits', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\x1b', '[', ']', '\x9b', '\u202e', '\x07', '日', 'e\u0301', ';', 'm'),
        fc.string({ unit: 'binary', maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 40 }), (text, cells) => {
        const clean = cleanText(text, cells);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(stringWidth(clean)).toBeLessThanOrEqual(cells);
        expect(cleanText(clean, cells)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  test('work is bounded: ten megabytes of escapes', () => {
    const started = performance.now();
    cleanText('\x1b[1;'.repeat(2_500_000), 80);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('cells', () => {
  test.each([
    ['abc', 5, 'abc  '],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, 'a'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日… '],
    ['', 3, '   '],
    ['x', 0, ''],
  ] as const)('fitCells(%s, %d)', (text, cells, fitted) => {
    expect(fitCells(text, cells)).toBe(fitted);
    expect(cellWidth(fitCells(text, cells))).toBe(cells);
  });
  test.each([
    ['192.0.2.1', 18, '192.0.2.1'],
    ['2001:db8:c000:1a::e96a:9f01', 18, '2001:db8:c00…:9f01'],
    ['2001:db8:c000:1a::e96a:9f01', 6, '2001:…'],
  ] as const)('cutMiddle(%s, %d)', (text, cells, cut) => expect(cutMiddle(text, cells)).toBe(cut));

  test('right', () => expect(fitCells('12', 5, 'right')).toBe('   12'));
  test('property: the quick way and string-width agree', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.integer({ min: 1, max: 12 }), (text, cells) => {
        expect(cellWidth(text)).toBe(stringWidth(text));
        expect(stringWidth(cutCells(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});
