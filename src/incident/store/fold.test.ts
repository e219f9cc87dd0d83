import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeIncident, OPENED_AT } from '../../../test/support/incident-fixture.js';
import type { Incident } from '../incident.js';
import type { JournalEvent } from '../journal-event.js';
import { foldEvents } from './fold.js';
import { addToRow, newDraft } from './incident-row.js';
import { KeptLines } from './kept-lines.js';
import { readEvent } from './read-event.js';

const base = { by: 'ada@jump1', incidentId: 'i1' };
const observed = (at: number, part: Partial<Incident> = {}): JournalEvent => ({
  ...base,
  at,
  kind: 'observed',
  incident: makeIncident(part),
  sensor: 'pcap eth0',
});
const alerted = (at: number, part: Partial<Incident>, details: string[]): JournalEvent => ({
  ...base,
  at,
  kind: 'alerted',
  incident: makeIncident(part),
  alert: { from: 'fastnetmon', reference: '', details, url: null },
});
const [syn, dns] = makeIncident().vectors;

describe('an incident by its lines', () => {
  test('its timeline', () => {
    const at = OPENED_AT;
    const stored = foldEvents([
      observed(at + 2, {
        vectors: [{ ...(syn as never as Incident['vectors'][number]) }],
        severity: 'medium',
        peakPps: 5000,
      }),
      observed(at + 8, { severity: 'high', peakPps: 91_200 }),
      { ...base, at: at + 20, kind: 'acknowledged' },
      {
        ...base,
        at: at + 30,
        kind: 'acted',
        action: {
          mitigationId: 'k3f9a',
          what: 'applied',
          backend: 'nft',
          words: 'drops tcp-syn, for 10 min',
          rules: [],
          ttlSec: 600,
        },
      },
      {
        ...base,
        at: at + 45,
        kind: 'measured',
        effect: {
          mitigationId: 'k3f9a',
          seconds: 10,
          attackBeforePps: 90_000,
          attackAfterPps: 12,
          goodBeforePps: 800,
          goodAfterPps: 790,
          droppedPackets: 900_000,
        },
      },
      { ...base, at: at + 50, kind: 'lost-sight', reason: 'eth0 went down' },
      observed(at + 62, { state: 'ended', endedAt: at + 60 }),
      { ...base, at: at + 70, kind: 'marked', mark: 'duplicate', of: 'i0', reason: 'same wave' },
      {
        ...base,
        at: at + 80,
        kind: 'told',
        delivery: {
          hook: 'pager',
          kind: 'pagerduty',
          event: 'ended',
          ok: false,
          reference: null,
          url: null,
          message: 'HTTP 500',
        },
      },
    ]);
    expect(
      stored?.timeline.map(({ at: sec, what, words, by }) =>
        `${Math.round((sec - at) * 10) / 10} ${what}: ${words} ${by}`.trim(),
      ),
    ).toEqual([
      '0 began: first second over a limit to 203.0.113.7: tcp-syn: 70k pps to the target, floor 2k pps',
      '1.1 detected: called an attack after 1s: SYN flood 78.0%; severity medium',
      '7.1 severity: high, it was medium',
      '7.1 vector: joined by DNS amplification 22.0%',
      '7.1 peak: peak 91.2k pps, 410 Mbit/s',
      '20 acknowledged: acknowledged ada@jump1',
      '30 acted: applied k3f9a (nft): drops tcp-syn, for 10 min ada@jump1',
      '45 measured: k3f9a over 10s: attack 90.0k pps before, 12 pps after; all else 800 pps before, 790 pps after; 900k packets dropped ada@jump1',
      '50 lost-sight: nobody watches it any more: eth0 went down ada@jump1',
      '60 ended: over after 1m00s: 2.30M packets, 1.10 GB',
      '70 marked: is the same as i0: same wave ada@jump1',
      '80 told: pager (pagerduty) ended: failed: HTTP 500 ada@jump1',
    ]);
    expect(stored).toMatchObject({
      incident: { acknowledgedAt: at + 20, mitigatedAt: at + 30, state: 'ended' },
      lostSight: null,
      mark: { mark: 'duplicate', of: 'i0', by: 'ada@jump1' },
    });
    expect(dns?.active).toBe(true);
  });

  test('acts may come before the incident, and own eyes go before hearsay', () => {
    const acknowledged: JournalEvent = { ...base, at: 5, kind: 'acknowledged' };
    expect(foldEvents([acknowledged])).toBeNull();
    expect(foldEvents([acknowledged, observed(6)])?.incident.acknowledgedAt).toBe(5);
    const events = [
      alerted(1, { peakPps: 1 }, ['a', 'b']),
      alerted(2, { peakPps: 2 }, ['b', 'c']),
      observed(3),
      alerted(9, { peakPps: 3 }, ['d']),
    ];
    expect(foldEvents(events)).toMatchObject({
      origin: 'ddostop',
      sensor: 'pcap eth0',
      incident: { peakPps: 91_200 },
      alerts: [{ details: ['a', 'b', 'c', 'd'] }],
    });
    expect(foldEvents(events.slice(0, 2))).toMatchObject({ origin: 'fastnetmon', incident: { peakPps: 2 } });
    // A line that comes late says what was, not what is.
    expect(foldEvents([observed(9, { state: 'ended', endedAt: 8 }), observed(7)])?.incident.state).toBe('ended');
  });
});

const anyEvent: fc.Arbitrary<JournalEvent> = fc.oneof(
  fc
    .record({
      peak: fc.integer({ min: 1, max: 50 }),
      state: fc.constantFrom('attack', 'ending', 'ended' as const),
      severity: fc.constantFrom('low', 'critical' as const),
      pulses: fc.integer({ min: 0, max: 2 }),
      active: fc.subarray([0, 1]),
    })
    .map(({ peak, state, severity, pulses, active }) =>
      observed(0, {
        state: state as 'attack',
        severity: severity as 'low',
        pulses,
        peakPps: peak,
        endedAt: state === 'ended' ? OPENED_AT + 50 : null,
        vectors: makeIncident().vectors.map((vector, i) => ({ ...vector, active: active.includes(i) })),
      }),
    ),
  fc.constant<JournalEvent>({ ...base, at: 0, kind: 'acknowledged' }),
  fc.constant<JournalEvent>({ ...base, at: 0, kind: 'noted', text: 'x' }),
  fc.constant<JournalEvent>({ ...base, at: 0, kind: 'lost-sight', reason: 'gone' }),
  fc
    .constantFrom('test', null)
    .map((mark): JournalEvent => ({ ...base, at: 0, kind: 'marked', mark: mark as 'test', of: null, reason: '' })),
);
/** In time, with a peak that never falls, as a detector has it. */
const history = fc.array(anyEvent, { minLength: 1, maxLength: 40 }).map((events) => {
  let peakPps = 0;
  return events.map((event, i): JournalEvent => {
    const at = OPENED_AT + 2 + i;
    if (event.kind !== 'observed') return { ...event, at };
    peakPps = Math.max(peakPps, event.incident.peakPps);
    return { ...event, at, incident: { ...event.incident, peakPps } };
  });
});

describe('merging and lists say the same as the lines', () => {
  test('without the lines that merging leaves out nothing is missing', () => {
    fc.assert(
      fc.property(history, (events) => {
        const kept = new KeptLines();
        for (const [i, event] of events.entries()) kept.add(event, i);
        const lines = new Set(kept.lines());
        expect(foldEvents(events.filter((_, i) => lines.has(i)))).toEqual(foldEvents(events));
      }),
      { numRuns: 300 },
    );
  });

  test('the light row is the whole one, and reading a line twice changes nothing', () => {
    fc.assert(
      fc.property(history, (events) => {
        const [once, twice] = [newDraft(), newDraft()];
        for (const event of events) {
          addToRow(once, event);
          addToRow(twice, event);
          addToRow(twice, event);
        }
        expect(twice).toEqual(once);
        const whole = foldEvents(events);
        const { state, peakPps, acknowledgedAt, severity } = once.row ?? {};
        const mark = once.row?.mark?.mark ?? null;
        if (whole === null) expect(once.row).toBeNull();
        else {
          expect({ state, peakPps, acknowledgedAt, severity }).toEqual({
            state: whole.incident.state,
            peakPps: whole.incident.peakPps,
            acknowledgedAt: whole.incident.acknowledgedAt,
            severity: whole.incident.severity,
          });
          expect(mark).toBe(whole.mark?.mark ?? null);
          expect(once.row?.lostSight).toBe(whole.lostSight);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('whatever JSON a line holds, it is an event or none', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => [null, 'foreign'].includes(readEvent(json) as null)));
    const good = JSON.parse(JSON.stringify(observed(1))) as Record<string, unknown>;
    expect(readEvent(good)).toEqual(good);
    for (const path of ['at', 'by', 'incident', 'sensor', 'kind']) {
      for (const value of [undefined, null, 7.5, [], {}, 'x'.repeat(200)]) {
        const event = readEvent({ ...good, [path]: value });
        if (event !== null && event !== 'foreign') foldEvents([event]);
      }
    }
    for (const [name, value] of Object.entries(good['incident'] as object)) {
      for (const wrong of [undefined, [1], { x: 1 }, true]) {
        if (typeof value === typeof wrong && Array.isArray(value) === Array.isArray(wrong)) continue;
        const event = readEvent({ ...good, incident: { ...(good['incident'] as object), [name]: wrong } });
        if (name !== 'id') expect(event, name).toBeNull();
      }
    }
  });
});
