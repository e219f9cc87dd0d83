/** Which incidents are forgotten. Pure. */
import type { IncidentRow } from './incident-row.js';

export interface Retention {
  readonly maxAgeDays: number;
  readonly maxIncidents: number;
}

export const DEFAULT_RETENTION: Retention = { maxAgeDays: 400, maxIncidents: 10_000 };

const DAY_SEC = 86_400;
/** What nobody has looked at yet stays for that long, whatever else is asked. */
const PROTECTED_DAYS = 30;

/** Ids of those to forget: too old by their newest line, then the oldest beyond the number. */
export function forgotten(rows: readonly IncidentRow[], retention: Retention, nowSec: number): Set<string> {
  const { maxAgeDays, maxIncidents } = retention;
  const ids = new Set<string>();
  const ageOf = ({ updatedAt }: IncidentRow) => (nowSec - updatedAt) / DAY_SEC;
  const free = rows.filter((row) => ageOf(row) > PROTECTED_DAYS || !isWaiting(row));
  for (const row of free) if (ageOf(row) > maxAgeDays) ids.add(row.id);
  const left = free.filter(({ id }) => !ids.has(id)).sort((a, b) => a.updatedAt - b.updatedAt);
  const beyond = rows.length - ids.size - maxIncidents;
  for (const { id } of left.slice(0, Math.max(0, beyond))) ids.add(id);
  return ids;
}

/** Open, or nobody has said that it was seen. */
function isWaiting({ state, acknowledgedAt, mark }: IncidentRow): boolean {
  return state !== 'ended' || (acknowledgedAt === null && mark === null);
}
