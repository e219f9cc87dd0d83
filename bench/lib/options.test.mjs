import { expect, test } from 'vitest';
import { BenchError } from './bench-error.mjs';
import { BENCHES, parseCommand } from './options.mjs';

test('names, numbers and lists', () => {
  const { names, options } = parseCommand(['capture', '--pairs', '3', '--files', 'a,b', '--packets', '1000']);
  expect(names).toEqual(['capture']);
  expect(options).toMatchObject({ pairs: 3, files: ['a', 'b'], packets: 1000, minutes: undefined });
  expect(parseCommand(['all']).names).toEqual(Object.keys(BENCHES));
  expect(parseCommand(['-h']).isHelp).toBe(true);
});

test.each([
  [[]],
  [['nothing']],
  [['capture', 'pipe']],
  [['capture', '--pairs', '0']],
  [['capture', '--pairs', '1.5']],
  [['capture', '--files', 'a,e']],
  [['capture', '--loud']],
])('%j is wrong usage', (words) => expect(() => parseCommand(words)).toThrow(BenchError));
