/** Texts of each backend as tables, and what a rule loses on the way. The lab tests count what these texts take. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKENDS, type Backend } from '../backend.js';
import type { Predicate, RuleMatch } from '../rule.js';
import { compileRule } from './compile.js';
import type { CompileOptions } from './compiled.js';
import { fitToBackend } from './fit.js';

const eq = (attribute: string, value: number | string): Predicate => ({ attribute, operator: 'eq', value });
const oneOf = (attribute: string, ...value: readonly (number | string)[]): Predicate => ({
  attribute,
  operator: 'in',
  value,
});
const range = (attribute: string, low: number, high: number): Predicate => ({
  attribute,
  operator: 'range',
  value: [low, high],
});
const packets = (target: string | null, ...clauses: readonly (readonly Predicate[])[]): RuleMatch => ({
  kind: 'packet',
  target,
  clauses: clauses.map((predicates) => ({ predicates })),
});
const requests = (...predicates: readonly Predicate[]): RuleMatch => ({
  kind: 'request',
  target: null,
  clauses: [{ predicates }],
});

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

describe('Network Firewall', () => {
  test.each<[string, RuleMatch, string]>([
    ['window', packets(null, [eq('tcp.window', 0)]), 'ip.proto eq "tcp" and bit_slice(tcp, 112, 128) eq 0'],
    [
      'TOS of both versions',
      packets(null, [eq('ip.tos', 40)]),
      '(ip.src in {0.0.0.0/0} and bit_slice(ip, 8, 16) eq 40) or (ip.src in {::/0} and bit_slice(ip, 4, 12) eq 40)',
    ],
    [
      'UDP payload',
      packets(null, [eq('ip.proto', 17), eq('payload.first4', 0xffffffff)]),
      'ip.proto eq "udp" and bit_slice(udp, 64, 96) eq 4294967295',
    ],
    [
      'TCP payload behind a header of one length',
      packets(null, [eq('tcp.headerLength', 32), eq('payload.first4', 0x47455420)]),
      'ip.proto eq "tcp" and bit_slice(tcp, 96, 100) eq 8 and bit_slice(tcp, 256, 288) eq 1195725856',
    ],
    [
      'fragments',
      packets('192.0.2.10/32', [oneOf('ip.fragment', 1, 2)]),
      'ip.dst eq 192.0.2.10 and bit_slice(ip, 50, 64) in {1..16383}',
    ],
    [
      'country',
      packets('192.0.2.0/24', [oneOf('ip.country', 'CN', 'RU')]),
      'ip.dst in {192.0.2.0/24} and ip.src.country in {"CN" "RU"}',
    ],
    ['version alone', packets(null, [eq('ip.version', 6)]), 'ip.src in {::/0}'],
  ])('%s', (_name, rule, expected) => {
    expect(compileRule(rule, 'networkFirewall')).toMatchObject({ text: [expected], left: [] });
  });

  test('more than 64 IPv4 sources are a list, IPv6 ones several rules', () => {
    const many = (text: (i: number) => string, count: number) =>
      oneOf('ip.src', ...Array.from({ length: count }, (_, i) => text(i)));
    const four = compileRule(packets(null, [many((i) => `10.0.${i}.0/24`, 65)]), 'networkFirewall');
    expect(four.text).toEqual(['ip.src in $ddostop_rule_0']);
    expect(four.notes[0]).toMatch(/^Make the IP list ddostop_rule_0 of 65 prefixes first: 10\.0\.0\.0\/24 /);
    const six = compileRule(packets(null, [many((i) => `2001:db8:${i.toString(16)}::/48`, 500)]), 'networkFirewall');
    expect(six.text.length).toBeGreaterThan(1);
    expect(six.text.flatMap((one) => one.match(/2001:db8:[0-9a-f:]*\/48/g) ?? [])).toHaveLength(500);
  });
});

describe('WAF', () => {
  test.each<[Predicate, string]>([
    [eq('http.method', 'POST'), 'http.request.method eq "POST"'],
    [eq('http.version', 'HTTP/1.1'), 'http.request.version eq "HTTP/1.1"'],
    [oneOf('http.host', 'a.example', 'b.example'), 'http.host in {"a.example" "b.example"}'],
    [eq('http.path', '/a"b'), 'http.request.uri.path eq r#"/a"b"#'],
    [range('http.queryLength', 8, 20), 'len(http.request.uri.query) in {8..20}'],
    [eq('http.queryLength', 0), 'len(http.request.uri.query) eq 0'],
    [eq('http.userAgent', ''), 'http.user_agent eq ""'],
    [eq('http.userAgent', 'a\nb\xff'), 'http.user_agent eq "a\\x0Ab\\xFF"'],
    [eq('http.acceptLanguage', ''), 'not any(http.request.headers["accept-language"][*] ne "")'],
    [eq('http.accept', '*/*'), 'http.request.headers["accept"][0] eq "*/*"'],
    [
      oneOf('http.acceptEncoding', '', 'gzip'),
      '(not any(http.request.headers["accept-encoding"][*] ne "") or http.request.headers["accept-encoding"][0] eq "gzip")',
    ],
    [eq('http.hasCookie', 1), 'len(http.cookie) gt 0'],
    [eq('http.hasCookie', 0), 'len(http.cookie) eq 0'],
    [eq('ip.src', '192.0.2.0/24'), 'ip.src in {192.0.2.0/24}'],
    [eq('ip.src', '192.0.2.1/32'), 'ip.src eq 192.0.2.1'],
    [eq('ip.country', 'T1'), 'ip.src.country eq "T1"'],
    [oneOf('ip.asn', 64496, 64511), 'ip.src.asnum in {64496 64511}'],
    [
      eq('tls.ja4', 't13d1516h2_8daaf6152771_e5627efa2ab1'),
      'cf.bot_management.ja4 eq "t13d1516h2_8daaf6152771_e5627efa2ab1"',
    ],
    [
      eq('tls.ja3', 'e7d705a3286e19ea42f587b344ee6865'),
      'cf.bot_management.ja3_hash eq "e7d705a3286e19ea42f587b344ee6865"',
    ],
    [range('bot.score', 1, 29), 'cf.bot_management.score in {1..29}'],
    [eq('bot.jsDetection', 'passed'), 'cf.bot_management.js_detection.passed'],
    [oneOf('bot.jsDetection', 'failed', 'missing'), 'not cf.bot_management.js_detection.passed'],
    [range('waf.score', 1, 20), 'cf.waf.score in {1..20}'],
  ])('%j', (predicate, expected) => {
    expect(compileRule(requests(predicate), 'waf')).toMatchObject({ text: [expected], left: [] });
  });

  test('a set of long texts becomes several rules, none above the limit', () => {
    const agents = Array.from({ length: 200 }, (_, i) => `Mozilla/5.0 (X11; Linux x86_64) ${'x'.repeat(100)} ${i}`);
    const { text, left } = compileRule(requests(oneOf('http.userAgent', ...agents), eq('http.method', 'GET')), 'waf');
    expect(left).toEqual([]);
    expect(text.every((one) => one.length <= 4096 && one.includes('http.request.method eq "GET"'))).toBe(true);
    expect(agents.every((agent) => text.filter((one) => one.includes(`"${agent}"`)).length === 1)).toBe(true);
  });
});

describe('what a backend cannot say is taken off and said', () => {
  test.each<[string, Backend, RuleMatch, readonly (readonly string[])[], readonly RegExp[]]>([
    [
      'TTL in flowspec',
      'flowspec',
      packets(null, [eq('ip.proto', 17), eq('ip.ttl', 9)]),
      [['ip.proto']],
      [/cannot match ip\.ttl/],
    ],
    [
      'TTL alone in flowspec',
      'flowspec',
      packets('192.0.2.1/32', [eq('ip.ttl', 9)]),
      [],
      [/cannot match/, /nothing of the clause is left/],
    ],
    [
      'MSS in BPF',
      'bpf',
      packets(null, [eq('tcp.flags', 2), eq('tcp.mss', 1400)]),
      [['tcp.flags']],
      [/cannot match tcp\.mss/],
    ],
    [
      'TCP payload at a variable bit',
      'networkFirewall',
      packets(null, [eq('tcp.flags', 24), eq('payload.first4', 1)]),
      [['tcp.flags']],
      [/variable bit/],
    ],
    [
      'SCTP ports',
      'networkFirewall',
      packets(null, [eq('ip.proto', 132), eq('port.dst', 9)]),
      [['ip.proto']],
      [/TCP and UDP only/],
    ],
    [
      'one long text',
      'waf',
      requests(eq('http.userAgent', 'a'.repeat(4096)), eq('http.method', 'GET')),
      [['http.method']],
      [/takes 4098 of the 4096/],
    ],
    [
      'texts too long together',
      'waf',
      requests(eq('http.userAgent', 'a'.repeat(3000)), eq('http.path', 'b'.repeat(2000))),
      [['http.path']],
      [/more than 4096/],
    ],
    [
      'failed alone',
      'waf',
      requests(eq('bot.jsDetection', 'failed'), eq('http.method', 'GET')),
      [['http.method']],
      [/failed and missing are one/],
    ],
    [
      'no field',
      'waf',
      requests(eq('http.pathTemplate', '/x'), eq('http.method', 'GET')),
      [['http.method']],
      [/waf cannot match/],
    ],
    ['requests in nft', 'nft', requests(eq('http.method', 'GET')), [], [/not for nft/]],
    ['packets in the WAF', 'waf', NTP, [], [/not for waf/]],
    [
      'ports by ports by lengths',
      'iptables',
      packets(null, [
        oneOf('port.src', ...Array.from({ length: 300 }, (_, i) => 2 * i)),
        oneOf('port.dst', ...Array.from({ length: 200 }, (_, i) => 2 * i)),
      ]),
      [['port.dst']],
      [/1680 iptables rules; 256/],
    ],
    ['no value', 'nft', packets(null, [eq('ip.ttl', 256), eq('ip.proto', 6)]), [['ip.proto']], [/no value of ip\.ttl/]],
    ['no attribute', 'nft', packets(null, [eq('constructor', 1), eq('ip.proto', 6)]), [['ip.proto']], [/no attribute/]],
  ])('%s', (_name, backend, rule, kept, reasons) => {
    const { rule: fitted, left } = fitToBackend(rule, backend);
    expect(fitted.clauses.map(({ predicates }) => predicates.map(({ attribute }) => attribute))).toEqual(kept);
    expect(left.map(({ reason }) => reason)).toEqual(reasons.map((reason) => expect.stringMatching(reason)));
    expect(compileRule(rule, backend).left).toEqual(left);
  });

  test('long sets against each other take no time and no memory', () => {
    const many = Array.from({ length: 2000 }, (_, i) => 3 * i);
    const attributes = ['port.src', 'port.dst', 'ip.length', 'ip.id', 'tcp.window'];
    const rule = packets(
      null,
      attributes.map((attribute) => oneOf(attribute, ...many)),
    );
    for (const backend of BACKENDS) {
      const { text, ip6, left } = compileRule(rule, backend);
      expect(text.length + ip6.length).toBeLessThanOrEqual(600);
      expect(left.length > 0 || backend === 'nft').toBe(true);
    }
  });

  test('a clause that goes leaves the others', () => {
    const rule = packets('192.0.2.1/32', [eq('ip.ttl', 9)], [eq('ip.proto', 17)]);
    const { text, left } = compileRule(rule, 'flowspec');
    expect(text).toHaveLength(2);
    expect(left.map(({ clause }) => clause)).toEqual([0, 0]);
  });
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
