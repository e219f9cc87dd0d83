import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkedSkipper } from './chunked-skipper.js';

/** Bytes that belong to the body, and what became of it. */
function skip(text: string): [number, 'done' | 'broken' | 'open'] {
  const skipper = new ChunkedSkipper();
  const bytes = Buffer.from(text, 'latin1');
  const end = skipper.feed(bytes, 0, bytes.length);
  return [end, skipper.isDone ? 'done' : skipper.isBroken ? 'broken' : 'open'];
}

test.each<[string, string, number, string]>([
  ['one chunk', '4\r\nWiki\r\n0\r\n\r\nGET', 14, 'done'],
  ['no chunk', '0\r\n\r\nGET', 5, 'done'],
  ['hexadecimal, capitals, zeros in front', '0000A\r\n0123456789\r\n0\r\n\r\n', 24, 'done'],
  ['an extension', '4;x="y"\r\nWiki\r\n0;z\r\n\r\n', 22, 'done'],
  ['trailers', '0\r\nA: b\r\nC: d\r\n\r\nGET', 17, 'done'],
  ['bare line feeds', '4\nWiki\n0\n\nGET', 10, 'done'],
  ['line ends within the data', '4\r\n\r\n\r\n\r\n0\r\n\r\n', 14, 'done'],
  ['many zeros', `${'0'.repeat(40)}\r\n\r\nGET`, 44, 'done'],
  ['nothing', '', 0, 'open'],
  ['a part of the data', '4\r\nWi', 5, 'open'],
  ['the last line is not there', '0\r\n', 3, 'open'],
  ['no size', '\r\n', 0, 'broken'],
  ['no hexadecimal digit', 'x\r\n', 0, 'broken'],
  ['data longer than its size', '2\r\nWiki\r\n', 5, 'broken'],
  ['a size beyond reason', 'fffffffffffff\r\n', 12, 'broken'],
])('%s', (_name, text, end, state) => {
  expect(skip(text)).toEqual([end, state]);
});

test('any split ends at the same byte', () => {
  const chunk = fc
    .uint8Array({ minLength: 1, maxLength: 30 })
    .map((bytes) => `${bytes.length.toString(16)}\r\n${Buffer.from(bytes).toString('latin1')}\r\n`);
  const body = fc.array(chunk, { maxLength: 5 }).map((chunks) => `${chunks.join('')}0\r\nT: x\r\n\r\n`);
  const broken = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  fc.assert(
    fc.property(
      fc.tuple(body, broken).map((parts) => parts.join('')),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (text, sizes) => {
        const bytes = Buffer.from(text, 'latin1');
        const skipper = new ChunkedSkipper();
        let at = 0;
        for (let turn = 0; at < bytes.length && !skipper.isDone && !skipper.isBroken; turn += 1) {
          at = skipper.feed(bytes, at, Math.min(bytes.length, at + sizes[turn % sizes.length]!));
        }
        expect([at, skipper.isDone]).toEqual([skip(text)[0], true]);
      },
    ),
  );
});
