import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadStatus, parseRequestHead, RequestHead } from './request-head.js';
import { cookieNamesOf, cookieShapeOf, headerOrderOf, headerSetOf } from './request-shape.js';

function headOf(text: string): [Buffer, RequestHead] {
  const bytes = Buffer.from(text, 'latin1');
  const head = new RequestHead();
  expect(parseRequestHead(bytes, 0, bytes.length, head)).toBe(HeadStatus.complete);
  return [bytes, head];
}

describe('header signatures', () => {
  // printf 'user-agent\naccept\n' | openssl sha256: 12 digits; the set sorted, each name once.
  test.each<[string, string, string, string]>([
    [
      'curl',
      'GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n',
      'ge1102.48c31277ce74',
      'ge1102.31872c961ce2',
    ],
    [
      'case and values do not count',
      'GET /y HTTP/1.1\r\nhost: i\r\nUSER-AGENT: x\r\naccept: y\r\n\r\n',
      'ge1102.48c31277ce74',
      'ge1102.31872c961ce2',
    ],
    [
      'nor what depends on the visit',
      'GET / HTTP/1.1\r\nUser-Agent: x\r\nReferer: r\r\nContent-Length: 0\r\nCookie: a\r\nAccept: y\r\n\r\n',
      'ge1102.48c31277ce74',
      'ge1102.31872c961ce2',
    ],
    [
      'order does',
      'POST / HTTP/1.0\r\nAccept: y\r\nUser-Agent: x\r\n\r\n',
      'po1002.31872c961ce2',
      'po1002.31872c961ce2',
    ],
    [
      'repeats do, in hsig',
      'GET / HTTP/1.1\r\nAccept: y\r\nAccept: y\r\nUser-Agent: x\r\n\r\n',
      'ge1103.b309aa18c49c',
      'ge1102.31872c961ce2',
    ],
    ['no headers, no version', 'GET /\r\n\r\n', 'ge0900.e3b0c44298fc', 'ge0900.e3b0c44298fc'],
  ])('%s', (_name, text, order, set) => {
    const [bytes, head] = headOf(text);
    expect([headerOrderOf(bytes, head), headerSetOf(bytes, head)]).toEqual([order, set]);
  });

  test('the count stops at 99, of 64 headers kept', () => {
    const [bytes, head] = headOf(`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(200)}\r\n`);
    expect(headerOrderOf(bytes, head)).toMatch(/^ge1164\.[0-9a-f]{12}$/);
  });
});

describe('cookies', () => {
  // printf 'Theme\nlang\nsid\n' | openssl sha256 (capitals sort first)
  test.each<[string, string, string, string]>([
    ['none', '', '', ''],
    [
      'sorted',
      'sid=31d4d96e407aad4231d4d96e407aad42; lang=de; Theme=',
      '69f114b5480d',
      'Theme=empty/0;lang=other/2;sid=hex32/32',
    ],
    [
      'in another order',
      'Theme=; sid=31d4d96e407aad4231d4d96e407aad43; lang=en',
      '69f114b5480d',
      'Theme=empty/0;lang=other/2;sid=hex32/32',
    ],
  ])('%s', (_name, cookie, names, shape) => {
    const [bytes, head] = headOf(`GET / HTTP/1.1\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}\r\n`);
    expect([cookieNamesOf(bytes, head), cookieShapeOf(bytes, head)]).toEqual([names, shape]);
  });

  test('names are cut to 64 bytes in the shape', () => {
    const [bytes, head] = headOf(`GET / HTTP/1.1\r\nCookie: ${'n'.repeat(5000)}=1\r\n\r\n`);
    expect(cookieShapeOf(bytes, head)).toBe(`${'n'.repeat(64)}=int/1`);
  });
});

test('any head has shapes of bounded length', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 90 }), (lines) => {
      const text = lines
        .map((line) =>
          Buffer.from(line)
            .toString('latin1')
            .replace(/[\r\n]/g, ''),
        )
        .map((line) => `Cookie:${line}=${line}\r\n${line}\r\n`);
      const [bytes, head] = headOf(
        `GET / HTTP/1.1\r\nX: y\r\n${text
          .filter((line) => !line.startsWith('\r\n'))
          .join('')
          .replaceAll('\r\n\r\n', '\r\n')}\r\n`,
      );
      expect(headerOrderOf(bytes, head)).toMatch(/^ge11[0-9]{2}\.[0-9a-f]{12}$/);
      expect(cookieShapeOf(bytes, head).length).toBeLessThan(64 * 80);
      expect(cookieNamesOf(bytes, head).length).toBeLessThanOrEqual(12);
    }),
    { numRuns: 200 },
  );
});
