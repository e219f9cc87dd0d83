/** What a rule loses on its way to a backend, and what is said about it. */
import { describe, expect, test } from 'vitest';
import { eq, oneOf, packets, range, requests } from '../../../test/support/rule-parts.js';
import { BACKENDS, type Backend } from '../backend.js';
import type { RuleMatch } from '../rule.js';
import { compileRule } from './compile.js';
import { fitToBackend } from './fit.js';

const NTP = packets('192.0.2.10/32', [eq('ip.proto', 17), eq('port.src', 123), range('ip.length', 400, 500)]);

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
