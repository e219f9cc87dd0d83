import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cellWidth, cutCells, cutMiddle, fitCells } from './cell-text.js';
import { cleanText, visibleJson, visibleLines, visibleText } from './clean-text.js';

describe('cleanText', () => {
  test.each([
    ['plain', 'GET /index.html', 'GET /index.html'],
    ['colour', 'a\x1b[31mred\x1b[0mb', 'a\\x1b[31mred\\x1b[0mb'],
    ['8-bit CSI', 'a\x9b31mb', 'a\\x9b31mb'],
    ['title by OSC', 'a\x1b]0;owned\x07b', 'a\\x1b]0;owned\\x07b'],
    ['clipboard by OSC 52 with ST', 'a\x1b]52;c;aGk=\x1b\\b', 'a\\x1b]52;c;aGk=\\x1b\\b'],
    ['8-bit OSC', 'a\x9d0;owned\x9cb', 'a\\x9d0;owned\\x9cb'],
    ['lone ESC at the end', 'a\x1b', 'a\\x1b'],
    ['C0 and DEL', 'a\x00\x07\x08b\x7f', 'a\\x00\\x07\\x08b\\x7f'],
    ['lines', 'a\r\nb\tc\u2028d', 'a\\r\\nb\\tc\\u{2028}d'],
    ['bidi override', 'user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['isolates', 'a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['zero width', 'pay\u200bpal\ufeff', 'pay\\u{200b}pal\\u{feff}'],
    ['tags and variation selectors', 'a\u{e0041}\ufe0fb', 'a\\u{e0041}\\u{fe0f}b'],
    ['lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['unassigned', 'a\u{e0fff}b', 'a\\u{e0fff}b'],
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
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(stringWidth(clean)).toBeLessThanOrEqual(cells);
        expect(cleanText(clean, cells)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  test('ten megabytes give one line, of their beginning', () => {
    expect(cleanText('\x1b[1;'.repeat(2_500_000), 20)).toBe('\\x1b[1;\\x1b[1;\\x1b[…');
  });
});

describe('the guards', () => {
  test.each([
    ['figures and frames stay', '╭─ 1.23M pps ▸● … 日本 é ⣿ → ─╮', '╭─ 1.23M pps ▸● … 日本 é ⣿ → ─╮'],
    ['what a terminal acts on does not', 'a\x1b[2J\n\x9bb\u202e', 'a\\x1b[2J\\n\\x9bb\\u{202e}'],
  ])('visibleText: %s', (_, text, visible) => expect(visibleText(text)).toBe(visible));

  test('visibleLines keeps lines', () => {
    expect(visibleLines('CODE: a\x07\r\nb\u200b\n')).toBe('CODE: a\\x07\\r\nb\\u{200b}\n');
  });

  test('property: visibleJson says the same in bytes that show', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, stringUnit: 'binary' }), fc.nat(2), (value, indent) => {
        const text = visibleJson(value, indent);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u);
      }),
      { numRuns: 300 },
    );
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
    ['/日本語/日本語/日本語/index', 16, '/日本語/日…index'],
    ['/日本語/日本語/日本語', 12, '/日本語/…語'],
  ] as const)('cutMiddle(%s, %d)', (text, cells, cut) => expect(cutMiddle(text, cells)).toBe(cut));

  test('right', () => expect(fitCells('12', 5, 'right')).toBe('   12'));
  test('property: the quick way and string-width agree', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.integer({ min: 1, max: 12 }), (text, cells) => {
        expect(cellWidth(text)).toBe(stringWidth(text));
        expect(stringWidth(cutCells(text, cells))).toBeLessThanOrEqual(cells);
        expect(stringWidth(cutMiddle(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});
