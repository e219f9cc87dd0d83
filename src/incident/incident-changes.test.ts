import { describe, expect, test } from 'vitest';
import { makeIncident } from '../../test/support/incident-fixture.js';
import { IncidentChanges } from './incident-changes.js';

const told = (changes: IncidentChanges, nowMs: number, ...incidents: Parameters<typeof makeIncident>[0][]) =>
  changes
    .of(incidents.map(makeIncident), nowMs)
    .map(({ kind, why, incident }) => `${incident.id} ${kind} ${why}`.trim());

describe('IncidentChanges', () => {
  test('a suspicion is not told; an attack is, once, and then what moves', () => {
    const changes = new IncidentChanges();
    expect(told(changes, 0, { state: 'suspect' })).toEqual([]);
    expect(told(changes, 250, { packets: 10 })).toEqual(['i1 opened']);
    expect(told(changes, 500, { packets: 20 })).toEqual([]);
    expect(told(changes, 750, { severity: 'critical' })).toEqual(['i1 updated severity']);
    const vectors = [{ id: 'refl-dns', name: 'DNS', share: 1, confidence: 1, active: true, pps: 1 }];
    expect(told(changes, 1000, { severity: 'critical', vectors })).toEqual(['i1 updated vectors']);
    expect(told(changes, 1250, { severity: 'critical', vectors, state: 'ending' })).toEqual(['i1 updated fading']);
    expect(told(changes, 1500, { severity: 'critical', vectors, state: 'ended' })).toEqual(['i1 ended']);
    expect(told(changes, 99_000, { severity: 'critical', vectors, state: 'ended' })).toEqual([]);
    expect(told(changes, 99_250, { severity: 'critical', vectors })).toEqual(['i1 updated came back']);
  });

  test('one that only goes on is told every ten seconds, one that stands still is not', () => {
    const changes = new IncidentChanges();
    told(changes, 0, { packets: 1 });
    expect(told(changes, 9000, { packets: 2 })).toEqual([]);
    expect(told(changes, 10_000, { packets: 3 })).toEqual(['i1 updated goes on']);
    expect(told(changes, 30_000, { packets: 3 })).toEqual([]);
  });

  test('what was over before anybody looked began and ended, the oldest first', () => {
    const seen = told(new IncidentChanges(), 0, { id: 'i2' }, { id: 'i1', state: 'ended' });
    expect(seen).toEqual(['i1 opened', 'i1 ended', 'i2 opened']);
  });
});
