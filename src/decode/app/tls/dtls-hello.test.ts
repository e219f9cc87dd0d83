import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex, words } from '../../../../test/support/capture-bytes.js';
import { ClientHello } from './client-hello.js';
import { looksLikeDtlsHello, parseDtlsHello } from './dtls-hello.js';
import { helloBody, plain, RANDOM, serverName, u16s, vector } from './hello-bytes.fixture.js';
import { HelloStatus } from './hello-stream.js';
import { ja3Text } from './ja3.js';

function read(bytes: Uint8Array, hello = new ClientHello()) {
  return { status: parseDtlsHello(bytes, 0, bytes.length, hello), hello };
}

test('the hello of openssl s_client -dtls1_2', () => {
  // tshark 4.0.17: dtls.handshake.ja3_full
  const bytes =
    hex(`16feff0000000000000000005e010000520000000000000052fefd71236b81d6f89c061e14be4a0fe2359ac6e76fe780d4b58a
    81e11406cce2a51700000004c02b00ff01000024000b000403000102000a000400020017002300000016000000170000000d000400020403`);
  const { status, hello } = read(bytes);
  expect(status).toBe(HelloStatus.complete);
  expect(ja3Text(hello)).toBe('65277,49195-255,11-10-35-22-23-13,23,0-1-2');
});

const BODY = helloBody({ version: 0xfefd, cookie: RANDOM, extensions: [serverName('a.example')] });
const BYTES = BODY.length;

/** A handshake message or a fragment of it. */
function fragment(body: Uint8Array, offset: number, end: number, type = 1): Uint8Array {
  const u24 = (value: number) => words(false, [value, 4]).subarray(1);
  return concat(
    Uint8Array.of(type),
    u24(body.length),
    hex('0000'),
    u24(offset),
    u24(end - offset),
    body.subarray(offset, end),
  );
}

function record(data: Uint8Array, { type = 22, version = 0xfefd, epoch = 0 } = {}): Uint8Array {
  return concat(Uint8Array.of(type), u16s(version, epoch), hex('000000000007'), vector(2, data));
}

const WHOLE = fragment(BODY, 0, BYTES);

describe('where the hello may be in a datagram', () => {
  test.each<[string, Uint8Array]>([
    ['DTLS 1.0', record(WHOLE, { version: 0xfeff })],
    ['the version of early OpenSSL', record(WHOLE, { version: 0x0100 })],
    ['fragments in two records', concat(record(fragment(BODY, 0, 50)), record(fragment(BODY, 50, BYTES)))],
    ['fragments in one record', record(concat(fragment(BODY, 0, 50), fragment(BODY, 50, BYTES)))],
    [
      'fragments that overlap',
      record(concat(fragment(BODY, 0, 50), fragment(BODY, 20, 60), fragment(BODY, 40, BYTES))),
    ],
    [
      'with another message between',
      record(concat(fragment(BODY, 0, 50), fragment(RANDOM, 0, 9, 20), fragment(BODY, 50, BYTES))),
    ],
  ])('%s', (_name, bytes) => {
    const { status, hello } = read(bytes);
    expect(status).toBe(HelloStatus.complete);
    expect(plain(hello)).toMatchObject({ legacyVersion: 0xfefd, ciphers: [0x1301], serverName: 'a.example' });
  });

  test('more of it is in another datagram: that is not joined', () => {
    expect(read(record(fragment(BODY, 0, 50))).status).toBe(HelloStatus.needMore);
    expect(read(record(fragment(BODY, 50, BYTES))).status).toBe(HelloStatus.needMore);
    expect(read(record(WHOLE).slice(0, -1)).status).toBe(HelloStatus.needMore);
  });
});

describe('what is no hello', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', hex('')],
    ['headers alone', record(WHOLE).slice(0, 24)],
    ['a ServerHello', record(fragment(BODY, 0, BYTES, 2))],
    ['application data', record(WHOLE, { type: 23 })],
    ['an encrypted record', record(WHOLE, { epoch: 1 })],
    ['TLS', record(WHOLE, { version: 0x0303 })],
  ])('%s', (_name, bytes) => {
    expect(looksLikeDtlsHello(bytes, 0, bytes.length)).toBe(false);
    expect(read(bytes).status).toBe(HelloStatus.none);
  });

  test.each<[string, Uint8Array]>([
    ['a fragment longer than its record', record(WHOLE.slice(0, -1))],
    ['a broken hello', record(fragment(BODY.slice(0, 40), 0, 40))],
    ['a hello of 16 MiB', record(concat(hex('01 ffffff 0000 000000 000004 00000000'), RANDOM))],
  ])('%s', (_name, bytes) => {
    expect(looksLikeDtlsHello(bytes, 0, bytes.length)).toBe(true);
    expect(read(bytes).status).toBe(HelloStatus.none);
  });
});

test('any bytes: nothing behind the datagram matters', () => {
  const base = concat(record(fragment(BODY, 0, 50)), record(fragment(BODY, 50, BYTES)));
  const flips = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 3 });
  fc.assert(
    fc.property(flips, fc.nat(base.length), (changes, length) => {
      const bytes = base.slice(0, length);
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      const { status, hello } = read(bytes);
      const slab = concat(Uint8Array.of(22), bytes, new Uint8Array(200).fill(1));
      const among = new ClientHello();
      expect(parseDtlsHello(slab, 1, 1 + length, among)).toBe(status);
      if (status === HelloStatus.complete) expect(plain(among)).toEqual(plain(hello));
    }),
    { numRuns: 2000 },
  );
});
