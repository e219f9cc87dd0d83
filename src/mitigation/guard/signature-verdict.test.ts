import { describe, expect, test } from 'vitest';
import { type Prefix, parsePrefix } from '../../format/address.js';
import type { Predicate } from '../../signature/rule.js';
import { eq, oneOf, range } from '../../signature/vectors/vector.js';
import { normaliseRequest } from '../plan/normal-request.js';
import type { MitigationRequest } from '../types.js';
import type { Protected } from './protected-addresses.js';
import { judge } from './verdict.js';

const prefix = (text: string) => parsePrefix(text) as Prefix;
const SESSION: Protected = {
  prefix: prefix('203.0.113.10'),
  why: 'your ssh session',
  ports: [22],
  is: 'session',
  sessions: [[22, 50_500]],
};
const SESSION6: Protected = { ...SESSION, prefix: prefix('2001:db8:c::10') };
const RESOLVER: Protected = { prefix: prefix('192.0.2.53'), why: 'a resolver', ports: [], is: 'resolver' };
const GATEWAY: Protected = { prefix: prefix('192.0.2.1'), why: 'the default gateway', ports: [], is: 'gateway' };
const OWN: Protected = { prefix: prefix('192.0.2.10'), why: 'an address of this host', ports: [], is: 'own' };
const TCP = eq('ip.proto', 6);
const UDP = eq('ip.proto', 17);

function requestOf(
  clauses: readonly (readonly Predicate[])[],
  target: string | null = null,
  more: Partial<MitigationRequest> = {},
): MitigationRequest {
  const rule = { kind: 'packet', target, clauses: clauses.map((predicates) => ({ predicates })) } as const;
  return {
    backend: 'nft',
    blockSources: [],
    blockTargets: [],
    allow: [],
    signature: { rule, recall: null, collateral: null, words: '' },
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'test',
    ...more,
  };
}

function verdict(request: MitigationRequest, protectedList: readonly Protected[] = []) {
  return judge(request, normaliseRequest(request), protectedList);
}

describe('signatures and what must not be cut off', () => {
  test.each<[name: string, predicates: readonly Predicate[], isRefused: boolean]>([
    ['TCP with a TTL', [TCP, eq('ip.ttl', 60)], true],
    ['no protocol at all', [eq('ip.ttl', 60)], true],
    ['UDP', [UDP, eq('ip.ttl', 60)], false],
    ['SYNs: new logins', [TCP, eq('tcp.flags', 2), eq('ip.ttl', 60)], true],
    ['SYNs with ECN', [eq('tcp.flags', 0xc2), eq('ip.ttl', 60)], true],
    ['SYN and FIN: no stack sends it', [eq('tcp.flags', 3), eq('ip.ttl', 60)], false],
    ['SYN and ACK: never arrives at a server', [eq('tcp.flags', 0x12), eq('ip.ttl', 60)], false],
    ['no flags', [eq('tcp.flags', 0)], false],
    ['his port', [eq('port.dst', 22), eq('tcp.window', 512)], true],
    ['another port', [eq('port.dst', 80), eq('tcp.window', 512)], false],
    ['a range with his port', [range('port.dst', 1, 1023), eq('tcp.window', 512)], true],
    ['his own port', [TCP, range('port.src', 50_000, 51_000)], true],
    ['another source port', [TCP, eq('port.src', 53)], false],
    ['his network', [oneOf('ip.src', ['198.51.100.0/24', '203.0.113.0/24'])], true],
    ['another network', [oneOf('ip.src', ['198.51.100.0/24', '198.18.0.0/15'])], false],
    ['DNS', [eq('dns.response', 1), eq('ip.ttl', 60)], false],
    ['ICMP', [eq('icmp.type', 8), eq('ip.ttl', 60)], false],
    ['IPv6 only', [eq('ip.version', 6), eq('ip.ttl', 60)], false],
  ])('an ssh session: %s', (_, predicates, isRefused) => {
    const refused = verdict(requestOf([predicates]), [SESSION, OWN]);
    expect(refused?.code ?? null).toBe(isRefused ? 'PROTECTED_ADDRESS' : null);
    if (refused === null || refused.narrowed === null) return;
    expect(refused.narrowed.guard).toEqual([{ address: '203.0.113.10', port: 22 }]);
    expect(verdict(refused.narrowed, [SESSION, OWN])).toBeNull();
  });

  test('a session of IPv6, and of an unknown port', () => {
    expect(verdict(requestOf([[TCP, eq('ip.ttl', 60)]]), [SESSION6])?.narrowed?.guard).toEqual([
      { address: '2001:db8:c::10', port: 22 },
    ]);
    const unknown: Protected = { ...SESSION, sessions: [[22, null]] };
    expect(verdict(requestOf([[TCP, eq('port.src', 53)]]), [unknown])?.code).toBe('PROTECTED_ADDRESS');
  });

  test('a target that is not this host leaves sessions with it alone', () => {
    const clauses = [[TCP, eq('ip.ttl', 60)]];
    expect(verdict(requestOf(clauses, '198.18.0.1'), [SESSION, OWN])).toBeNull();
    expect(verdict(requestOf(clauses, '192.0.2.0/24'), [SESSION, OWN])?.code).toBe('PROTECTED_ADDRESS');
    expect(verdict(requestOf(clauses, '198.18.0.1'), [SESSION])?.code).toBe('PROTECTED_ADDRESS'); // whose addresses?
  });

  test.each<[string, readonly Predicate[], Protected, boolean]>([
    ['answers of DNS', [UDP, eq('port.src', 53), range('ip.length', 1000, 1500)], RESOLVER, true],
    ['answers of NTP', [UDP, eq('port.src', 123)], RESOLVER, false],
    ['a TTL', [UDP, eq('ip.ttl', 60)], RESOLVER, false],
    ['its network', [oneOf('ip.src', ['192.0.2.0/24', '198.51.100.0/24'])], RESOLVER, true],
    ['its network', [oneOf('ip.src', ['192.0.2.0/24', '198.51.100.0/24'])], GATEWAY, true],
    ['its network, UDP', [UDP, oneOf('ip.src', ['192.0.2.0/24', '198.51.100.0/24'])], GATEWAY, false],
  ])('resolver and gateway: %s', (_, predicates, by, isRefused) => {
    const refused = verdict(requestOf([predicates]), [by]);
    expect(refused?.code ?? null).toBe(isRefused ? 'PROTECTED_ADDRESS' : null);
    if (refused?.narrowed) expect(verdict(refused.narrowed, [by])).toBeNull();
  });

  test.each<
    [name: string, predicates: readonly Predicate[], target: string | null, narrowed: Predicate | null | undefined]
  >([
    ['any length', [eq('ip.length', 72)], null, range('ip.ttl', 0, 254)],
    ['to IPv4', [eq('ip.length', 72)], '192.0.2.10', undefined],
    ['of UDP', [UDP, eq('ip.length', 72)], null, undefined],
    ['another hop limit', [eq('ip.length', 72), eq('ip.ttl', 64)], null, undefined],
    ['hop limits with 255', [eq('ip.length', 72), range('ip.ttl', 200, 255)], null, range('ip.ttl', 200, 254)],
    ['two hop limits', [eq('ip.length', 72), oneOf('ip.ttl', [64, 255])], null, eq('ip.ttl', 64)],
    ['hop limit 255', [eq('ip.length', 72), eq('ip.ttl', 255)], null, null],
    ['solicitations', [eq('icmp.type', 135), eq('ip.length', 72)], null, range('ip.ttl', 0, 254)],
    ['echo requests', [eq('icmp.type', 128), eq('ip.length', 72)], null, undefined],
  ])('neighbour discovery: %s', (_, predicates, target, narrowed) => {
    const refused = verdict(requestOf([predicates], target));
    expect(refused?.code ?? null).toBe(narrowed === undefined ? null : 'PROTECTED_PACKETS');
    const ttl = refused?.narrowed?.signature?.rule.clauses[0]?.predicates.find(
      ({ attribute }) => attribute === 'ip.ttl',
    );
    if (narrowed !== undefined) expect(ttl ?? null).toEqual(narrowed);
    if (refused?.narrowed) expect(verdict(refused.narrowed)).toBeNull();
  });

  test('a block and a signature are narrowed together', () => {
    const request = requestOf([[TCP, eq('ip.ttl', 60)]], null, { blockSources: ['192.0.2.0/24'] });
    const refused = verdict(request, [SESSION, GATEWAY]);
    expect(refused?.message).toMatch(/covers 192\.0\.2\.1 .*the signature may match packets of 203\.0\.113\.10/);
    expect(refused?.narrowed).toMatchObject({ allow: ['192.0.2.1'], guard: [{ address: '203.0.113.10', port: 22 }] });
    expect(verdict(refused?.narrowed as MitigationRequest, [SESSION, GATEWAY])).toBeNull();
  });
});

describe('bare clauses', () => {
  test.each<[predicates: readonly Predicate[], reason: RegExp | null]>([
    [[UDP], /fits good traffic|names a/],
    [[TCP], /fits good traffic|names a/],
    [[eq('ip.version', 4)], /fits good traffic/],
    [[eq('tcp.flags', 2)], /SYN flood: dropping all of it would cut a service/],
    [[TCP, eq('tcp.flags', 16)], /only a filter that follows connections/],
    [[eq('tcp.flags', 16), eq('port.dst', 443)], /only a filter that follows connections/],
    [[eq('tcp.flags', 0x18), eq('ip.df', 1)], /fits good traffic|names a/],
    [[UDP, range('ip.length', 1001, 65_535)], /UDP flood: good traffic looks the same/],
    [[UDP, range('ip.length', 1001, 1500)], /UDP flood: good traffic looks the same/],
    [[UDP, range('ip.length', 28, 1500)], /UDP flood: good traffic looks the same/],
    [[UDP, range('ip.length', 28, 900)], /fits good traffic/],
    [[TCP, range('ip.ttl', 0, 255)], /fits good traffic/],
    [[TCP, oneOf('ip.src', ['0.0.0.0/1', '128.0.0.0/1'])], /fits good traffic/],
    [[eq('port.dst', 80)], /fits good traffic/],
    [[eq('icmp.type', 8)], /good traffic looks the same/],
    [[eq('tcp.flags', 2), eq('tcp.window', 512)], null],
    [[eq('tcp.flags', 16), eq('ip.length', 40), range('ip.ttl', 40, 60)], null],
    [[UDP, eq('ip.length', 1052)], null],
    [[UDP, eq('port.src', 11_211)], null],
    [[UDP, eq('payload.first4', 0xdeadbeef)], null],
    [[eq('tcp.flags', 0)], null], // no stack sends it
    [[eq('tcp.flags', 0x29)], null],
  ])('%j', (predicates, reason) => {
    const refused = verdict(requestOf([predicates], '192.0.2.10'));
    if (reason === null) return expect(refused).toBeNull();
    expect(refused).toMatchObject({ code: 'SIGNATURE_BARE', message: expect.stringMatching(reason), narrowed: null });
  });

  test('above a rate what only differs in its rate may be dropped; what needs state may not', () => {
    const limited = (predicates: readonly Predicate[]) =>
      verdict(requestOf([predicates], '192.0.2.10', { rateLimitPps: 100 }));
    expect(limited([UDP, range('ip.length', 1001, 65_535)])).toBeNull();
    expect(limited([eq('icmp.type', 8)])).toBeNull();
    expect(limited([TCP, eq('tcp.flags', 16)])?.code).toBe('SIGNATURE_BARE');
    expect(limited([UDP])?.code).toBe('SIGNATURE_BARE');
  });

  test('of two clauses the one that says enough is left', () => {
    const refused = verdict(requestOf([[UDP], [UDP, eq('ip.ttl', 60)]]));
    expect(refused?.narrowed?.signature).toMatchObject({
      recall: null,
      rule: { clauses: [{ predicates: [UDP, eq('ip.ttl', 60)] }] },
    });
  });
});
