import { describe, expect, test } from 'vitest';
import { HeadStatus, looksLikeRequest, parseRequestHead, RequestHead } from './request-head.js';

const head = new RequestHead();

/** "method target version" of the line as a request without headers, or null. */
function requestOf(line: string): string | null {
  const bytes = Buffer.from(`${line}\r\n\r\n`, 'latin1');
  if (parseRequestHead(bytes, 0, bytes.length, head) !== HeadStatus.complete) return null;
  const { method, target, version } = head;
  const text = (range: { at: number; end: number }) => bytes.toString('latin1', range.at, range.end);
  return `${text(method)} ${text(target)} ${version.isSet ? text(version) : '-'}`;
}

describe('first lines', () => {
  // tshark 4.0.17 -T fields -e http.request.method -e http.request.uri -e http.request.version, over TCP port 80 and 9999; the
  // first group it takes for requests on both, the second on HTTP's ports, the third on none.
  test.each<[string, string]>([
    ['GET /x HTTP/1.1', 'GET /x HTTP/1.1'],
    ['GET /x HTTP/1.0', 'GET /x HTTP/1.0'],
    ['GET /x HTTP/1.2', 'GET /x HTTP/1.2'],
    ['GET /x http/1.1', 'GET /x http/1.1'],
    ['GET /x y HTTP/1.1', 'GET /x y HTTP/1.1'],
    ['GET /x  HTTP/1.1', 'GET /x HTTP/1.1'],
    ['GET http://h/x HTTP/1.1', 'GET http://h/x HTTP/1.1'],
    ['GET * HTTP/1.1', 'GET * HTTP/1.1'],
    ['GET x HTTP/1.1', 'GET x HTTP/1.1'],
    ['CONNECT h:443 HTTP/1.1', 'CONNECT h:443 HTTP/1.1'],
    ['GET /\xff\x01 HTTP/1.1', 'GET /\xff\x01 HTTP/1.1'],
    ['M-SEARCH * HTTP/1.1', 'M-SEARCH * HTTP/1.1'],
    ['VERSION-CONTROL /x HTTP/1.1', 'VERSION-CONTROL /x HTTP/1.1'],
    ['RPC_IN_DATA /x HTTP/1.1', 'RPC_IN_DATA /x HTTP/1.1'],
    ['BASELINE-CONTROL /x HTTP/1.1', 'BASELINE-CONTROL /x HTTP/1.1'],
  ])('%j everywhere', (line, expected) => {
    expect(requestOf(line)).toBe(expected);
  });

  test.each<[string, string]>([
    ['GET /x HTTP/0.9', 'GET /x HTTP/0.9'],
    ['GET /x HTTP/2.0', 'GET /x HTTP/2.0'],
    ['GET /x HTTP/1', 'GET /x HTTP/1'],
    ['GET /x', 'GET /x -'],
    ['\r\nGET /x HTTP/1.1', 'GET /x HTTP/1.1'],
  ])('%j on the ports of HTTP', (line, expected) => {
    expect(requestOf(line)).toBe(expected);
  });

  test.each<[string]>([
    ['get /x HTTP/1.1'],
    ['Get /x HTTP/1.1'],
    ['GET\t/x HTTP/1.1'],
    [' GET /x HTTP/1.1'],
    ['GET, /x HTTP/1.1'],
    ['G@T /x HTTP/1.1'],
    ['/x HTTP/1.1'],
    ['HTTP/1.1 200 OK'],
    ['RTSP/1.0 200 OK'],
    ['ICY 200 OK'],
    ['DESCRIBE rtsp://x RTSP/1.0'],
    ['INVITE sip:x SIP/2.0'],
    ['PRI * HTTP/2.0'],
    ['HELO x'],
    ['FOO /x'],
    ['\x16\x03\x01'],
    ['GEX'],
  ])('%j nowhere', (line) => {
    expect(requestOf(line)).toBe(null);
  });

  test.each<[string, string, string | null]>([
    ['a method nobody knows: floods make them up', 'FOO /x HTTP/1.1', 'FOO /x HTTP/1.1'],
    ['a method of caches', 'PURGE /x HTTP/1.1', 'PURGE /x HTTP/1.1'],
    ['two spaces: servers pass over them', 'GET  /x HTTP/1.1', 'GET /x HTTP/1.1'],
    ['a space at the end', 'GET /x HTTP/1.1 ', 'GET /x HTTP/1.1'],
    ['RTSP on a port of HTTP', 'OPTIONS rtsp://x RTSP/1.0', null],
    ['RTSP with a path', 'OPTIONS * RTSP/1.0', null],
    ['SIP on a port of HTTP', 'OPTIONS sip:x SIP/2.0', null],
    ['a command of Redis', 'GET key', null],
    ['an FTP command', 'RETR /file', null],
    ['a method alone', 'GET', null],
    ['a word of 25 capitals', `${'A'.repeat(25)} / HTTP/1.1`, null],
  ])('where we leave tshark: %s', (_name, line, expected) => {
    expect(requestOf(line)).toBe(expected);
  });

  test.each<[string, number, boolean]>([
    ['GET / HTTP/1.1', 11, true],
    ['GET / HTTP/1.0', 10, true],
    ['GET /', 9, true],
    ['GET / HTTP/1', 0, true],
    ['FOO / HTTP/1.1', 11, false],
  ])('%s: version %i, known method %s', (line, versionNumber, isKnownMethod) => {
    requestOf(line);
    expect([head.versionNumber, head.isKnownMethod]).toEqual([versionNumber, isKnownMethod]);
  });
});

describe('the first look', () => {
  test.each<[string, boolean]>([
    ['GET / HTTP/1.1\r\n', true],
    ['G', true],
    ['GET', true],
    ['GET ', true],
    ['GET x', true],
    ['\r\n\r\nPOST /', true],
    ['OPTIONS s', true],
    ['FOO /', true],
    ['FOO /x HTTP/1.1\r\n', true],
    ['', false],
    ['\r\n', false],
    ['FOO', false],
    ['FOO ', false],
    ['FOO x', false],
    ['FOO /x\r\n', false],
    ['GET key\r\n', false],
    ['get /', false],
    ['OPTIONS sip:', false],
    ['OPTIONS SIP:x', false],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', false],
    ['\x16\x03\x01\x02', false],
    ['SSH-2.0-x\r\n', false],
  ])('%j: %s', (text, expected) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(looksLikeRequest(bytes, 0, bytes.length)).toBe(expected);
  });
});
