import { describe, expect, test } from 'vitest';
import { parseRequestHead, RequestHead } from '../decode/app/http/request-head.js';
import { PacketBatch } from '../records/packet-batch.js';
import { RequestSamples } from '../records/request-samples.js';
import { clientColumns } from '../signature/table/clients.js';
import { missingCookies } from '../signature/table/missing-cookies.js';
import { inOrderOfTime } from '../signature/table/row-order.js';
import { RowPair } from '../signature/table/row-pair.js';
import { TextNames } from '../sketch/text-names.js';
import { readRequest } from './request-row.js';

const names = new TextNames();

function read(text: string, out = new RequestSamples(1), at = 0, isLast = false): RequestSamples {
  const bytes = Buffer.from(text, 'latin1');
  const head = new RequestHead();
  parseRequestHead(bytes, 0, bytes.length, head, isLast);
  const batch = new PacketBatch(1);
  batch.sec = Float64Array.of(100);
  batch.nsec = Int32Array.of(500_000_000);
  readRequest(head, bytes, { batch, columns: batch.outer, row: 0, messages: 1 }, out, at, names);
  return out;
}

type TextColumn = {
  [Name in keyof RequestSamples]: RequestSamples[Name] extends Uint32Array ? Name : never;
}[keyof RequestSamples];

/** Null: absent. */
const textOf = (samples: RequestSamples, column: TextColumn) => names.textOf(samples[column][0] as number);

const CHROME = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36\r\n';
const FIREFOX = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0\r\n';
const FETCH = 'Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n';
const HINTS = 'sec-ch-ua: "Chromium";v="120"\r\n';

describe('a request as a row', () => {
  test.each<[TextColumn, string, string | null]>([
    ['path', 'GET /a/b.php?x=1 HTTP/1.1\r\n\r\n', '/a/b.php'],
    ['path', 'GET http://h.example:80/a?x HTTP/1.1\r\n\r\n', '/a'],
    ['path', 'OPTIONS * HTTP/1.1\r\n\r\n', '*'],
    ['pathTemplate', 'GET /u/42/9f86d081 HTTP/1.1\r\n\r\n', '/u/#/#'],
    ['resource', 'GET / HTTP/1.1\r\n\r\n', 'html'],
    ['resource', 'GET /a.b/c.PHP?d.js HTTP/1.1\r\n\r\n', 'html'],
    ['resource', 'GET /app.min.js HTTP/1.1\r\n\r\n', 'asset'],
    ['resource', 'GET /x.zip HTTP/1.1\r\n\r\n', 'zip'],
    ['resource', 'GET /x.notanextension HTTP/1.1\r\n\r\n', 'html'],
    ['queryNames', 'GET /?b=1&a&b=2 HTTP/1.1\r\n\r\n', 'a&b'],
    ['queryNames', 'GET /?k3x9q=1&page=2&8373=1 HTTP/1.1\r\n\r\n', '#&page'],
    ['queryNames', 'GET / HTTP/1.1\r\n\r\n', ''],
    ['version', 'GET /\r\n\r\n', 'HTTP/0.9'],
    ['userAgent', 'GET / HTTP/1.1\r\nA: b\r\n\r\n', ''],
    ['userAgentTemplate', 'GET / HTTP/1.1\r\nUser-Agent: curl/7.88.1\r\n\r\n', 'curl/#'],
    ['refererHost', 'GET / HTTP/1.1\r\nReferer: https://News.example:8443/x\r\n\r\n', 'news.example'],
    ['refererHost', 'GET / HTTP/1.1\r\n\r\n', ''],
    ['cookieNames', 'GET / HTTP/1.1\r\nCookie: sid=1; a=2; sid=3\r\n\r\n', 'a;sid'],
    ['country', 'GET / HTTP/1.1\r\n\r\n', null],
  ])('%s of %j', (column, request, expected) => {
    expect(textOf(read(request), column)).toBe(expected);
  });

  test.each([
    ['nothing', CHROME, 1],
    ['a whole Chrome', CHROME + FETCH + HINTS, 2],
    ['a Chrome without hints', CHROME + FETCH, 3],
    ['a whole Firefox', FIREFOX + FETCH, 2],
    ['a Firefox with hints of Chrome', FIREFOX + FETCH + HINTS, 3],
    ['a part', `${FIREFOX}Sec-Fetch-Mode: cors\r\n`, 3],
  ])("a browser's headers: %s", (_name, headers, expected) => {
    expect(read(`GET / HTTP/1.1\r\n${headers}\r\n`).browserHeaders[0]).toBe(expected);
  });

  test('of a head that is cut, what may be a part or lie behind is absent', () => {
    const row = read('GET /a HTTP/1.1\r\nHost: x.example\r\nUser-Agent: Mozil', new RequestSamples(1), 0, true);
    expect([textOf(row, 'path'), textOf(row, 'host')]).toEqual(['/a', 'x.example']);
    expect([textOf(row, 'userAgent'), textOf(row, 'accept'), textOf(row, 'headerOrder')]).toEqual([null, null, null]);
    expect([row.headerCount[0], row.cookieCount[0], row.browserHeaders[0]]).toEqual([-1, -1, 0]);
    expect(textOf(read('GET /ab', new RequestSamples(1), 0, true), 'path')).toBeNull();
  });
});

/** Rows of requests at these times: one client each letter. */
function rowsOf(requests: readonly (readonly [client: string, sec: number, text: string])[]) {
  const samples = new RequestSamples(requests.length);
  for (const [at, [client, sec, text]] of requests.entries()) {
    read(text, samples, at);
    samples.src[at * 4 + 3] = client.charCodeAt(0);
    samples.sec[at] = sec;
  }
  const weights = new Float64Array(requests.length).fill(1);
  return { samples, rows: Int32Array.from(requests.keys()), weights, texts: names };
}

const PAGE = 'GET /a HTTP/1.1\r\n\r\n';
const SCRIPT = 'GET /a.js HTTP/1.1\r\nCookie: seen=1; sid=2\r\n\r\n';

describe('clients', () => {
  test('loads, cookies and pace of each', () => {
    const clock = [0, 1, 2, 3, 4, 5].map((sec) => ['c', sec, PAGE] as const);
    const burst = [0, 0.01, 0.02, 0.03, 0.04, 9].map((sec) => ['b', sec, PAGE] as const);
    const browser = [['w', 0, PAGE] as const, ['w', 1, SCRIPT] as const, ['w', 2, SCRIPT] as const];
    const rows = rowsOf([...clock, ...burst, ...browser, ['o', 3, PAGE]]);
    const columns = clientColumns(new RowPair(rows, null), {
      sec: rows.samples.sec,
      byTime: inOrderOfTime(rows.samples.sec),
    });
    const value = (name: string, row: number) => {
      const { numbers, nameOf } = columns.get(name)!;
      return numbers[row]! < 0 ? null : (nameOf?.(numbers[row]!) ?? numbers[row]);
    };
    const names = ['client.assets', 'client.cookies', 'client.pace', 'client.requests'];
    expect([0, 6, 12, 15].map((row) => names.map((name) => value(name, row)))).toEqual([
      ['pages only', 'never', 'clockwork', 6],
      ['pages only', 'never', 'bursts', 6],
      ['with assets', 'always', null, 3],
      [null, null, 'once', 1],
    ]);
  });

  test('rows in the order of time, those without one last', () => {
    const sec = [5, Number.NaN, 1_700_000_000.5, 5, -3, 5.00002];
    expect([...inOrderOfTime(Float64Array.from(sec))]).toEqual([4, 0, 3, 5, 2, 1]);
    expect([...inOrderOfTime(Float64Array.of(7, 7, 8))]).toEqual([0, 1, 2]);
    expect([...inOrderOfTime(Float64Array.of(Number.NaN, 2, 1))]).toEqual([2, 1, 0]);
  });

  test('cookies that good requests have', () => {
    const attack = rowsOf([
      ['a', 1, PAGE],
      ['b', 1, SCRIPT],
    ]);
    const good = rowsOf([
      ['c', 0, SCRIPT],
      ['d', 0, SCRIPT],
      ['e', 0, PAGE],
    ]);
    const { numbers, nameOf } = missingCookies(new RowPair(attack, good));
    expect([...numbers].map((number) => nameOf?.(number))).toEqual(['seen;sid', '', '', '', 'seen;sid']);
    expect([...missingCookies(new RowPair(attack, null)).numbers]).toEqual([-1, -1]);
  });
});
