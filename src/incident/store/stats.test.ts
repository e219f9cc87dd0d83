import { describe, expect, test } from 'vitest';
import { makeIncident } from '../../../test/support/incident-fixture.js';
import { filteredRows } from './incident-order.js';
import { addToRow, type IncidentRow, newDraft } from './incident-row.js';
import { relatedOf } from './related.js';
import { forgotten } from './retention.js';
import { teamFigures } from './stats.js';

/** Monday of ISO week 2026-W01 begins on 2025-12-29. */
const MONDAY = Date.UTC(2025, 11, 29) / 1000;
const NOW = MONDAY + 30 * 86_400;

function row(part: Partial<IncidentRow> = {}): IncidentRow {
  const draft = newDraft();
  const incident = makeIncident({ id: 'x', openedAt: MONDAY, detectedAt: MONDAY + 1 });
  addToRow(draft, { at: MONDAY + 1, by: 'b', kind: 'observed', incidentId: 'x', incident, sensor: 's' });
  return { ...(draft.row as IncidentRow), ...part };
}

describe('figures of a team', () => {
  test('spans by week and vector, false positives of the judged ones; duplicates and tests count nowhere', () => {
    const vectors = [{ id: 'refl-dns', name: 'DNS amplification', share: 1 }];
    const rows = [
      row({ acknowledgedAt: MONDAY + 61, mitigatedAt: MONDAY + 301, mark: { mark: 'true-positive', of: null } }),
      row({ openedAt: MONDAY - 1, detectedAt: MONDAY + 2, acknowledgedAt: MONDAY + 122, vectors }),
      row({ mark: { mark: 'false-positive', of: null }, vectors }),
      row({ mark: { mark: 'duplicate', of: 'y' }, acknowledgedAt: MONDAY + 9000 }),
      row({ mark: { mark: 'test', of: null }, acknowledgedAt: MONDAY + 9000 }),
      // Somebody else's: when they decided is not known.
      row({ origin: 'fastnetmon', detectedAt: MONDAY, acknowledgedAt: MONDAY + 30, vectors: [] }),
    ];
    const { all, byWeek, byVector } = teamFigures(rows);
    expect(all).toMatchObject({
      incidents: 4,
      detect: { median: 1, p90: 3, n: 3 },
      acknowledge: { median: 60, p90: 120, n: 3 },
      mitigate: { median: 300, p90: 300, n: 1 },
      falsePositives: 1,
      judged: 2,
      falseShare: 0.5,
    });
    expect(byWeek.map(({ key, incidents }) => [key, incidents])).toEqual([
      ['2026-W01', 3],
      ['2025-W52', 1],
    ]);
    expect(byVector.map(({ key, incidents }) => [key, incidents])).toEqual([
      ['refl-dns', 2],
      ['tcp-syn', 1],
      ['unnamed', 1],
    ]);
    expect(teamFigures([]).all).toMatchObject({ detect: { median: null, n: 0 }, falseShare: null });
  });

  test('of a capture that is read later the clock runs from the reading', () => {
    const late = row({ seenAt: MONDAY + 1e6, acknowledgedAt: MONDAY + 1e6 + 20 });
    expect(teamFigures([late]).all.acknowledge.median).toBe(20);
  });

  test.each([
    [Date.UTC(2026, 0, 1), '2026-W01'],
    [Date.UTC(2026, 11, 31), '2026-W53'],
    [Date.UTC(2027, 0, 3), '2026-W53'],
    [Date.UTC(2027, 0, 4), '2027-W01'],
    [Date.UTC(2024, 1, 29), '2024-W09'],
  ])('%d is in week %s', (ms, week) => {
    // date -u -d @SECONDS +%G-W%V
    expect(teamFigures([row({ openedAt: ms / 1000 })]).byWeek[0]?.key).toBe(week);
  });
});

describe('the order of the list', () => {
  const open = (id: string, part: Partial<IncidentRow> = {}) => row({ id, updatedAt: NOW, ...part });

  test('open before over, watched before lost, by urgency; what was nothing last', () => {
    const rows = [
      open('over', { state: 'ended', urgency: 99 }),
      open('nothing', { urgency: 100, mark: { mark: 'false-positive', of: null } }),
      open('silent', { urgency: 90, updatedAt: NOW - 1000 }),
      open('told', { urgency: null, severity: 'high', origin: 'cloudflare', updatedAt: NOW - 1000 }),
      open('low', { urgency: 20 }),
      open('now', { urgency: 80 }),
    ];
    expect(filteredRows(rows, {}, NOW).map(({ id }) => id)).toEqual([
      'now',
      'told',
      'low',
      'silent',
      'nothing',
      'over',
    ]);
    expect(filteredRows(rows, { state: 'ended' }, NOW).map(({ id }) => id)).toEqual(['over']);
    expect(filteredRows(rows, {}, NOW).find(({ id }) => id === 'silent')?.lostSight).toMatch(
      /wrote last at 2026-01-27 23:43:20Z/,
    );
  });

  test('of the last day, and not acknowledged', () => {
    const rows = [
      row({ id: 'old', state: 'ended', endedAt: NOW - 90_000, seenAt: NOW - 90_000 }),
      row({ id: 'read later', state: 'ended', endedAt: 1, openedAt: 1, seenAt: NOW - 60, acknowledgedAt: NOW }),
      row({ id: 'new', state: 'ended', endedAt: NOW - 80_000, seenAt: NOW - 80_000 }),
    ];
    const ids = (filter: Parameters<typeof filteredRows>[1]) => filteredRows(rows, filter, NOW).map(({ id }) => id);
    expect(ids({ withinSec: 86_400 })).toEqual(['new', 'read later']);
    expect(ids({ withinSec: 86_400, unacknowledged: true })).toEqual(['new']);
    expect(ids({ limit: 1 })).toEqual(['new']);
  });

  test('ten thousand are ordered, related and forgotten in a moment', () => {
    const one = row({ state: 'ended', acknowledgedAt: 1 });
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const target = `10.0.${i % 250}.${i % 7}${i % 3 === 0 ? '/29' : ''}`;
      return { ...one, id: `i${i}`, target, openedAt: MONDAY + i, endedAt: MONDAY + i + 60 };
    });
    expect(filteredRows(rows, {}, NOW)).toHaveLength(10_000);
    expect(relatedOf(rows).size).toBeGreaterThan(0);
    expect(forgotten(rows, { maxAgeDays: 400, maxIncidents: 10 }, NOW).size).toBe(9990);
  });
});

describe('what stands beside each other', () => {
  const at = (id: string, target: string, openedAt: number, endedAt: number | null = openedAt + 60) =>
    row({ id, target, openedAt, endedAt, updatedAt: endedAt ?? NOW });

  test('the same target at the same time, and a prefix with its hosts', () => {
    const related = relatedOf([
      at('own', '203.0.113.7', MONDAY),
      at('fnm', '203.0.113.7', MONDAY + 5, null),
      at('later', '203.0.113.7', NOW + 7200),
      at('carpet', '203.0.113.0/24', MONDAY + 100),
      at('other', '203.0.114.7', MONDAY),
      at('site', 'Shop.example', MONDAY),
      at('site2', 'shop.example', MONDAY),
      at('many', 'several targets', MONDAY),
    ]);
    expect(Object.fromEntries(related)).toEqual({
      own: ['fnm', 'carpet'],
      fnm: ['own', 'carpet'],
      carpet: ['fnm', 'own'],
      site: ['site2'],
      site2: ['site'],
    });
  });
});
