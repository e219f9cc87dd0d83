import { describe, expect, test } from 'vitest';
import {
  makeBareStored,
  makeIncident,
  makeKnownStored,
  makeStored,
  OPENED_AT,
} from '../../../test/support/incident-fixture.js';
import { mispEventOf } from './misp-event.js';
import { fingerprintOf } from './nladc-fingerprint.js';

type Json = Record<string, never>;

describe('NLADC fingerprint', () => {
  test('of two vectors: shares of each, no target', () => {
    const print = fingerprintOf(makeKnownStored());
    expect(print).toMatchObject({
      target: 'Anonymized',
      tags: ['SYN flood', 'DNS amplification', 'Amplification attack', 'Multi-vector attack'],
      time_start: '2026-02-03T14:00:25.000Z',
      duration_seconds: 180,
      total_packets: 2_300_000,
      total_ips: 41_200,
      avg_Bpp: 478,
      attack_vectors: [
        { service: 'SYN flood', fraction_of_attack: 0.78, protocol: { TCP: 1 }, ip_length: null },
        { service: 'DNS amplification', fraction_of_attack: 0.22, protocol: { UDP: 1 }, source_port: 53 },
      ],
      ddostop_rule: expect.stringMatching(/^tcp\[tcpflags\]/),
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(JSON.stringify(print)).not.toContain('203.0.113.7');
    expect(fingerprintOf(makeKnownStored(), { withTarget: true })).toMatchObject({ target: '203.0.113.7' });
    expect(fingerprintOf(makeKnownStored())['key']).toBe(print['key']);
  });

  test('of one vector: what its packets have in common', () => {
    const known = makeKnownStored();
    const tops = [
      { name: 'ip.ttl', rows: [{ key: '243', packets: 9, bytes: 0, share: 0.6 }], distinct: 2, exact: false },
      { name: 'ip.length', rows: [{ key: '40', packets: 9, bytes: 0, share: 0.01 }], distinct: 2, exact: false },
    ];
    const incident = { ...known.incident, vectors: known.incident.vectors.slice(0, 1) };
    const print = fingerprintOf({ ...known, incident, picture: { ...known.picture!, tops } });
    expect(print['attack_vectors']).toMatchObject([
      { fraction_of_attack: 1, ttl: { 243: 0.6, others: 0.4 }, ip_length: 'random', dns_query_name: null },
    ]);
  });

  test('of next to nothing', () => {
    expect(fingerprintOf(makeBareStored())).toMatchObject({
      attack_vectors: [],
      time_end: null,
      avg_pps: 0,
      ddostop_rule: null,
    });
  });
});

describe('MISP event', () => {
  const eventOf = (stored = makeKnownStored()) =>
    mispEventOf(stored, { nowSec: OPENED_AT + 600 })['Event'] as Json as Record<string, unknown>;
  const sourcesOf = (verdict: 'few' | 'spoofed' | 'reflected' | 'botnet' | 'unknown') => {
    const incident = makeIncident();
    const stored = makeStored({ incident: { ...incident, sources: { ...incident.sources, verdict } } });
    return (eventOf(stored)['Attribute'] as { type: string; value: string; to_ids: boolean }[]).map(
      ({ type, value }) => `${type} ${value}`,
    );
  };

  test('has what a MISP asks of one', () => {
    expect(eventOf()).toMatchObject({
      date: '2026-02-03',
      threat_level_id: '1',
      analysis: '2',
      distribution: '0',
      published: false,
      Tag: [
        { name: 'tlp:amber' },
        { name: 'ddos:type="flooding-attack"' },
        { name: 'ddos:type="amplification-attack"' },
      ],
      Object: [
        {
          name: 'ddos',
          template_uuid: 'e2f124d6-f57c-4f93-99e6-8450545fa05d',
          Attribute: expect.arrayContaining([
            expect.objectContaining({ object_relation: 'ip-dst', type: 'ip-dst', value: '203.0.113.7' }),
            expect.objectContaining({ object_relation: 'total-pps', type: 'counter', value: '91200' }),
            expect.objectContaining({ object_relation: 'first-seen', type: 'datetime' }),
          ]),
        },
      ],
    });
  });

  test('a source is told where it is real', () => {
    const both = ['ip-src 198.51.100.7', 'ip-src 2001:db8::7'];
    expect([sourcesOf('spoofed'), sourcesOf('unknown')]).toEqual([[], []]);
    expect([sourcesOf('few'), sourcesOf('botnet'), sourcesOf('reflected')]).toEqual([both, both, both]);
  });

  test('ids are those of the incident, and each is its own', () => {
    const ids = (json: unknown) => JSON.stringify(json).match(/(?<="uuid":")[^"]+/g) ?? [];
    expect(ids(eventOf())).toEqual(ids(eventOf()));
    expect(new Set(ids(eventOf())).size).toBe(ids(eventOf()).length);
    expect(
      ids(eventOf()).every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toBe(true);
    expect(ids(eventOf())[0]).not.toBe(ids(eventOf(makeBareStored()))[0]);
  });
});
