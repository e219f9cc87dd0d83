/** Every glyph the screens draw with has a stand-in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asciiOf } from './ascii-fallback.js';

const COMPONENTS = new URL('../../components', import.meta.url).pathname;

test('all glyphs in components have one ASCII character each', () => {
  const files = readdirSync(COMPONENTS, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
  );
  expect(files.length).toBeGreaterThan(20);
  const missing = new Set<string>();
  for (const name of files) {
    for (const glyph of readFileSync(join(COMPONENTS, name), 'utf8')) {
      const codePoint = glyph.codePointAt(0)!;
      if (codePoint > 0x7e && asciiOf(codePoint) === '?') missing.add(glyph);
    }
  }
  expect([...missing]).toEqual([]);
});

test.each([
  [0x2800, ' '],
  [0x28ff, '|'],
  [0x28c0, '.'],
  [0x28e4, '.'],
  [0x28f6, ':'],
  [0x41, 'A'],
  [0x65e5, '?'],
])('%d', (codePoint, ascii) => expect(asciiOf(codePoint)).toBe(ascii));
