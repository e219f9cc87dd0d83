import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../format/address.js';
import { normaliseRequest } from '../plan/normal-request.js';
import type { MitigationRequest } from '../types.js';
import { cdnRangesIn } from './cdn-ranges.js';
import { judge } from './verdict.js';

const BASE: MitigationRequest = {
  backend: 'nft',
  blockSources: [],
  blockTargets: [],
  allow: [],
  ttlSec: 600,
  confirmWindowSec: 30,
  incidentId: '',
  why: 'test',
};

describe('ranges of a proxy network', () => {
  test.each<[string, Partial<MitigationRequest>, string[]]>([
    ['a block elsewhere', { blockSources: ['198.51.100.0/24'] }, []],
    ['an address in one', { blockSources: ['104.16.1.1'] }, ['104.16.0.0/13']],
    ['a block around one', { blockSources: ['131.0.0.0/16'] }, ['131.0.72.0/22']],
    ['IPv6', { blockSources: ['2606:4700::/48'] }, ['2606:4700::/32']],
    ['a limit of a prefix', { limits: [{ of: 'prefix', prefix: '172.64.0.0/16', pps: 5 }] }, ['172.64.0.0/13']],
    ['a limit to a target', { limits: [{ of: 'target', prefix: '104.16.1.1', pps: 5 }] }, []],
  ])('%s', (_, fields, expected) => {
    const found = cdnRangesIn(normaliseRequest({ ...BASE, ...fields }));
    expect(found.map(({ prefix }) => formatPrefix(prefix))).toEqual(expected);
  });

  test('a limit of each source touches them all; narrowed, they pass', () => {
    const request: MitigationRequest = { ...BASE, limits: [{ of: 'each-source', prefix: null, pps: 5 }] };
    const normal = normaliseRequest(request);
    const ranges = cdnRangesIn(normal);
    expect(ranges).toHaveLength(22);
    const narrowed = judge(request, normal, ranges)?.narrowed as MitigationRequest;
    expect(narrowed.allow).toHaveLength(22);
    expect(judge(narrowed, normaliseRequest(narrowed), ranges)).toBeNull();
  });

  test('a block inside one is refused and nothing is left; one around it lets it pass', () => {
    const inside: MitigationRequest = { ...BASE, blockSources: ['104.16.1.1'] };
    expect(judge(inside, normaliseRequest(inside), cdnRangesIn(normaliseRequest(inside)))).toMatchObject({
      code: 'PROTECTED_ADDRESS',
      narrowed: null,
    });
    const around: MitigationRequest = { ...BASE, blockSources: ['131.0.0.0/16'] };
    const verdict = judge(around, normaliseRequest(around), cdnRangesIn(normaliseRequest(around)));
    expect(verdict?.narrowed?.allow).toEqual(['131.0.72.0/22']);
  });
});
