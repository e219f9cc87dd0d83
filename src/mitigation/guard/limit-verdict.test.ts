import { describe, expect, test } from 'vitest';
import { type Prefix, parsePrefix } from '../../format/address.js';
import { normaliseRequest } from '../plan/normal-request.js';
import type { LimitRequest, MitigationRequest } from '../types.js';
import type { Protected } from './protected-addresses.js';
import { judge } from './verdict.js';

const prefix = (text: string) => parsePrefix(text) as Prefix;
const SESSION: Protected = { prefix: prefix('203.0.113.10'), why: 'your ssh session', ports: [22], is: 'session' };
const GATEWAY: Protected = { prefix: prefix('192.0.2.1'), why: 'the default gateway', ports: [], is: 'gateway' };
const OWN: Protected = { prefix: prefix('192.0.2.10'), why: 'an address of this host', ports: [], is: 'own' };

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

const verdictOf = (request: MitigationRequest, ...list: Protected[]) => judge(request, normaliseRequest(request), list);

describe('limits', () => {
  test.each<[string, LimitRequest, boolean]>([
    ['a prefix with the session in it', { of: 'prefix', prefix: '203.0.113.0/24', pps: 5 }, true],
    ['another prefix', { of: 'prefix', prefix: '198.51.100.0/24', pps: 5 }, false],
    ['each source of the internet', { of: 'each-source', prefix: null, pps: 5 }, true],
    ['a target: anybody may be its client', { of: 'target', prefix: '192.0.2.99', pps: 5 }, true],
    ['a target of the other version', { of: 'target', prefix: '2001:db8::1', pps: 5 }, false],
    ['connections to the port of the session', { of: 'connections', prefix: null, port: 22, most: 3 }, true],
    ['connections to another port', { of: 'connections', prefix: null, port: 443, most: 3 }, false],
  ])('%s', (_, limit, isRefused) => {
    const request = requestOf({ limits: [limit] });
    const verdict = verdictOf(request, SESSION, OWN);
    expect(verdict?.code ?? null).toBe(isRefused ? 'PROTECTED_ADDRESS' : null);
    if (verdict === null) return;
    const narrowed = verdict.narrowed as MitigationRequest;
    expect(narrowed.guard).toEqual([{ address: '203.0.113.10', port: 22 }]);
    expect(verdictOf(narrowed, SESSION, OWN)).toBeNull();
  });

  test('what is no session passes altogether', () => {
    const verdict = verdictOf(requestOf({ limits: [{ of: 'each-source', prefix: null, pps: 5 }] }), GATEWAY);
    expect(verdict?.narrowed?.allow).toEqual(['192.0.2.1']);
  });
});

describe('forged sources', () => {
  test.each<[string, Partial<MitigationRequest>, boolean]>([
    ['a single address', { blockSources: ['198.51.100.7'] }, true],
    ['a prefix', { blockSources: ['198.51.100.0/24'] }, false],
    ['each source', { limits: [{ of: 'each-source', prefix: null, pps: 5 }] }, true],
    ['a target as a whole', { limits: [{ of: 'target', prefix: '192.0.2.10', pps: 5 }] }, false],
  ])('%s', (_, fields, isRefused) => {
    const verdict = verdictOf(requestOf({ ...fields, sourcesVerdict: 'spoofed' }));
    expect(verdict?.code ?? null).toBe(isRefused ? 'SPOOFED_SOURCES' : null);
    expect(verdictOf(requestOf({ ...fields, sourcesVerdict: 'botnet' }))).toBeNull();
  });
});
