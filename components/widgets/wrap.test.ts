import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellWidth } from '../../src/format/cell-text.js';
import { wrapWords } from './wrap.js';

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['  one two three', 9, ['  one two', '  three']],
  ['/a/path/without/any/space', 10, ['/a/path/wi', 'thout/any/', 'space']],
  ['日本語の道', 5, ['日本', '語の', '道']],
  ['a😀b😀c', 3, ['a😀', 'b😀', 'c']],
  ['', 5, ['']],
])('%s in %d cells', (text, cells, lines) => expect(wrapWords(text, cells)).toEqual(lines));

test('property: lines fit, and no glyph is lost or split', () => {
  const unit = fc.constantFrom('a', '/', ' ', '日', 'e\u0301', '😀', '\\x1b');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.integer({ min: 2, max: 12 }), (text, cells) => {
      const lines = wrapWords(text, cells);
      for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(cells);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});
