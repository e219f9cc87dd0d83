/** How the team does: how fast attacks are seen, acknowledged and stopped, and how often it was no attack. Pure. */
import type { IncidentRow } from './incident-row.js';

export interface SpanFigures {
  /** Seconds; null = none of them. */
  readonly median: number | null;
  /** Nine of ten took at most this long. */
  readonly p90: number | null;
  readonly n: number;
}

export interface FigureRow {
  /** "all", "2026-W48", "tcp-syn". */
  readonly key: string;
  readonly incidents: number;
  /** In the traffic: from the first window over a limit to the decision. Of what ddostop saw itself. */
  readonly detect: SpanFigures;
  /** By the wall clock, from when it was called an attack, or told. */
  readonly acknowledge: SpanFigures;
  readonly mitigate: SpanFigures;
  readonly falsePositives: number;
  /** Marked as an attack, or as none. */
  readonly judged: number;
  /** Of the judged ones, 0..1; null = none was. */
  readonly falseShare: number | null;
}

export interface TeamFigures {
  readonly all: FigureRow;
  /** ISO weeks by their begin, the newest first. */
  readonly byWeek: readonly FigureRow[];
  /** By the largest vector, the most frequent first. */
  readonly byVector: readonly FigureRow[];
}

const DAY_MS = 86_400_000;

/** Duplicates and tests are nobody's work and count nowhere. */
export function teamFigures(rows: readonly IncidentRow[]): TeamFigures {
  const counted = rows.filter(({ mark }) => mark?.mark !== 'duplicate' && mark?.mark !== 'test');
  const byWeek = groupsOf(counted, ({ openedAt }) => weekOf(openedAt));
  const byVector = groupsOf(counted, ({ vectors }) => vectors[0]?.id ?? 'unnamed');
  return {
    all: figuresOf('all', counted),
    byWeek: byWeek.sort((a, b) => (a.key < b.key ? 1 : -1)),
    byVector: byVector.sort((a, b) => b.incidents - a.incidents || (a.key < b.key ? -1 : 1)),
  };
}

function groupsOf(rows: readonly IncidentRow[], keyOf: (row: IncidentRow) => string): FigureRow[] {
  const groups = new Map<string, IncidentRow[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].map(([key, group]) => figuresOf(key, group));
}

function figuresOf(key: string, rows: readonly IncidentRow[]): FigureRow {
  const falsePositives = rows.filter(({ mark }) => mark?.mark === 'false-positive').length;
  const judged = falsePositives + rows.filter(({ mark }) => mark?.mark === 'true-positive').length;
  const own = rows.filter(({ origin }) => origin === 'ddostop');
  return {
    key,
    incidents: rows.length,
    detect: spanFigures(own.map(({ openedAt, detectedAt }) => spanOf(openedAt, detectedAt))),
    acknowledge: spanFigures(rows.map((row) => spanOf(knownAt(row), row.acknowledgedAt))),
    mitigate: spanFigures(rows.map((row) => spanOf(knownAt(row), row.mitigatedAt))),
    falsePositives,
    judged,
    falseShare: judged === 0 ? null : falsePositives / judged,
  };
}

/** Of a capture that is read later, the traffic's own time lies long before anybody could know. */
function knownAt({ detectedAt, seenAt }: IncidentRow): number | null {
  return detectedAt === null ? seenAt : Math.max(detectedAt, seenAt ?? detectedAt);
}

/** Null: not both are known. What was done before it was called an attack took no time. */
function spanOf(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from);
}

function spanFigures(all: readonly (number | null)[]): SpanFigures {
  const spans = all.filter((span) => span !== null).sort((a, b) => a - b);
  const n = spans.length;
  if (n === 0) return { median: null, p90: null, n };
  const [low, high] = [spans[Math.floor((n - 1) / 2)], spans[Math.floor(n / 2)]] as [number, number];
  return { median: (low + high) / 2, p90: spans[Math.ceil(n * 0.9) - 1] as number, n };
}

/** ISO 8601: the week of the Thursday beside it. UTC. */
function weekOf(epochSec: number): string {
  const day = new Date(Math.floor((epochSec * 1000) / DAY_MS) * DAY_MS);
  if (Number.isNaN(day.getTime())) return 'no time';
  const thursday = day.getTime() + (3 - ((day.getUTCDay() + 6) % 7)) * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
