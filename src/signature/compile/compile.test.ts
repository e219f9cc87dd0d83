/** Texts of each backend as tables. The lab tests count what these texts take. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eq, packets, range } from '../../../test/support/rule-parts.js';
import { BACKENDS } from '../backend.js';
import type { RuleMatch } from '../rule.js';
import { compileRule } from './compile.js';
import type { CompileOptions } from './compiled.js';

const NTP = packets('192.0.2.10/32', [eq('ip.proto', 17), eq('port.src', 123), range('ip.length', 400, 500)]);

describe('one clause, IPv4 target', () => {
  test('bpf', () => {
    expect(compileRule(NTP, 'bpf').text).toEqual([
      'dst host 192.0.2.10 and (ip and udp and src port 123 and (ip[2:2] >= 400 and ip[2:2] <= 500))',
    ]);
    const [tagged] = compileRule(NTP, 'bpf', { vlan: true }).text;
    expect(tagged).toMatch(/^vlan and \(dst host 192\.0\.2\.10 and /);
  });

  test('nft', () => {
    expect(compileRule(NTP, 'nft', { id: 'k3f9a' }).text).toEqual([
      "nft 'add table inet ddostop_rule'",
      "nft 'add chain inet ddostop_rule act_k3f9a'",
      "nft 'add chain inet ddostop_rule match_k3f9a'",
      `nft 'add rule inet ddostop_rule act_k3f9a counter drop comment "ddostop:k3f9a"'`,
      `nft 'add rule inet ddostop_rule match_k3f9a meta nfproto ipv4 meta l4proto 17 ip frag-off & 0x1fff 0 th sport 123 ip length 400-500 counter goto act_k3f9a comment "ddostop:k3f9a"'`,
      "nft 'add chain inet ddostop_rule pre_k3f9a { type filter hook prerouting priority -450 ; policy accept ; }'",
      `nft 'add rule inet ddostop_rule pre_k3f9a ip daddr 192.0.2.10 jump match_k3f9a comment "ddostop:k3f9a"'`,
    ]);
  });

  test('iptables', () => {
    const { text, ip6 } = compileRule(NTP, 'iptables');
    expect(text).toEqual([
      'iptables -w -t raw -N ddostop-rule',
      'iptables -w -t raw -N ddostop-rule-do',
      'iptables -w -t raw -A ddostop-rule-do -m comment --comment ddostop:rule -j DROP',
      'iptables -w -t raw -A ddostop-rule -p udp -m multiport --sports 123 -m length --length 400:500 -m comment --comment ddostop:rule -g ddostop-rule-do',
      'iptables -w -t raw -I PREROUTING -d 192.0.2.10 -m comment --comment ddostop:rule -j ddostop-rule',
    ]);
    expect(ip6).toEqual([]);
  });

  test('Network Firewall', () => {
    expect(compileRule(NTP, 'networkFirewall').text).toEqual([
      'ip.dst eq 192.0.2.10 and ip.proto eq "udp" and udp.srcport eq 123 and ip.len in {400..500}',
    ]);
  });

  test('flowspec', () => {
    expect(compileRule(NTP, 'flowspec').text).toEqual([
      'announce flow route { match { destination 192.0.2.10/32; protocol [ =17 ]; source-port [ =123 ]; packet-length [ >=400&<=500 ]; } then { discard; } }',
      "gobgp global rib -a ipv4-flowspec add match destination 192.0.2.10/32 protocol ==17 source-port ==123 packet-length '>=400&<=500' then discard",
    ]);
  });

  test.each<[CompileOptions, RegExp, RegExp]>([
    [{ action: 'count' }, /act_rule counter comment/, /-do -m comment --comment ddostop:rule -j RETURN$/m],
    [
      { action: { limitPps: 5000 } },
      /act_rule limit rate over 5000\/second burst 5000 packets counter drop/,
      /-m hashlimit --hashlimit-above 5000\/sec --hashlimit-burst 5000 --hashlimit-name ddostop-rule -j DROP$/m,
    ],
  ])('action %j', (options, nft, iptables) => {
    expect(compileRule(NTP, 'nft', options).text.join('\n')).toMatch(nft);
    expect(compileRule(NTP, 'iptables', options).text.join('\n')).toMatch(iptables);
  });
});

test('both versions without a target, IPv4 alone for a field that IPv6 lacks', () => {
  expect(compileRule(packets(null, [eq('ip.ttl', 244)]), 'bpf').text).toEqual([
    '(ip and ip[8] = 244) or (ip6 and ip6[7] = 244)',
  ]);
  expect(compileRule(packets(null, [eq('ip.id', 0)]), 'bpf').text).toEqual(['ip and ip[4:2] = 0']);
  expect(compileRule(packets(null, [eq('ip.id', 0)]), 'iptables').ip6).toEqual([]);
  expect(compileRule(packets(null, [eq('ip.src', '2001:db8::/32')]), 'iptables').text).toEqual([]);
});

test.each([
  ['a source of the other version', packets('192.0.2.1/32', [eq('ip.src', '2001:db8::/32')])],
  ['UDP with flags', packets(null, [eq('ip.proto', 17), eq('ip.version', 4), eq('tcp.flags', 2)])],
  ['ports of a later fragment', packets(null, [eq('ip.fragment', 2), eq('port.src', 53)])],
])('no rule where none can match: %s', (_name, rule) => {
  for (const backend of ['bpf', 'nft', 'iptables', 'networkFirewall', 'flowspec'] as const) {
    expect(compileRule(rule, backend)).toMatchObject({ text: [], ip6: [], notes: [expect.stringMatching(/exclude/)] });
  }
});

test.each([
  [{ id: 'a b' }],
  [{ id: '' }],
  [{ id: 'a"; flush ruleset' }],
  [{ action: { limitPps: 0 } }],
  [{ action: { limitPps: 1.5 } }],
])('refuses options %j', (options) => {
  expect(() => compileRule(NTP, 'nft', options)).toThrow(RangeError);
});

test('a target that is none gives no rule', () => {
  expect(compileRule(packets('192.0.2.1; reboot', [eq('ip.proto', 17)]), 'nft')).toMatchObject({
    text: [],
    notes: [expect.stringMatching(/neither/)],
  });
});

test('property: whatever a file holds, nothing is thrown, and no text leaves its line', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.constant(null),
    fc.array(fc.oneof(fc.string(), fc.double()), { maxLength: 3 }),
  );
  const names = of(
    'ip.src',
    'ip.proto',
    'ip.ttl',
    'port.src',
    'tcp.flags',
    'ip.country',
    'ip.asn',
    'http.userAgent',
    'http.hasCookie',
    'bot.score',
    'ip.fragment',
    'payload.first4',
    '__proto__',
    'toString',
  );
  const predicate = fc.record({ attribute: names, operator: of('eq', 'in', 'range', 'ne'), value: anything });
  const rule = fc.record({
    kind: of('packet', 'request', 'hello'),
    target: of(null, '192.0.2.1/32', '::/0', 'x'),
    clauses: fc.array(fc.record({ predicates: fc.array(predicate, { maxLength: 4 }) }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(rule, (one) => {
      for (const backend of BACKENDS) {
        const { text, ip6 } = compileRule(one as unknown as RuleMatch, backend);
        expect([...text, ...ip6].every((line) => /^[\x20-\x7e]+$/.test(line))).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

function of<T>(...values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}
