import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../errors.js';
import { formatPrefix, overlaps } from '../../format/address.js';
import type { MitigationRequest } from '../types.js';
import { normaliseRequest } from './normal-request.js';
import { MAX_PLAN_PREFIXES } from './plan-limits.js';

function requestOf(fields: Partial<MitigationRequest>): MitigationRequest {
  return {
    backend: 'nft',
    blockSources: [],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'test',
    ...fields,
  };
}

describe('request to checked prefixes', () => {
  test.each<[string, Partial<MitigationRequest>, string[], string | null]>([
    ['host', { blockSources: ['198.51.100.7'] }, ['198.51.100.7'], null],
    [
      'host bits',
      { blockSources: ['198.51.100.7/24'] },
      ['198.51.100.0/24'],
      '198.51.100.7/24 was read as 198.51.100.0/24',
    ],
    [
      'full length is a host',
      { blockSources: ['198.51.100.7/32', '2001:DB8::1/128'] },
      ['198.51.100.7', '2001:db8::1'],
      null,
    ],
    ['other spelling', { blockSources: ['2001:db8:0:0::/64'] }, ['2001:db8::/64'], null],
    [
      'IPv4 behind ::ffff',
      { blockSources: ['::ffff:198.51.100.7'] },
      ['198.51.100.7'],
      '::ffff:198.51.100.7 was read as 198.51.100.7',
    ],
    ['twice', { blockSources: ['198.51.100.7', '198.51.100.7'] }, ['198.51.100.7'], null],
    [
      'inner after outer',
      { blockSources: ['198.51.100.0/24', '198.51.100.7'] },
      ['198.51.100.0/24'],
      'covered by a wider prefix of the same plan: 198.51.100.7',
    ],
    [
      'outer after inner',
      { blockSources: ['2001:db8::1', '2001:db8::/64'] },
      ['2001:db8::/64'],
      'covered by a wider prefix of the same plan: 2001:db8::1',
    ],
    [
      'allow-listed',
      { blockSources: ['198.51.100.7', '203.0.113.7'], allow: ['198.51.100.0/24'] },
      ['203.0.113.7'],
      'left out, allow-listed: 198.51.100.7',
    ],
    [
      'allowed inside a block stays a block',
      { blockSources: ['198.51.100.0/24'], allow: ['198.51.100.7'] },
      ['198.51.100.0/24'],
      null,
    ],
    ['wide', { blockSources: ['16.0.0.0/7'] }, ['16.0.0.0/7'], 'very wide'],
  ])('%s', (_, fields, blocks, warning) => {
    const normal = normaliseRequest(requestOf(fields));
    expect(normal.blocks.map(formatPrefix).sort()).toEqual([...blocks].sort());
    if (warning === null) expect(normal.warnings).toEqual([]);
    else expect(normal.warnings.join()).toContain(warning);
  });

  test('the standing allow list: what lies inside a block goes along, the rest stays out', () => {
    const normal = normaliseRequest(requestOf({ blockSources: ['198.51.100.0/24'] }), [
      '198.51.100.9',
      '203.0.113.0/24',
    ]);
    expect(normal.allow.map(formatPrefix)).toEqual(['198.51.100.9']);
  });

  test('targets warn', () => {
    expect(normaliseRequest(requestOf({ blockTargets: ['192.0.2.10'] })).warnings.join()).toContain(
      'takes off the net',
    );
  });

  test.each<[string, Partial<MitigationRequest>, string]>([
    ['nothing', {}, 'NOTHING_TO_DO'],
    ['all allow-listed', { blockSources: ['198.51.100.7'], allow: ['198.51.100.0/24'] }, 'NOTHING_TO_DO'],
    ['everything', { blockSources: ['0.0.0.0/0'] }, 'PREFIX_TOO_WIDE'],
    ['everything in v6', { blockTargets: ['::/0'] }, 'PREFIX_TOO_WIDE'],
    ['everything behind ::ffff', { blockSources: ['::ffff:0:0/96'] }, 'PREFIX_TOO_WIDE'],
    ['everything in halves', { blockSources: ['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/2'] }, 'PREFIX_TOO_WIDE'],
    ['allowing everything', { blockSources: ['198.51.100.7'], allow: ['0.0.0.0/0'] }, 'PREFIX_TOO_WIDE'],
    ['octal', { blockSources: ['0300.1.1.1'] }, 'BAD_PREFIX'],
    ['beyond 255', { blockSources: ['1.2.3.999'] }, 'BAD_PREFIX'],
    ['length beyond', { blockSources: ['1.2.3.4/33'] }, 'BAD_PREFIX'],
    ['name', { blockSources: ['localhost'] }, 'BAD_PREFIX'],
    ['zone', { blockSources: ['fe80::1%eth0'] }, 'BAD_PREFIX'],
    ['range', { blockSources: ['1.2.3.4-1.2.3.9'] }, 'BAD_PREFIX'],
    ['space', { blockSources: [' 1.2.3.4'] }, 'BAD_PREFIX'],
    ['line break', { blockSources: ['1.2.3.4\n'] }, 'BAD_PREFIX'],
    ['json', { allow: ['1.2.3.4"}'] }, 'BAD_PREFIX'],
    ['ttl 0', { blockSources: ['1.2.3.4'], ttlSec: 0 }, 'BAD_TTL'],
    ['ttl half', { blockSources: ['1.2.3.4'], ttlSec: 1.5 }, 'BAD_TTL'],
    ['ttl NaN', { blockSources: ['1.2.3.4'], ttlSec: Number.NaN }, 'BAD_TTL'],
    ['ttl for ever', { blockSources: ['1.2.3.4'], ttlSec: 1e9 }, 'BAD_TTL'],
    ['window', { blockSources: ['1.2.3.4'], confirmWindowSec: 1e6 }, 'BAD_WINDOW'],
    ['why', { blockSources: ['1.2.3.4'], why: 'a b' }, 'BAD_WORD'],
    ['why empty', { blockSources: ['1.2.3.4'], why: '' }, 'BAD_WORD'],
    ['incident', { blockSources: ['1.2.3.4'], incidentId: 'a\nb' }, 'BAD_WORD'],
    ['guard of a prefix', { blockSources: ['1.2.3.4'], guard: [{ address: '1.2.3.0/24', port: 22 }] }, 'BAD_GUARD'],
    ['guard port', { blockSources: ['1.2.3.4'], guard: [{ address: '1.2.3.4', port: 0 }] }, 'BAD_GUARD'],
    [
      'too many',
      { blockSources: Array.from({ length: MAX_PLAN_PREFIXES + 1 }, (_, i) => `10.0.${i >> 8}.${i & 255}`) },
      'TOO_MANY_PREFIXES',
    ],
  ])('refused: %s', (_, fields, code) => {
    expect(() => normaliseRequest(requestOf(fields))).toThrow(expect.objectContaining({ code }));
  });

  test('blocks never overlap each other, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })).map(([address, length]) => `${address}/${length}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 129 })).map(([address, length]) => `${address}/${length}`),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (blockSources) => {
        try {
          const { blocks } = normaliseRequest(requestOf({ blockSources }));
          for (const [at, block] of blocks.entries()) {
            expect(blocks.slice(at + 1).some((other) => overlaps(block, other))).toBe(false);
            expect(formatPrefix(block)).toMatch(/^[0-9a-f:.]+(\/\d+)?$/);
          }
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
    );
  });

  test('a full plan is taken whole, one more is refused', () => {
    const blockSources = Array.from({ length: MAX_PLAN_PREFIXES }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
    expect(normaliseRequest(requestOf({ blockSources })).blocks).toHaveLength(MAX_PLAN_PREFIXES);
    const more = requestOf({ blockSources: [...blockSources, '192.0.2.1'] });
    expect(() => normaliseRequest(more)).toThrow(expect.objectContaining({ code: 'TOO_MANY_PREFIXES' }));
  });
});
