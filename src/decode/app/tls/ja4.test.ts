/** The values come from the examples of FoxIO's JA4.md; hashes that it does not have, from `printf %s LIST | openssl sha256`. */
import { describe, expect, test } from 'vitest';
import { hex } from '../../../../test/support/capture-bytes.js';
import {
  algorithms,
  alpn,
  extension,
  groups,
  type HelloParts,
  parsed,
  serverName,
  u16s,
  vector,
  versions,
} from './hello-bytes.fixture.js';
import { type Ja4Transport, ja4Of, ja4Original, ja4OriginalRaw, ja4Raw } from './ja4.js';

const list = (text: string): number[] => text.split(',').map((word) => Number.parseInt(word, 16));

const CIPHERS = '1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035';
const EXTENSIONS = '001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015';
const ALGORITHMS = '0403,0804,0401,0503,0805,0501,0806,0601';

/** The extensions of the example, those that are read with what it says they hold. */
function extensionOf(type: number): Uint8Array {
  if (type === 0x0000) return serverName('example.com');
  if (type === 0x0010) return alpn('h2', 'http/1.1');
  if (type === 0x000d) return algorithms(0x9a9a, ...list(ALGORITHMS));
  if (type === 0x002b) return versions(0x1a1a, 0x0304, 0x0303);
  return extension(type);
}

const EXAMPLE: HelloParts = {
  ciphers: [0xbaba, ...list(CIPHERS)],
  extensions: [extension(0x2a2a), ...list(EXTENSIONS).map(extensionOf), extension(0x3a3a)],
};

describe('the example of the specification', () => {
  const hello = parsed(EXAMPLE);
  const sortedCiphers = '002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9';
  const sortedExtensions = '0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01';

  test.each([
    ['ja4', ja4Of, 't13d1516h2_8daaf6152771_e5627efa2ab1'],
    ['ja4_r', ja4Raw, `t13d1516h2_${sortedCiphers}_${sortedExtensions}_${ALGORITHMS}`],
    ['ja4_o', ja4Original, 't13d1516h2_acb858a92679_18f69afefd3d'],
    ['ja4_ro', ja4OriginalRaw, `t13d1516h2_${CIPHERS}_${EXTENSIONS}_${ALGORITHMS}`],
  ])('%s', (_name, form, value) => {
    expect(form(hello, 't', false)).toBe(value);
    expect(form(hello, 't', true)).toBe(value);
  });

  test('without signature algorithms there is no underscore', () => {
    const extensions = list(sortedExtensions).map((type) => extension(type));
    expect(ja4Of(parsed({ extensions }), 't', false)).toBe('t12i011400_0f2cb44170f4_6d807ffa2a79');
    expect(ja4Raw(parsed({ extensions }), 't', false)).toBe(`t12i011400_1301_${sortedExtensions}`);
  });

  test('the signature algorithms of delegated credentials do not count', () => {
    const look = extension(34, vector(2, u16s(0x0403)));
    expect(ja4Raw(parsed({ extensions: [algorithms(0x0804), look] }), 't', false)).toBe(
      't12i010200_1301_000d,0022_0804',
    );
  });
});

describe('nothing to hash', () => {
  test.each<[string, HelloParts, string, string, string]>([
    ['no extensions', {}, 't12i010000_0f2cb44170f4_000000000000', 't12i010000_1301_', '000000000000'],
    [
      // FoxIO's Python has zeros for ja4_o as well, though server_name is in its list.
      'none but a server name',
      { extensions: [serverName('a')] },
      't12d010100_0f2cb44170f4_000000000000',
      't12d010100_1301_',
      '9af15b336e6a',
    ],
    [
      'no ciphers but GREASE',
      { ciphers: [0x0a0a], extensions: [extension(23)] },
      't12i000100_000000000000_1ca028f07214',
      't12i000100__0017',
      '1ca028f07214',
    ],
  ])('%s', (_name, parts, value, raw, original) => {
    const hello = parsed(parts);
    expect(ja4Of(hello, 't', false)).toBe(value);
    expect(ja4Raw(hello, 't', false)).toBe(raw);
    expect(ja4Original(hello, 't', false).split('_')[2]).toBe(original);
  });
});

describe('transport, version, counts', () => {
  test.each<[string, Ja4Transport, HelloParts, string]>([
    ['SSL 2.0', 't', { version: 0x0002 }, 'ts2i010000'],
    ['SSL 3.0', 't', { version: 0x0300 }, 'ts3i010000'],
    ['TLS 1.0', 't', { version: 0x0301 }, 't10i010000'],
    ['TLS 1.1', 't', { version: 0x0302 }, 't11i010000'],
    ['the highest supported version', 'q', { extensions: [versions(0x0303, 0x0304, 0xfafa)] }, 'q13i010100'],
    ['nothing but GREASE supported', 't', { extensions: [versions(0xfafa)] }, 't12i010100'],
    ['a draft of TLS 1.3', 'q', { extensions: [versions(0x0304, 0x7f1d)] }, 'q00i010100'],
    ['an unknown version', 't', { version: 0x0305 }, 't00i010000'],
    ['DTLS 1.0', 'd', { version: 0xfeff, cookie: hex('') }, 'dd1i010000'],
    ['DTLS 1.2', 'd', { version: 0xfefd, cookie: hex('') }, 'dd2i010000'],
    ['DTLS 1.3', 'd', { version: 0xfefd, cookie: hex(''), extensions: [versions(0xfefc)] }, 'dd3i010100'],
    ['99 ciphers', 't', { ciphers: Array(99).fill(0x00ff) }, 't12i990000'],
    [
      '100 of them, and extensions',
      't',
      { ciphers: Array(100).fill(0x5600), extensions: Array(101).fill(groups()) },
      't12i999900',
    ],
  ])('%s', (_name, transport, parts, start) => {
    expect(ja4Of(parsed(parts), transport, false).slice(0, 10)).toBe(start);
  });
});

describe('the two characters of ALPN', () => {
  test.each<[string, string, string | null, string?]>([
    ['h2', '6832', 'h2'],
    ['http/1.1', '687474702f312e31', 'h1'],
    ['one character twice', '68', 'hh'],
    ['an empty protocol', '', '00'],
    ['no protocol', 'none', '00'],
    // Examples of the text; the older programs have 9 for what is not ASCII.
    ['AB', 'ab', 'ab', '99'],
    ['AB CD', 'abcd', 'ad', '99'],
    ['30 AB', '30ab', '3b', '09'],
    ['30 31 AB CD', '3031abcd', '3d', '09'],
    ['30 AB CD 31', '30abcd31', '01'],
    // In the FoxIO capture tls-non-ascii-alpn.
    ['BA AD', 'baad', 'bd', '99'],
    ['not alphanumeric, but ASCII', '2d68', '28', '-h'],
    ['what cannot be printed', '0a7f', '0f', '99'],
  ])('%s', (_name, first, text, older = text ?? '') => {
    const hello = parsed({ extensions: [first === 'none' ? alpn() : alpn(hex(first), 'h3')] });
    expect(ja4Of(hello, 't', false).slice(8, 10)).toBe(text);
    expect(ja4Of(hello, 't', true).slice(8, 10)).toBe(older);
  });
});
