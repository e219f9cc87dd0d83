import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../../test/support/capture-bytes.js';
import { DecodeStatus } from '../../../records/decode-status.js';
import { ClientHello, parseClientHello } from './client-hello.js';
import {
  algorithms,
  alpn,
  extension,
  groups,
  type HelloParts,
  helloBody,
  parsed,
  plain,
  pointFormats,
  RANDOM,
  serverName,
  u16s,
  vector,
  versions,
} from './hello-bytes.fixture.js';

const NOTHING = {
  legacyVersion: 0x0303,
  random: Buffer.from(RANDOM).toString('hex'),
  ciphers: [0x1301],
  extensions: [],
  groups: [],
  pointFormats: [],
  signatureAlgorithms: [],
  supportedVersions: [],
  hasServerName: false,
  serverName: '',
  alpn: '',
  alpnList: '',
  isCut: false,
  isBroken: false,
  isListBroken: false,
};

const EVERYTHING: HelloParts = {
  ciphers: [0x0a0a, 0x1301, 0xc02b],
  sessionId: RANDOM,
  extensions: [
    extension(0x2a2a),
    serverName('example.com'),
    groups(0x3a3a, 29, 23),
    pointFormats(0, 1),
    algorithms(0x0403, 0x0804),
    alpn('h2', 'http/1.1'),
    versions(0x4a4a, 0x0304, 0x0303),
    // delegated_credentials has a list like signature_algorithms (RFC 9345 §4.1.1).
    extension(34, vector(2, u16s(0x0603))),
    extension(21, new Uint8Array(9)),
  ],
};

test('every field, in wire order and with GREASE', () => {
  expect(plain(parsed(EVERYTHING))).toEqual({
    ...NOTHING,
    ciphers: [0x0a0a, 0x1301, 0xc02b],
    extensions: [0x2a2a, 0, 10, 11, 13, 16, 43, 34, 21],
    groups: [0x3a3a, 29, 23],
    pointFormats: [0, 1],
    signatureAlgorithms: [0x0403, 0x0804],
    supportedVersions: [0x4a4a, 0x0304, 0x0303],
    hasServerName: true,
    serverName: 'example.com',
    alpn: 'h2',
    alpnList: '\x02h2\x08http/1.1',
  });
});

const name = (type: number, text: string) => concat(Uint8Array.of(type), vector(2, Buffer.from(text)));

describe('what may be missing or odd', () => {
  test.each<[string, HelloParts, object]>([
    ['no extensions at all', {}, {}],
    ['an empty list of extensions', { extensions: [] }, {}],
    ['no ciphers', { ciphers: [] }, { ciphers: [] }],
    ['an SSL 3.0 version', { version: 0x0300 }, { legacyVersion: 0x0300 }],
    ['a session ID of 255 bytes', { sessionId: new Uint8Array(255) }, {}],
    [
      'server_name without a name',
      { extensions: [extension(0)] },
      { extensions: [0], hasServerName: true, isBroken: true },
    ],
    ['an empty name', { extensions: [serverName('')] }, { extensions: [0], hasServerName: true }],
    [
      'a name of another type before the host name',
      { extensions: [extension(0, vector(2, concat(name(7, 'x'), name(0, 'host'))))] },
      { extensions: [0], hasServerName: true, serverName: 'host' },
    ],
    ['ALPN without a protocol', { extensions: [alpn()] }, { extensions: [16] }],
    ['an empty protocol', { extensions: [alpn('')] }, { extensions: [16], alpnList: '\0' }],
    [
      'an extension twice: the last counts',
      { extensions: [groups(1), groups(2)] },
      { extensions: [10, 10], groups: [2] },
    ],
  ])('%s', (_name, parts, fields) => {
    expect(plain(parsed(parts))).toEqual({ ...NOTHING, ...fields });
  });

  test('more than the lists hold is cut and said', () => {
    const count = 600;
    const ciphers = Array.from({ length: count }, (_, i) => i);
    const hello = plain(parsed({ ciphers, extensions: ciphers.slice(0, 200).map(() => extension(99)) }));
    expect(hello).toMatchObject({ ciphers: ciphers.slice(0, 512), isCut: true });
    expect(hello.extensions).toEqual(Array(128).fill(99));
  });
});

/** As `helloBody`, with what is to come behind the compression methods. */
const withRest = (rest: string): Uint8Array => concat(helloBody(), hex(rest));

describe('lengths that do not fit', () => {
  // tshark 4.0.17 makes no JA3 of the malformed ones; of the others it takes what is expected here.
  test.each<[string, Uint8Array, object | null]>([
    ['nothing', new Uint8Array(0), null],
    ['no session ID', helloBody().subarray(0, 34), null],
    ['a session ID beyond the end', concat(helloBody().subarray(0, 34), hex('ff')), null],
    ['ciphers beyond the end', concat(helloBody().subarray(0, 35), hex('0008 1301')), null],
    ['no compression methods', concat(helloBody().subarray(0, 35), hex('0002 1301')), null],
    ['compression methods beyond the end', concat(helloBody().subarray(0, 35), hex('0002 1301 05 00')), null],
    ['half a length of the extensions', withRest('00'), { isListBroken: true }],
    ['extensions longer than the message', withRest('0005 00170000'), { isListBroken: true }],
    ['extensions shorter than the message', withRest('0004 00170000 00'), { extensions: [23] }],
    ['an extension longer than the message', withRest('0008 00170000 00230009'), null],
    ['an extension longer than the list', withRest('0004 00230002 0000'), { extensions: [35], isListBroken: true }],
    ['less than an extension at the end', withRest('0006 00170000 0023'), { extensions: [23] }],
    ['groups longer than their extension', withRest('0008 000a 0004 0004 001d'), { extensions: [10] }],
    ['half a group', withRest('0009 000a 0005 0003 001d17'), { extensions: [10], groups: [29] }],
    [
      'a name longer than its list',
      withRest('000c 0000 0008 0006 00 0005 616263'),
      { extensions: [0], hasServerName: true },
    ],
    [
      'a protocol longer than its list',
      withRest('0009 0010 0005 0003 05 6832'),
      { extensions: [16], alpnList: '\x05h2' },
    ],
  ])('%s', (_name, bytes, fields) => {
    const hello = new ClientHello();
    const status = parseClientHello(bytes, 0, bytes.length, hello);
    expect(status).toBe(fields === null ? DecodeStatus.malformed : DecodeStatus.ok);
    if (fields !== null) expect(plain(hello)).toEqual({ ...NOTHING, ...fields, isBroken: true });
  });
});

test('the cookie of DTLS', () => {
  const parts = { version: 0xfefd, cookie: RANDOM, extensions: [serverName('a.example')] };
  expect(plain(parsed(parts))).toMatchObject({ legacyVersion: 0xfefd, ciphers: [0x1301], serverName: 'a.example' });
  const cut = helloBody(parts).subarray(0, 36);
  expect(parseClientHello(cut, 0, cut.length, new ClientHello(), true)).toBe(DecodeStatus.malformed);
});

const flips = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 5 });

test('any bytes: no throw, ranges within the message, and nothing behind its end matters', () => {
  const base = helloBody(EVERYTHING);
  fc.assert(
    fc.property(flips, fc.nat(base.length), fc.boolean(), (changes, length, isDtls) => {
      const bytes = base.slice(0, length);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const [alone, among] = [new ClientHello(), new ClientHello()];
      const status = parseClientHello(bytes, 0, bytes.length, alone, isDtls);
      const slab = concat(Uint8Array.of(9), bytes, new Uint8Array(300).fill(0xff));
      expect(parseClientHello(slab, 1, 1 + bytes.length, among, isDtls)).toBe(status);
      if (status !== DecodeStatus.ok) return;
      expect(plain(among)).toEqual(plain(alone));
      for (const end of [alone.serverNameEnd, alone.alpnEnd, alone.alpnListEnd])
        expect(end).toBeLessThanOrEqual(length);
    }),
    { numRuns: 2000 },
  );
});

test('a record that was used before shows nothing of that', () => {
  const hello = parsed(EVERYTHING);
  const bytes = helloBody();
  parseClientHello(bytes, 0, bytes.length, hello);
  expect(plain(hello)).toEqual(NOTHING);
});
