import { describe, expect, test } from 'vitest';
import { scenarioAnalysis } from '../../test/support/scenario-analysis.js';
import { cellWidth } from '../format/cell-text.js';
import type { Analysis } from '../signature/analysis.js';
import { PACKET_ATTRIBUTES } from '../signature/attributes/packet-attributes.js';
import type { DiffAttribute, DiffValue } from '../signature/diff/diff.js';
import { diffText } from './diff-text.js';

const syn = scenarioAnalysis('synFlood');
const http = scenarioAnalysis('httpFlood');
const ALL = { name: 'x.pcap', attributes: 12, backend: null };

const lines = (analysis: Analysis, options = {}) => diffText(analysis, { ...ALL, ...options }).split('\n');

/** Columns are looked at as a whole. */
const narrow = (line: string) => line.replace(/(?<=\S) {2,}/g, '  ');

/** The first diff with other attributes. */
function withAttributes(attributes: readonly DiffAttribute[], canContrast = true): Analysis {
  return { ...syn, diffs: [{ ...syn.diffs[0]!, canContrast, attributes }] };
}

function attributeOf(
  name: string,
  values: readonly Partial<DiffValue>[],
  more: Partial<DiffAttribute> = {},
): DiffAttribute {
  return {
    attribute: PACKET_ATTRIBUTES.find((each) => each.name === name)!,
    divergence: 0.5,
    values: values.map((value) => ({
      value: 1,
      attackShare: 0.5,
      windowShare: 0.5,
      goodShare: 0,
      lift: 9,
      liftLow: 4,
      z: 9,
      rows: 100,
      isFind: true,
      ...value,
    })),
    otherValues: 0,
    otherShare: 0,
    range: null,
    ...more,
  };
}

describe('what tells them apart', () => {
  test.each<[string, DiffAttribute, readonly string[]]>([
    [
      'one value: one line',
      attributeOf('ip.ttl', [{ value: 244, attackShare: 0.99 }], { otherValues: 20 }),
      ['TTL (ip.ttl): 244                                99.0%       0%      >=4.0x  0.50'],
    ],
    [
      'a set that good traffic has none of',
      attributeOf('ip.ttl', [{ value: 244 }, { value: 242, attackShare: 0.49 }]),
      ['TTL (ip.ttl): 244, 242                           99.0%       0%            0.50'],
    ],
    [
      'neighbours are a range',
      attributeOf('port.src', [{ value: 11 }, { value: 10 }], { range: { low: 10, high: 11, share: 1, goodShare: 0 } }),
      ['source port (port.src): 10 to 11                  100%       0%            0.50'],
    ],
    [
      'values that good traffic has too: a line each',
      attributeOf('tcp.flags', [
        { value: 2, goodShare: 0.1 },
        { value: 16, goodShare: 0.2, attackShare: 0.3 },
      ]),
      [
        'TCP flags (tcp.flags)                                                     0.50',
        '  SYN                                            50.0%    10.0%      9.0x',
        '  ACK                                            30.0%    20.0%      9.0x',
      ],
    ],
    [
      'nothing stands out of many',
      attributeOf('ip.src', [{ value: '192.0.2.1/32', attackShare: 0.001, isFind: false }], { otherValues: 48_818 }),
      ['source (ip.src): 48 819 values                                            0.50'],
    ],
    [
      'less than in good traffic is no tell',
      attributeOf('ip.id', [{ value: 0, attackShare: 0.01, goodShare: 0.03, isFind: false }], { otherValues: 9 }),
      ['IP id (ip.id): 10 values                                                  0.50'],
    ],
    [
      'four bytes that are text',
      attributeOf('payload.first4', [{ value: 0x47455420 }]),
      [
        'payload begins (payload.first4)                                           0.50',
        '  0x47455420 "GET "                              50.0%       0%      >=4.0x',
      ],
    ],
  ])('%s', (_, attribute, expected) => {
    const text = lines(withAttributes([attribute]));
    const at = text.findIndex((line) => line.startsWith('What tells them apart'));
    expect(text.slice(at + 1, text.indexOf('', at)).map(narrow)).toEqual(expected.map(narrow));
  });

  test('without good traffic: what is not there and what was said already is left out', () => {
    const calm = { divergence: null };
    const one = (name: string, value: number | string) =>
      attributeOf(name, [{ value, attackShare: 1, goodShare: null, lift: null, liftLow: null, isFind: false }], calm);
    const text = lines(
      withAttributes(
        [one('ip.ttl', 64), one('ip.initialTtl', 64), one('ip.tos', 0), one('tcp.options', ''), one('ip.length', 40)],
        false,
      ),
    );
    const at = text.findIndex((line) => line.startsWith('The attack (packets)'));
    expect(text.slice(at + 1, at + 4).map(narrow)).toEqual([
      'TTL (ip.ttl): 64  100%  unknown',
      'IP length (ip.length): 40  100%  unknown',
      '',
    ]);
  });

  test('a long text goes on in the next line, cut once more', () => {
    const text = lines(http).join('\n');
    expect(text).toMatch(/\n {2}Mozilla\/5\.0 \(Windows NT 10\.0; Win64; x64.* +100% .*\n {4}\S?.*Safari\/537\.36\n/);
    const long = attributeOf('payload.word', [{ value: `x${'y'.repeat(500)}`, attackShare: 1 }]);
    expect(lines(withAttributes([long])).some((line) => /^ {4}y+…$/.test(line))).toBe(true);
  });

  test('nothing at all says so', () => {
    expect(lines(withAttributes([]))).toContain('Nothing in the packets tells attack from good.');
  });

  test.each([
    ['syn', syn],
    ['http', http],
  ] as const)('figures stand in columns of 80 cells: %s', (_, analysis) => {
    const text = lines(analysis);
    const rule = text.findIndex((line) => line.startsWith('Rule'));
    for (const line of text.slice(0, rule))
      expect(cellWidth(line), line).toBeLessThanOrEqual(
        line.startsWith('attack') || line.startsWith('good') ? 100 : 80,
      );
  });
});

describe('the rest of the page', () => {
  test('who, when, and what it looks like', () => {
    expect(lines(syn).slice(0, 5)).toEqual([
      'ddostop diff   x.pcap',
      'target 203.0.113.10',
      expect.stringMatching(
        /^attack {2}\d\d \d{3} packets, 2025-10-09 08:53:35Z, 15s; 97\.\d% of it attack, by the rates$/,
      ),
      expect.stringMatching(/^good {4}1 \d{3} packets, .*: the same target before the attack$/),
      expect.stringMatching(/^looks like {2}SYN flood 99\.\d%$/),
    ]);
  });

  test('requests that are no more than before are no news; those of a flood are', () => {
    expect(lines(syn).filter((line) => line.startsWith('Rule'))).toEqual(['Rule']);
    expect(lines(http).filter((line) => line.startsWith('Rule'))).toEqual(['Rule of packets', 'Rule of requests']);
  });

  test('one backend only; a name that is hostile', () => {
    const text = lines(syn, { backend: 'nft', name: 'a\x1b[2Jb' });
    expect(text[0]).toBe('ddostop diff   a\\x1b[2Jb');
    expect(text).toContain('nft');
    expect(text).not.toContain('iptables');
  });

  test('a refusal: the code, the words, the figures', () => {
    const refused = {
      code: 'NO_GOOD',
      message: 'there are 0 good rows.',
      evidence: { goodRows: 0, share: 0.123456, from: 'rates' },
    };
    const text = lines({ ...syn, requests: null, proposal: { rule: null, refused, backends: [] } });
    const at = text.indexOf('Rule: none, NO_GOOD');
    expect(text.slice(at + 1, at + 3)).toEqual(['  there are 0 good rows.', '  goodRows 0, share 0.123, from rates']);
  });

  test('no good traffic: what a rule would harm is unknown', () => {
    const none = { ...syn, good: { is: 'none' as const, fromSec: Number.NaN, toSec: Number.NaN } };
    expect(lines(none)).toContain('good    none: what a rule would harm is unknown');
  });
});
