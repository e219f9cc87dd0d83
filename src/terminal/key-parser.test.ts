import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyParser } from './key-parser.js';

const parse = (...chunks: string[]): string[] => {
  const parser = new KeyParser();
  return [...chunks.flatMap((chunk) => parser.push(Buffer.from(chunk, 'utf8'))), ...parser.flush()];
};

describe('keys', () => {
  test.each([
    ['a', ['a']],
    ['A', ['A']],
    [' ', ['space']],
    ['\r', ['enter']],
    ['\n', ['enter']],
    ['\t', ['tab']],
    ['\x7f', ['backspace']],
    ['\x08', ['backspace']],
    ['\x03', ['ctrl-c']],
    ['\x1a', ['ctrl-z']],
    ['\x0c', ['ctrl-l']],
    ['\x1c', ['ctrl-\\']],
    ['\x00', ['ctrl-space']],
    ['\x1b', ['escape']],
    ['\x1b\x1b', ['escape', 'escape']],
    ['\x1bq', ['escape', 'q']],
    ['\x1b[A', ['up']],
    ['\x1bOA', ['up']],
    ['\x1b[1;2A', ['shift-up']],
    ['\x1b[1;5C', ['ctrl-right']],
    ['\x1b[Z', ['shift-tab']],
    ['\x1b[3~', ['delete']],
    ['\x1b[5~', ['pageup']],
    ['\x1b[H', ['home']],
    ['\x1b[1~', ['home']],
    ['\x1bOP', ['f1']],
    ['\x1b[<0;10;5M', []],
    ['\x1b[?62;c', []],
    ['é日😀', ['é', '日', '😀']],
    ['\x1b[200~mA\x1b[A\rqq\x1b[201~x', ['paste', 'x']],
    ['jjk', ['j', 'j', 'k']],
  ])('%j', (text, keys) => expect(parse(text)).toEqual(keys));

  test('an endless paste keeps nothing', () => {
    const parser = new KeyParser();
    parser.push(Buffer.from('\x1b[200~'));
    for (let i = 0; i < 1000; i += 1) expect(parser.push(Buffer.alloc(10_000, 65))).toEqual([]);
    expect(parser.push(Buffer.from('\x1b[201~A'))).toEqual(['paste', 'A']);
  });

  test('property: where a read ends changes nothing, except in a lone Escape', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '日',
      '\x1b[A',
      '\x1b[1;5C',
      '\x1b[3~',
      '\x1b[200~xx\x1b[201~',
      '\x03',
      '\x1bOA',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(200), (pieces, at) => {
        const bytes = Buffer.from(pieces.join(''), 'utf8');
        const cut = bytes.length === 0 ? 0 : at % bytes.length;
        const whole = new KeyParser();
        const parts = new KeyParser();
        expect([...parts.push(bytes.subarray(0, cut)), ...parts.push(bytes.subarray(cut))]).toEqual(whole.push(bytes));
      }),
    );
  });
});
