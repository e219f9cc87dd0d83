import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPrefix, parseIpv4 } from '../../format/address.js';
import { ListLineReader } from './list-line.js';
import { rangePrefixes } from './range-prefixes.js';

/** "nothing", "damaged", or the prefixes with what the list calls them. */
function readAll(lines: readonly string[]): string[] {
  const reader = new ListLineReader();
  return lines.map((line) => {
    const entry = reader.read(line);
    if (typeof entry === 'string') return entry;
    const words = entry.words === '' ? '' : ` (${entry.words})`;
    return `${entry.prefixes.map(formatPrefix).join(' ')}${words}`;
  });
}

test.each<[name: string, lines: string[], read: string[]]>([
  [
    'FireHOL netset: head of comments, prefixes, single addresses, CRLF and a mark of the byte order',
    [
      '\ufeff#',
      '# firehol_level1',
      '# Category : attacks',
      '0.0.0.0/8',
      '1.10.16.0/20\r',
      '192.0.2.1',
      '  ',
      '192.0.2.7/24',
    ],
    ['nothing', 'nothing', 'nothing', '0.0.0.0/8', '1.10.16.0/20', '192.0.2.1', 'nothing', '192.0.2.0/24'],
  ],
  [
    'Spamhaus DROP as text',
    ['; Spamhaus DROP List 2026/11/22', '1.10.16.0/20 ; SBL256894', '2001:db8::/32;SBL1'],
    ['nothing', '1.10.16.0/20', '2001:db8::/32'],
  ],
  [
    'Spamhaus DROP as JSON lines',
    [
      '{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}',
      '{"cidr":"2001:db8::/32","sblid":"SBL1"}',
      '{"type":"metadata","timestamp":1700000000,"size":1,"records":2,"copyright":"(c)"}',
      '{"cidr":7}',
      '{"cidr":"1.1.1.1"',
      '{"ip":"198.51.100.7","category":"botnet","score":85}',
    ],
    ['1.10.16.0/20', '2001:db8::/32', 'nothing', 'damaged', 'damaged', '198.51.100.7 (botnet, 85)'],
  ],
  [
    'CSV with a head',
    [
      'first_seen,ip,category,score',
      '2026-01-01,198.51.100.7,botnet,85',
      '"2026","2001:db8::1","scan ""x"", y",',
      'x,y,z,1',
    ],
    ['nothing', '198.51.100.7 (botnet, 85)', '2001:db8::1 (scan "x", y)', 'damaged'],
  ],
  [
    'CSV of ranges, and tabs',
    ['start_ip\tend_ip\tthreat', '192.0.2.0\t192.0.2.2\tproxy', '192.0.2.9\t192.0.2.1\tproxy'],
    ['nothing', '192.0.2.0/31 192.0.2.2 (proxy)', 'damaged'],
  ],
  [
    'CSV without a head',
    ['7,198.51.100.7,botnet', '8,198.51.100.8,'],
    ['198.51.100.7 (7, botnet)', '198.51.100.8 (8)'],
  ],
  [
    'ranges',
    [
      '192.0.2.0-192.0.2.255',
      '192.0.2.1 - 192.0.2.2',
      '2001:db8::-2001:db8::1',
      '192.0.2.1-2001:db8::',
      '0.0.0.0-255.255.255.255',
    ],
    ['192.0.2.0/24', '192.0.2.1 192.0.2.2', '2001:db8::/127', 'damaged', 'damaged'],
  ],
  [
    'plain, with what is none',
    [
      'ip',
      '"192.0.2.1"',
      '::ffff:192.0.2.1',
      '0.0.0.0/0',
      '192.0.2.1/33',
      '010.0.0.1',
      'example.com',
      '\u001b[2J',
      '// x',
      '192.0.2.1 # 1,2',
    ],
    [
      'nothing',
      '192.0.2.1',
      '192.0.2.1',
      'damaged',
      'damaged',
      'damaged',
      'damaged',
      'damaged',
      'nothing',
      '192.0.2.1',
    ],
  ],
])('%s', (_name, lines, read) => {
  expect(readAll(lines)).toEqual(read);
});

test('a range is exactly what lies between its ends, in the fewest prefixes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 5000 }), (from, count) => {
      const to = Math.min(from + count - 1, 2 ** 32 - 1);
      const text = (word: number) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
      const prefixes = rangePrefixes(text(from), text(to)) ?? [];
      let at = from;
      for (const { words, length } of prefixes) {
        expect(words[3] >>> 0).toBe(at);
        at += 2 ** (32 - length);
      }
      expect(at).toBe(to + 1);
      expect(prefixes.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count + 1)) + 1);
      expect(parseIpv4(text(from))).toBe(from | 0);
    }),
    { numRuns: 200 },
  );
});

test('whatever a line holds: no throw, and an entry is bounded', () => {
  const piece = fc.constantFrom(
    '192.0.2.1',
    '/24',
    ',',
    '\t',
    '"',
    '{',
    '}',
    '-',
    ' ',
    '#',
    ';',
    ':',
    '2001:db8::',
    'ip',
    '\u0000',
    '\u202e',
    '""',
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const reader = new ListLineReader();
      for (const one of lines) {
        const entry = reader.read(one);
        if (typeof entry === 'string') continue;
        expect(entry.prefixes.length).toBeGreaterThan(0);
        expect(entry.prefixes.length).toBeLessThan(255);
        expect(entry.words.length).toBeLessThan(80);
      }
    }),
    { numRuns: 500 },
  );
});
