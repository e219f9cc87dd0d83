import { describe, expect, test } from 'vitest';
import { hex } from '../../../../test/support/capture-bytes.js';
import { ClientHello, parseClientHello } from './client-hello.js';
import {
  alpn,
  concat,
  extension,
  groups,
  type HelloParts,
  helloBody,
  parsed,
  pointFormats,
  serverName,
} from './hello-bytes.fixture.js';
import { ja3Of, ja3Text } from './ja3.js';

describe('JA3', () => {
  test.each<[string, HelloParts, string, string]>([
    [
      // The two examples of JA3's own README.
      'with extensions',
      {
        version: 769,
        ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
        extensions: [serverName('example.com'), groups(23, 24, 25), pointFormats(0)],
      },
      '769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0',
      'ada70206e40642a3e4461f35503241d5',
    ],
    [
      'without extensions',
      { version: 769, ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99] },
      '769,4-5-10-9-100-98-3-6-19-18-99,,,',
      'de350869b8c85de67a350c8d186f11e6',
    ],
    [
      // md5sum
      'GREASE is left out everywhere; 0x0a1a is none',
      {
        ciphers: [0x0a0a, 0x0a1a, 0xfafa],
        extensions: [extension(0x1a1a), groups(0x2a2a, 29), pointFormats(), alpn('h2')],
      },
      '771,2586,10-11-16,29,',
      '070f29f2e4915d74975b454eacffb717',
    ],
    ['no ciphers', { ciphers: [], extensions: [extension(23)] }, '771,,23,,', 'ca366077e45adcdb7a3d464db92c85f1'],
  ])('%s', (_name, parts, text, md5) => {
    const hello = parsed(parts);
    expect(ja3Text(hello)).toBe(text);
    expect(ja3Of(hello)).toBe(md5);
  });

  test.each<[string, string, string]>([
    // tshark 4.0.17, tls.handshake.ja3_full
    ['a list longer than the message', '0009 00170000', '771,4865,'],
    ['an extension longer than the list', '0008 00170000 00230002 0000', '771,4865,23-35'],
    ['a list shorter than the message', '0004 00170000 0000', '771,4865,23,,'],
    ['groups longer than their extension', '0008 000a 0004 0004 001d', '771,4865,10,,'],
  ])('%s', (_name, rest, text) => {
    const bytes = concat(helloBody(), hex(rest));
    const hello = new ClientHello();
    parseClientHello(bytes, 0, bytes.length, hello);
    expect(ja3Text(hello)).toBe(text);
  });
});
