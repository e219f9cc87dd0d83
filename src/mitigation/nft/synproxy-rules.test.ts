import { describe, expect, test } from 'vitest';
import type { UserError } from '../../errors.js';
import { normaliseRequest } from '../plan/normal-request.js';
import type { MitigationRequest, SynProxyRequest } from '../types.js';
import { compileNftRules } from './compile-rules.js';

const ANY: SynProxyRequest = { prefix: null, port: 443, mss: 1460, wscale: 7, sack: true, timestamp: true };

function rulesOf(synProxy: readonly SynProxyRequest[], fields: Partial<MitigationRequest> = {}) {
  const request: MitigationRequest = {
    backend: 'nft',
    blockSources: [],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'test',
    synProxy,
    ...fields,
  };
  const { rules } = normaliseRequest(request);
  if (rules === null) throw new Error('no rules');
  return compileNftRules(rules);
}

const statements = (...asked: SynProxyRequest[]) =>
  rulesOf(asked).synProxy?.matches.flatMap(({ text, isSyn }) => (isSyn ? [/synproxy .*/.exec(text)?.[0]] : []));

describe('rules', () => {
  test('any target: both versions, the MSS of IPv6 smaller by its header', () => {
    expect(statements(ANY)).toEqual([
      'synproxy mss 1460 wscale 7 timestamp sack-perm',
      'synproxy mss 1440 wscale 7 timestamp sack-perm',
    ]);
  });

  test('a target of IPv6 gets the MSS it was asked for; what is not promised is not said', () => {
    const asked = { ...ANY, prefix: '2001:db8::10', mss: 1400, sack: false, timestamp: false };
    expect(statements(asked)).toEqual(['synproxy mss 1400 wscale 7']);
    expect(rulesOf([asked]).families).toEqual([6]);
    expect(rulesOf([asked]).warnings).toContainEqual(expect.stringContaining('without timestamp'));
  });

  test('only IPv4: no word about checksums of IPv6', () => {
    const { families, warnings } = rulesOf([{ ...ANY, prefix: '192.0.2.0/24' }]);
    expect(families).toEqual([4]);
    expect(warnings.join()).not.toContain('IPv6');
  });
});

describe('refused', () => {
  test.each<[string, Partial<SynProxyRequest>, string]>([
    ['port 0', { port: 0 }, 'BAD_SYN_PROXY'],
    ['port 65536', { port: 65_536 }, 'BAD_SYN_PROXY'],
    ['a port that is text', { port: '443 accept' as unknown as number }, 'BAD_SYN_PROXY'],
    ['MSS below what everybody takes', { mss: 535 }, 'BAD_SYN_PROXY'],
    ['MSS of no packet', { mss: 65_496 }, 'BAD_SYN_PROXY'],
    ['a shift of 15', { wscale: 15 }, 'BAD_SYN_PROXY'],
    ['half a shift', { wscale: 0.5 }, 'BAD_SYN_PROXY'],
    ['a name', { prefix: 'example.org' }, 'BAD_PREFIX'],
    ['everything', { prefix: '0.0.0.0/0' }, 'PREFIX_TOO_WIDE'],
  ])('%s', (_, fields, code) => {
    expect(codeOf(() => rulesOf([{ ...ANY, ...fields }]))).toBe(code);
  });

  test('with anything else, and too many', () => {
    expect(codeOf(() => rulesOf([ANY], { blockSources: ['198.51.100.7'] }))).toBe('USAGE');
    expect(codeOf(() => rulesOf([ANY], { sampleOnly: { good: [] } }))).toBe('USAGE');
    expect(codeOf(() => rulesOf(Array.from({ length: 17 }, () => ANY)))).toBe('TOO_MANY_TARGETS');
  });
});

function codeOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return (error as UserError).code;
  }
}
