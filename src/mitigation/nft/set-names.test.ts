import { describe, expect, test } from 'vitest';
import { formatAddress, type Prefix, parsePrefix } from '../../format/address.js';
import type { Entry } from '../entry.js';
import { entryOf, maskText, parseSetName, setNameOf } from './set-names.js';

const prefix = (text: string) => parsePrefix(text) as Prefix;

describe('set elements', () => {
  test.each<[Exclude<Entry, { role: 'lease' }>, string]>([
    [{ role: 'block', prefix: prefix('198.51.100.7') }, 'host4'],
    [{ role: 'block', prefix: prefix('198.51.100.0/24') }, 'net4_24'],
    [{ role: 'block', prefix: prefix('128.0.0.0/1') }, 'net4_1'],
    [{ role: 'block', prefix: prefix('2001:db8::1') }, 'host6'],
    [{ role: 'block', prefix: prefix('2001:db8::/64') }, 'net6_64'],
    [{ role: 'target', prefix: prefix('192.0.2.10') }, 'target4'],
    [{ role: 'target', prefix: prefix('2001:db8::/127') }, 'target6_127'],
    [{ role: 'allow', prefix: prefix('192.0.2.10') }, 'allow4'],
    [{ role: 'allow', prefix: prefix('192.0.2.0/30') }, 'allow4_30'],
    [{ role: 'guard', prefix: prefix('203.0.113.10'), port: 22 }, 'guard4'],
    [{ role: 'guard', prefix: prefix('2001:db8::1'), port: 22 }, 'guard6'],
  ])('%#: lives in %s and is read back', (entry, name) => {
    expect(setNameOf(entry)).toBe(name);
    const kind = parseSetName(name);
    expect(kind).not.toBeNull();
    const text = formatAddress(entry.prefix.version, ...entry.prefix.words);
    const single = { kind: 'single', text } as const;
    const value =
      entry.role === 'guard'
        ? ({ kind: 'concat', parts: [single, { kind: 'single', text: String(entry.port) }] } as const)
        : single;
    expect(kind && entryOf(kind, value)).toEqual(entry);
  });

  test.each([
    '',
    'host',
    'host5',
    'host4_24',
    'net4',
    'net4_32',
    'net4_0',
    'net4_33',
    'net6_128',
    'guard4_24',
    'rl4_abcde',
    'xnet4_24',
    'net4_24x',
    'allow4_32',
  ])('no set of ours: %j', (name) => expect(parseSetName(name)).toBeNull());

  test.each<[4 | 6, number, string]>([
    [4, 24, '255.255.255.0'],
    [4, 1, '128.0.0.0'],
    [4, 31, '255.255.255.254'],
    [6, 64, 'ffff:ffff:ffff:ffff::'],
    [6, 1, '8000::'],
    [6, 127, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe'],
    [6, 33, 'ffff:ffff:8000::'],
    [6, 96, 'ffff:ffff:ffff:ffff:ffff:ffff::'],
  ])('mask of IPv%i /%i', (version, length, mask) => expect(maskText(version, length)).toBe(mask));

  test('values of other shapes are not guessed at', () => {
    const kind = { role: 'block', version: 4, length: 24 } as const;
    expect(entryOf(kind, { kind: 'prefix', address: '10.0.0.0', length: 24 })).toBeNull();
    expect(entryOf(kind, { kind: 'single', text: '2001:db8::' })).toBeNull();
    expect(entryOf(kind, { kind: 'single', text: 'localhost' })).toBeNull();
  });
});
