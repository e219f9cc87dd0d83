import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyKind, HeadStatus, looksLikeRequest, parseRequestHead, RequestHead } from './request-head.js';

const LINE = 'GET /x HTTP/1.1\r\n';

/** What is in a head, as plain text. */
function factsOf(bytes: Buffer, head: RequestHead): Record<string, unknown> {
  const { headers, cookies } = head;
  const text = (at: number, end: number) => bytes.toString('latin1', at, end);
  const range = ({ at, end, isSet }: RequestHead['host']) => (isSet ? text(at, end) : null);
  return {
    method: range(head.method),
    target: range(head.target),
    version: range(head.version),
    host: range(head.host),
    userAgent: range(head.userAgent),
    referer: range(head.referer),
    accept: range(head.accept),
    acceptLanguage: range(head.acceptLanguage),
    acceptEncoding: range(head.acceptEncoding),
    cookie: range(head.cookie),
    contentType: range(head.contentType),
    connection: range(head.connection),
    upgrade: range(head.upgrade),
    headers: Array.from({ length: headers.kept }, (_, index) => [
      text(headers.nameAt[index]!, headers.nameEnd[index]!),
      text(headers.valueAt[index]!, headers.valueEnd[index]!),
    ]),
    headerCount: headers.count,
    badLines: headers.badLines,
    cookies: Array.from({ length: cookies.kept }, (_, index) => [
      text(cookies.nameAt[index]!, cookies.nameEnd[index]!),
      text(cookies.valueAt[index]!, cookies.valueEnd[index]!),
    ]),
    cookieCount: head.cookieCount,
    bodyKind: head.bodyKind,
    contentLength: head.contentLength,
    isAmbiguous: head.isAmbiguous,
    isCut: head.isCut,
    headEnd: head.headEnd,
  };
}

function parse(text: string, isLast = false): Record<string, unknown> & { status: number } {
  const bytes = Buffer.from(text, 'latin1');
  const head = new RequestHead();
  const status = parseRequestHead(bytes, 0, bytes.length, head, isLast);
  return { status, ...factsOf(bytes, head) };
}

describe('headers', () => {
  test('of a browser', () => {
    const lines = [
      'Host: example.com',
      'User-Agent: Mozilla/5.0',
      'Accept: */*',
      'Accept-Language: de,en;q=0.5',
      'Accept-Encoding: gzip, deflate, br',
      'Referer: https://example.com/a',
      'Cookie: sid=31d4d96e407aad42; theme=; flag; a=b=c',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    expect(parse(`${LINE}${lines.join('\r\n')}\r\n\r\nrest`)).toMatchObject({
      status: HeadStatus.complete,
      method: 'GET',
      target: '/x',
      version: 'HTTP/1.1',
      host: 'example.com',
      userAgent: 'Mozilla/5.0',
      accept: '*/*',
      acceptLanguage: 'de,en;q=0.5',
      acceptEncoding: 'gzip, deflate, br',
      referer: 'https://example.com/a',
      connection: 'Upgrade',
      upgrade: 'websocket',
      contentType: null,
      headers: lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      cookies: [
        ['sid', '31d4d96e407aad42'],
        ['theme', ''],
        ['flag', ''],
        ['a', 'b=c'],
      ],
      bodyKind: BodyKind.none,
      badLines: 0,
      headEnd: LINE.length + lines.join('\r\n').length + 4,
    });
  });

  // tshark 4.0.17 -T fields -e http.host for the same line in a request to port 80; where we differ it is said.
  test.each<[string, string, Record<string, unknown>]>([
    ['no space', 'Host:h', { host: 'h' }],
    ['much space (tshark keeps what is behind)', 'Host:  \t h  \t', { host: 'h' }],
    ['capitals', 'HOST: h', { host: 'h' }],
    ['an empty value', 'Host:', { host: '' }],
    ['space before the colon', 'Host : h', { host: null, headers: [['Host ', 'h']] }],
    ['space before the name', ' Host: h', { host: null }],
    ['twice: the first, both in the list', 'Host: a\r\nHost: b', { host: 'a', headerCount: 2 }],
    ['no header in between', 'X\r\nHost: h', { host: 'h', badLines: 1 }],
    ['no name', ': v\r\nHost: h', { host: 'h', badLines: 1, headerCount: 1 }],
    ['bare line feeds', 'X: y\nHost: h', { host: 'h' }],
    ['a folded value (tshark: a)', 'Host: a\r\n b', { host: 'a\r\n b', headerCount: 1 }],
    ['a header within a folded value', 'X: 1\r\n\tHost: no\r\nHost: yes', { host: 'yes', headerCount: 2 }],
    ['NUL (tshark: a)', 'Host: a\0b', { host: 'a\0b' }],
    ['a carriage return (tshark: a)', 'Host: a\rb', { host: 'a\rb' }],
    [
      'two cookie headers',
      'Cookie: a=1\r\nCookie: b=2;;',
      {
        cookie: 'a=1',
        cookies: [
          ['a', '1'],
          ['b', '2'],
        ],
      },
    ],
  ])('%s', (_name, lines, expected) => {
    expect(parse(`${LINE}${lines}\r\n\r\n`)).toMatchObject({ status: HeadStatus.complete, ...expected });
  });

  test('as many as there are count, 64 are kept', () => {
    const facts = parse(`${LINE}${'a: b\r\n'.repeat(9000)}Cookie: ${'c;'.repeat(900)}\r\nHost: h\r\n\r\n`);
    expect(facts).toMatchObject({ headerCount: 9002, host: 'h', cookieCount: 900 });
    expect([facts['headers'], facts['cookies']]).toEqual([Array(64).fill(['a', 'b']), Array(64).fill(['c', ''])]);
  });
});

describe('the end of a head', () => {
  // As tshark 4.0.17 reassembles.
  test.each<[string, keyof typeof HeadStatus]>([
    ['\r\n\r\n', 'complete'],
    ['\n\n', 'complete'],
    ['\r\n\n', 'complete'],
    ['\n\r\n', 'complete'],
    ['\r\r', 'needMore'],
    ['\r\n\r', 'needMore'],
  ])('%j: %s', (end, status) => {
    expect(parse(`${LINE}Host: h${end}`).status).toBe(HeadStatus[status]);
  });

  test('what the lines that are complete say is there while more is needed', () => {
    expect(parse(`${LINE}Host: h\r\nUser-Agent: u\r\nAcc`)).toMatchObject({
      status: HeadStatus.needMore,
      method: 'GET',
      host: 'h',
      userAgent: 'u',
      headerCount: 2,
    });
  });

  // tshark 4.0.17 shows the same of a frame that the snap length cut there.
  test.each<[string, Record<string, unknown>]>([
    ['GET /abcde', { status: HeadStatus.complete, target: '/abcde', version: null, host: null }],
    ['GET /x HTTP/1', { status: HeadStatus.complete, target: '/x', version: 'HTTP/1' }],
    [`${LINE}`, { status: HeadStatus.complete, version: 'HTTP/1.1', host: null }],
    [`${LINE}Host: host.e`, { status: HeadStatus.complete, host: 'host.e' }],
    [`${LINE}Host: h\r\nUser-Agent: u\r\n\r`, { status: HeadStatus.complete, host: 'h', userAgent: 'u' }],
    ['GE', { status: HeadStatus.notHttp }],
    ['FOO /x', { status: HeadStatus.notHttp }],
  ])('cut to %j', (text, expected) => {
    expect(parse(text, true)).toMatchObject({ ...expected, isCut: expected['status'] === HeadStatus.complete });
  });
});

describe('what follows', () => {
  test.each<[string, string, keyof typeof BodyKind, number, boolean]>([
    ['GET', 'Host: h', 'none', -1, false],
    ['POST', 'Content-Length: 12', 'length', 12, false],
    ['POST', 'Content-Length: 0', 'none', 0, false],
    ['GET', 'Content-Length: 007', 'length', 7, false],
    ['POST', 'Content-Length: 5\r\nContent-Length: 5', 'length', 5, false],
    ['POST', 'Content-Length: 5, 5', 'length', 5, false],
    ['POST', 'Content-Length: 5\r\nContent-Length: 6', 'untilClose', -1, true],
    ['POST', 'Content-Length: 5, x', 'untilClose', -1, true],
    ['POST', 'Content-Length: +5', 'untilClose', -1, true],
    ['POST', 'Content-Length:', 'untilClose', -1, true],
    ['POST', 'Content-Length: 18446744073709551615', 'untilClose', -1, true],
    ['POST', 'Transfer-Encoding: chunked', 'chunked', -1, false],
    ['POST', 'Transfer-Encoding: gzip, Chunked ', 'chunked', -1, false],
    ['POST', 'Transfer-Encoding:\r\n chunked', 'chunked', -1, false],
    ['POST', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'untilClose', -1, false],
    ['POST', 'Transfer-Encoding: xchunked', 'untilClose', -1, false],
    ['POST', 'Content-Length: 5\r\nTransfer-Encoding: chunked', 'chunked', 5, true],
    ['CONNECT', 'Host: h', 'untilClose', -1, false],
  ])('%s with %j: %s of %i, ambiguous %s (RFC 9112 §6.3)', (method, lines, kind, contentLength, isAmbiguous) => {
    const facts = parse(`${method} /x HTTP/1.1\r\n${lines}\r\n\r\n`);
    expect(facts).toMatchObject({ bodyKind: BodyKind[kind], contentLength, isAmbiguous });
  });
});

const NAMES = ['Host', 'host', 'Cookie', 'User-Agent', 'Content-Length', 'Transfer-Encoding', 'X', '', 'Host '];
const anyText = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const anyLine = fc.oneof(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.oneof(anyText, fc.constantFrom('5', 'chunked', 'a=1; b', 'x\r\n y')))
    .map(([name, value]) => `${name}: ${value}`),
  anyText,
);
const anyHead = fc
  .tuple(
    fc.constantFrom('', '\r\n', '\n\r\n'),
    fc.constantFrom(
      'GET /x HTTP/1.1',
      'POST http://h/ HTTP/1.0',
      'FOO /x HTTP/1.1',
      'GET /',
      'CONNECT h:1 HTTP/1.1',
      'GET a b HTTP/1.1',
    ),
    fc.array(fc.tuple(anyLine, fc.constantFrom('\r\n', '\n')), { maxLength: 8 }),
    fc.constantFrom('\r\n\r\n', '\n\n', '\n\r\n'),
  )
  .map(([before, line, lines, end]) => `${before}${line}\r\n${lines.map((pair) => pair.join('')).join('')}X: y${end}`);

describe('any split', () => {
  test('needs more until the head is complete, then says the same, whatever follows', () => {
    fc.assert(
      fc.property(anyHead, anyText, (text, rest) => {
        const whole = parse(text);
        expect(whole.status).toBe(HeadStatus.complete);
        const end = whole['headEnd'] as number;
        for (let length = 0; length < end; length += 1) {
          expect([length, parse(text.slice(0, length)).status]).toEqual([length, HeadStatus.needMore]);
        }
        expect(parse(text.slice(0, end) + rest)).toEqual(parse(text.slice(0, end)));
      }),
      { numRuns: 300 },
    );
  });

  test('what lies around the bytes changes nothing, so nothing outside is read', () => {
    const head = new RequestHead();
    fc.assert(
      fc.property(fc.oneof(anyHead, anyText), fc.nat(80), fc.boolean(), (text, cut, isLast) => {
        const bytes = Buffer.from(text.slice(0, Math.max(0, text.length - cut)), 'latin1');
        const results = ['\0', '\n', 'A'].map((around) => {
          const wide = Buffer.from(around.repeat(5) + bytes.toString('latin1') + around.repeat(40), 'latin1');
          const status = parseRequestHead(wide, 5, 5 + bytes.length, head, isLast);
          return [status, looksLikeRequest(wide, 5, 5 + bytes.length), factsOf(wide, head)];
        });
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
      }),
      { numRuns: 1000 },
    );
  });
});
