import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  covers,
  formatAddress,
  formatIpv4,
  formatIpv6,
  formatPrefix,
  overlaps,
  parseIpv4,
  parseIpv6,
  parsePrefix,
} from './address.js';

describe('formatIpv6 prints what inet_ntop prints', () => {
  // python3 -c 'import socket;print(socket.inet_ntop(socket.AF_INET6, bytes.fromhex("...")))'
  test.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
    ['20010db8000100010001000100010001', '2001:db8:1:1:1:1:1:1'],
    ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['000000000000000000000000c0000201', '::192.0.2.1'],
    ['fe800000000000000000000000000000', 'fe80::'],
    ['00010000000200000000000300000000', '1:0:2::3:0:0'],
    ['20010db8000000000001000000000000', '2001:db8:0:0:1::'],
  ])('%s', (hex, text) => {
    const word = (i: number) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16) | 0;
    expect(formatIpv6(word(0), word(1), word(2), word(3))).toBe(text);
  });
});

describe('parse refuses what other tools would read otherwise', () => {
  test.each([
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4 ',
    '',
    'a.b.c.d',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/08',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::/129',
    '::1%eth0',
    '1.2.3.4;drop',
    '::1.2.3',
  ])('%s', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });
});

test('host bits are cleared, hosts print bare', () => {
  expect(formatPrefix(parsePrefix('192.0.2.77/24')!)).toBe('192.0.2.0/24');
  expect(formatPrefix(parsePrefix('192.0.2.77/32')!)).toBe('192.0.2.77');
  expect(formatPrefix(parsePrefix('2001:db8:1:2:3::/33')!)).toBe('2001:db8::/33');
  expect(formatPrefix(parsePrefix('0.0.0.0/0')!)).toBe('0.0.0.0/0');
});

test('covers and overlaps', () => {
  const p = (text: string) => parsePrefix(text)!;
  expect(covers(p('10.0.0.0/8'), p('10.1.2.3'))).toBe(true);
  expect(covers(p('10.1.2.3'), p('10.0.0.0/8'))).toBe(false);
  expect(overlaps(p('10.1.2.3'), p('10.0.0.0/8'))).toBe(true);
  expect(covers(p('0.0.0.0/0'), p('::1'))).toBe(false);
  expect(covers(p('2001:db8::/32'), p('2001:db8:ffff::1'))).toBe(true);
});

test('property: text survives the round trip and node agrees it is an address', () => {
  const word = fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constantFrom(1, 0xffff));
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      const v6 = formatIpv6(a, b, c, d);
      expect(isIPv6(v6)).toBe(true);
      expect(parseIpv6(v6)).toEqual([a, b, c, d].map((w) => w | 0));
      const v4 = formatIpv4(d);
      expect(isIPv4(v4)).toBe(true);
      expect(parseIpv4(v4)).toBe(d | 0);
      expect(formatAddress(4, 0, 0, 0, d)).toBe(v4);
    }),
  );
});
