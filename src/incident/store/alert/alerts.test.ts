import { describe, expect, test } from 'vitest';
import { ATTACK_DETAILS, BAN_DETAILS } from '../../../../test/incident/fastnetmon-details.js';
import type { EdgeAttack } from '../../../snapshot/edge-network-view.js';
import { foldEvents } from '../fold.js';
import { readEvent } from '../read-event.js';
import { alertOfEdgeAttack, alertOfNotification } from './edge-alert.js';
import { type AlertedBody, alertOfFastNetMon, type FastNetMonCall, openAlertOf } from './fastnetmon-alert.js';
import { readFastNetMonDetails } from './fastnetmon-details.js';

const stored = (...bodies: AlertedBody[]) => foldEvents(bodies.map((body, i) => ({ at: 1000 + i, by: 'b', ...body })));

describe('FastNetMon', () => {
  const call: FastNetMonCall = {
    ip: '198.51.100.7',
    direction: 'incoming',
    pps: 4011,
    action: 'ban',
    details: BAN_DETAILS,
  };

  test('ban, attack_details and unban are one incident', () => {
    const ban = alertOfFastNetMon(call, null, 1000, 'fnm-a') as AlertedBody;
    expect(ban).toMatchObject({
      incidentId: 'fnm-a',
      incident: {
        target: '198.51.100.7',
        direction: 'incoming',
        state: 'attack',
        peakPps: 4011,
        peakBps: 3e6,
        vectors: [{ id: 'udp-rand', name: 'udp flood', share: 1 }],
        severity: 'low',
        urgency: null,
      },
      alert: { from: 'fastnetmon', details: expect.arrayContaining(['Attack type: udp_flood', 'UDP flows: 9167']) },
    });
    const open = { ...ban.incident, origin: 'fastnetmon' as const };
    expect(
      openAlertOf(
        [
          open,
          { ...open, id: 'x', direction: 'outgoing' },
          { ...open, id: 'y', state: 'ended' },
          { ...open, id: 'z', origin: 'ddostop' },
        ],
        call,
      )?.id,
    ).toBe('fnm-a');
    const more = alertOfFastNetMon(
      { ...call, action: 'attack_details', details: ATTACK_DETAILS, pps: 9000 },
      open,
      1001,
      'fnm-b',
    ) as AlertedBody;
    const end = alertOfFastNetMon(
      { ...call, action: 'unban', details: '' },
      { ...open, peakPps: 9000 },
      1019,
      'fnm-c',
    ) as AlertedBody;
    const whole = stored(ban, more, end);
    expect(whole).toMatchObject({
      origin: 'fastnetmon',
      incident: {
        id: 'fnm-a',
        state: 'ended',
        openedAt: 1000,
        endedAt: 1019,
        peakPps: 9000,
        vectors: [{ id: 'udp-rand' }],
      },
    });
    expect(whole?.alerts).toHaveLength(1);
    expect(whole?.alerts[0]?.details.filter((line) => line.startsWith('Attack type'))).toHaveLength(1);
    expect(whole?.alerts[0]?.details.join('\n')).toMatch(/10.150.223.78:39946 > 198.51.100.7:50769/);
    expect(alertOfFastNetMon({ ...call, action: 'unban' }, null, 1, 'x')).toBeNull();
    for (const body of [ban, more, end]) expect(readEvent({ at: 1, by: 'b', ...body })).not.toBeNull();
  });

  test.each([
    ['', { attackType: null, peakPps: null, lines: [] }],
    [
      'Attack type: syn_flood\nPeak attack power: 1234567 packets per second\nAttack direction: outgoing\nTotal outgoing traffic: 812 mbps\nTotal incoming traffic: 9 mbps',
      { attackType: 'syn_flood', vectorId: 'tcp-syn', peakPps: 1_234_567, peakBps: 812e6 },
    ],
    [
      'Attack type: unknown\nIncoming tcp pps: 0 packets per second\n',
      { attackType: null, lines: ['Attack type: unknown'] },
    ],
    [
      'Attack type: dns_amplification\r\nPeak attack power: -5 packets\r\n\u001b]0;x\u0007',
      { vectorId: 'refl-dns', peakPps: null },
    ],
    ['{"alert_scope":"host"}', { attackType: null, lines: ['{"alert_scope":"host"}'] }],
  ])('reads what it knows of %j', (text, expected) => {
    expect(readFastNetMonDetails(text)).toMatchObject(expected);
  });

  test('text without end is bounded', () => {
    const { lines } = readFastNetMonDetails(`${'A: '.repeat(1e5)}\n`.repeat(20) + 'x\n'.repeat(1e5));
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(300);
  });
});

describe('Cloudflare', () => {
  const attack: EdgeAttack = {
    ...{
      id: 'att-1',
      ids: ['att-1', 'att-2'],
      vector: 'DNS Amplification',
      vectorId: 'refl-dns',
      rule: 'rule 7',
      mitigation: 'drop',
    },
    ...{
      reason: '',
      target: '203.0.113.0/24',
      port: null,
      protocol: 'udp',
      startSec: 500,
      endSec: null,
      packets: 1000,
      bits: 8e6,
    },
    ...{ droppedPackets: 900, droppedBits: 7e6, peakBps: 12e9, peakPps: 2.5e6 },
  };

  test('an attack of its analytics, told again until it is over', () => {
    const body = alertOfEdgeAttack(attack);
    expect(body).toMatchObject({
      incident: {
        target: '203.0.113.0/24',
        scope: 'prefix',
        direction: 'incoming',
        state: 'attack',
        openedAt: 500,
        severity: 'critical',
        packets: 1000,
        bytes: 1e6,
        vectors: [{ id: 'refl-dns', name: 'DNS Amplification' }],
      },
      alert: {
        from: 'cloudflare',
        reference: 'att-1',
        details: [
          'Cloudflare sees DNS Amplification: 2.50M pps, 12.0 Gbit/s',
          '90.0% of its packets were dropped there',
          'rule 7',
          'drop',
        ],
      },
    });
    const over = alertOfEdgeAttack({ ...attack, endSec: 800 });
    expect(over.incidentId).toBe(body.incidentId);
    expect(stored(body, over)).toMatchObject({ incident: { state: 'ended', endedAt: 800 } });
    expect(alertOfEdgeAttack({ ...attack, target: null, vector: '' }).incident).toMatchObject({
      target: 'several targets',
      vectors: [],
    });
    expect(readEvent({ at: 1, by: 'b', ...body })).not.toBeNull();
  });

  test.each([
    [
      'dos_attack_l4',
      'attack_id att-1, attack_vector SYN Flood, target_ip 203.0.113.7, max_rate 1.2 Mpps',
      {
        incidentId: alertOfEdgeAttack(attack).incidentId,
        incident: { target: '203.0.113.7', scope: 'host', peakPps: 1.2e6, vectors: [{ id: 'tcp-syn' }] },
      },
    ],
    [
      'dos_attack_l7',
      'zone_name shop.example, requests 9000',
      { incident: { target: 'shop.example', scope: 'site', vectors: [] } },
    ],
    [
      'advanced_ddos_attack_l4_alert',
      'the attack on 2001:db8::7 has stopped',
      { incident: { target: '2001:db8::7', state: 'ended', endedAt: 700 } },
    ],
    ['fbm_dosd_attack', '', { incident: { target: 'several targets', state: 'attack' } }],
  ])('a notification of type %s', (type, text, expected) => {
    const body = alertOfNotification({ id: 'n1', sec: 700, type, name: 'L3 DDoS', text }) as AlertedBody;
    expect(body).toMatchObject(expected);
    expect(readEvent({ at: 1, by: 'b', ...body })).not.toBeNull();
  });

  test.each(['tunnel_health_event', 'universal_ssl_event_type', 'http_alert_origin_error', ''])(
    '%j is no attack',
    (type) => {
      expect(
        alertOfNotification({ id: 'n1', sec: 700, type, name: 'ddos_attack', text: 'target_ip 203.0.113.7' }),
      ).toBeNull();
    },
  );
});
