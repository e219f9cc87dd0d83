import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { parseFibTrie, parseIfInet6 } from './proc-addresses.js';

const TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.10
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
Local:
        |-- 192.0.2.10
           /32 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 127.0.0.0
        /8 host LOCAL
`;

test('own IPv4 addresses, once each', () => {
  expect(parseFibTrie(TRIE)).toEqual(['192.0.2.10', '127.0.0.1']);
  expect(parseFibTrie('')).toEqual([]);
  expect(parseFibTrie('/32 host LOCAL\n|-- x\n/32 host LOCAL')).toEqual([]);
});

test('own IPv6 addresses', () => {
  const text = `20010db8000f00000000000000000010 02 40 00 80     eth0
00000000000000000000000000000001 01 80 10 80       lo
zz
`;
  expect(parseIfInet6(text)).toEqual([
    '2001:0db8:000f:0000:0000:0000:0000:0010',
    '0000:0000:0000:0000:0000:0000:0000:0001',
  ]);
});

test('the same as Node says of this machine', () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = parseFibTrie(readFileSync('/proc/net/fib_trie', 'utf8'));
  expect(found).toEqual(
    expect.arrayContaining(own.filter(({ family }) => family === 'IPv4').map((one) => one.address)),
  );
});
