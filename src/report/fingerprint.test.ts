import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { scenarioAnalysis } from '../../test/support/scenario-analysis.js';
import { buildFingerprint } from './fingerprint.js';

const syn = scenarioAnalysis('synFlood');
const dns = scenarioAnalysis('dnsAmplification');

/** Of the dissector's fingerprint format. */
const KEYS =
  'attack_vectors target tags time_start time_end duration_seconds total_packets total_ips avg_pps ddostop_rule key';
const VECTOR_KEYS =
  'service protocol fraction_of_attack source_port destination_ports tcp_flags nr_packets time_start duration_seconds source_ips ethernet_type ip_length fragmentation ttl dns_query_name dns_query_type icmp_type';

const vectorOf = (print: Record<string, unknown>) => (print['attack_vectors'] as Record<string, unknown>[])[0]!;

describe('fingerprint', () => {
  test('has the keys of the format', () => {
    const print = buildFingerprint(syn);
    expect(Object.keys(print)).toEqual(KEYS.split(' '));
    expect(Object.keys(vectorOf(print))).toEqual(VECTOR_KEYS.split(' '));
  });

  test('a SYN flood from random sources', () => {
    expect(vectorOf(buildFingerprint(syn))).toMatchObject({
      service: 'SYN flood',
      protocol: { TCP: expect.any(Number) },
      destination_ports: { 443: expect.any(Number) },
      source_port: 'random',
      source_ips: 'random',
      tcp_flags: { SYN: expect.any(Number) },
      ip_length: { 40: expect.any(Number) },
      ethernet_type: { IPv4: 1 },
    });
  });

  test('an amplification: one source port is a number, names and types are told', () => {
    expect(vectorOf(buildFingerprint(dns))).toMatchObject({
      service: 'DNS amplification',
      source_port: 53,
      destination_ports: 'random',
      dns_query_name: { 'amp.example': expect.any(Number) },
      dns_query_type: expect.any(Object),
    });
  });

  test('shares are shares, and add up to no more than one', () => {
    for (const analysis of [syn, dns]) {
      for (const [name, shares] of Object.entries(vectorOf(buildFingerprint(analysis)))) {
        if (typeof shares !== 'object' || shares === null) continue;
        const sum = Object.values(shares as Record<string, number>).reduce((all, share) => all + share, 0);
        expect(sum, name).toBeGreaterThan(0);
        expect(sum, name).toBeLessThanOrEqual(1.01);
      }
    }
  });

  test('the key is the digest of what it is the key of', () => {
    const { key, ...body } = buildFingerprint(syn);
    expect(key).toBe(createHash('md5').update(JSON.stringify(body)).digest('hex'));
    expect(buildFingerprint(dns)['key']).not.toBe(key);
  });

  test('a name of an attacker is a key like any other', () => {
    const diffs = dns.diffs.map((diff) => ({
      ...diff,
      attributes: diff.attributes.map((each) =>
        each.attribute.name === 'dns.zone'
          ? { ...each, values: each.values.map((value) => ({ ...value, value: '__proto__' })) }
          : each,
      ),
    }));
    const zone = vectorOf(buildFingerprint({ ...dns, diffs }))['dns_query_name'] as object;
    expect(Object.keys(zone)).toContain('__proto__');
  });
});
