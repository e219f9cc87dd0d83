/** Texts for Network Firewall and the WAF as tables. */
import { describe, expect, test } from 'vitest';
import { eq, oneOf, packets, range, requests } from '../../../test/support/rule-parts.js';
import type { Predicate, RuleMatch } from '../rule.js';
import { compileRule } from './compile.js';

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
  test('a target by name is the host of every clause, unless each names one itself', () => {
    const rule = { ...requests(eq('tls.ja4', 't13d')), target: 'www.shop.example' };
    expect(compileRule(rule, 'waf').text).toEqual([
      'http.host eq "www.shop.example" and cf.bot_management.ja4 eq "t13d"',
    ]);
    const named = { ...requests(eq('http.host', 'a.example'), eq('tls.ja4', 't')), target: 'a.example' };
    expect(compileRule(named, 'waf').text).toEqual(['http.host eq "a.example" and cf.bot_management.ja4 eq "t"']);
    const ofAddress = { ...requests(eq('tls.ja4', 't')), target: '203.0.113.10' };
    expect(compileRule(ofAddress, 'waf').text).toEqual(['cf.bot_management.ja4 eq "t"']);
  });

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
