/** Screen 6 as a queue, what lies above it, and figures of the team, kept as text. */
import { describe, expect, test } from 'vitest';
import type { CasesNews } from '../../src/app/incidents/cases-door.js';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { cellWidth } from '../../src/format/cell-text.js';
import type { IncidentRow } from '../../src/incident/store/incident-row.js';
import { teamFigures } from '../../src/incident/store/stats.js';

import { makeKnownStored, OPENED_AT } from '../support/incident-fixture.js';
import { keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';


const row = (part: Partial<IncidentRow>): IncidentRow => ({
  id: 'k3fq9-1',
  target: '203.0.113.40',
  scope: 'host',
  direction: 'incoming',
  severity: 'high',
  urgency: 48,
  relevance: 90,
  pulses: 0,
  state: 'ended',
  openedAt: OPENED_AT,
  detectedAt: OPENED_AT + 1.1,
  acknowledgedAt: null,
  mitigatedAt: null,
  endedAt: OPENED_AT + 190,
  peakPps: 91_200,
  peakBps: 410e6,
  peakRps: null,
  packets: 2_300_000,
  bytes: 1_100_000_000,
  vectors: [{ id: 'refl-ntp', name: 'NTP amplification', share: 0.97 }],
  sourceVerdict: 'reflected',
  sources: 912,
  origin: 'ddostop',
  sensor: 'edge1',
  lostSight: null,
  mark: null,
  seenAt: OPENED_AT + 1.4,
  updatedAt: OPENED_AT + 200,
  ...part,
});

const ROWS: readonly IncidentRow[] = [
  row({ id: 'fn-1', origin: 'fastnetmon', state: 'attack', endedAt: null, target: '203.0.113.7', urgency: null, severity: 'medium' }),
  row({ id: 'cf-2', origin: 'cloudflare', acknowledgedAt: OPENED_AT + 70, mitigatedAt: OPENED_AT + 95 }),
  row({ id: 'k3fq9-3', mark: { mark: 'false-positive', of: null }, acknowledgedAt: OPENED_AT + 30, openedAt: OPENED_AT - 90_000 }),
  row({ id: 'k3fq9-4', state: 'attack', endedAt: null, lostSight: 'the program that watched it has ended', target: '203.0.113.41' }),
];
const HOOKS = [
  { name: 'oncall', kind: 'pagerduty', last: 'opened sent', isOk: true, waiting: 0 },
  { name: 'tickets', kind: 'jira', last: '503: try again later; it is tried again', isOk: false, waiting: 3 },
  { name: 'soc-channel', kind: 'slack', last: '', isOk: null, waiting: 0 },
];
const news = (...all: readonly CasesNews[]): UiEvent[] => all.map((one) => ({ kind: 'cases', news: one }));
const known = makeKnownStored();
const kept = news(
  { kind: 'why', text: null },
  { kind: 'rows', rows: ROWS },
  { kind: 'hooks', hooks: HOOKS },
  { kind: 'opened', stored: { ...known, incident: { ...known.incident, id: 'i-1' } } },
);
const shown = (...keys: readonly string[]) => [tickEvent(), ...keyEvents(['6']), ...kept, ...keyEvents(keys)];

describe('incidents of a store', () => {
  const cases: readonly (readonly [string, number, number, readonly UiEvent[]])[] = [
    ['queue', 80, 24, shown()],
    ['queue', 120, 40, shown()],
    ['queue', 200, 60, shown('j')],
    ['triage', 80, 24, shown('i')],
    ['hooks', 120, 40, shown('o', 'j')],
    ['team', 120, 40, [...shown('6'), ...news({ kind: 'team', team: teamFigures(ROWS) })]],
    ['team-empty', 80, 24, [...shown('6'), ...news({ kind: 'team', team: teamFigures([]) })]],
  ];
  test.each(cases)('%s %dx%d', async (name, columns, rows, events) => {
    const { screen } = await renderState(stateAfter(columns, rows, events));
    const text = screen.text();
    for (const line of text.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
    expect(text.split('\n').length).toBeLessThanOrEqual(rows);
    await expect(`${text}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.txt`);
  });
});

describe('keys', () => {
  const after = (...keys: readonly string[]) => stateAfter(120, 40, shown(...keys));

  test('i acknowledges once and asks what it was; t says so; Esc says nothing', () => {
    expect(after('i').overlay).toEqual({ kind: 'triage', incidentId: 'i-1' });
    expect(after('i', 't').overlay).toBeNull();
    expect(after('i', 'escape').overlay).toBeNull();
    expect(after('i', 'x').overlay).not.toBeNull();
  });

  test('o opens the hooks of the chosen incident, Enter closes it and sends nothing', () => {
    expect(after('o').overlay).toEqual({ kind: 'hooks', incidentId: 'i-1' });
    expect(after('o', 'enter').overlay).toBeNull();
    expect(after('o', 'j', 'j', 'j', 'j').cases.hookIndex).toBe(2);
  });

  test('one of somebody else is chosen and nothing is done to the traffic', () => {
    const state = after('j', 'm');
    expect(state.incidentId).toBe('fn-1');
    expect(state.mitigation).toBeNull();
    expect(state.notice?.text).toContain('no incident of now');
  });
});
