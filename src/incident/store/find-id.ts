/** The incident that somebody means: its id, or as much of the beginning as is unique. */
import { UserError } from '../../errors.js';
import type { IncidentRow } from './incident-row.js';

const MOST_NAMED = 5;

export function resolveId(text: string, rows: readonly IncidentRow[]): string {
  const begins = rows.filter(({ id }) => id.startsWith(text));
  const exact = begins.find(({ id }) => id === text);
  if (exact !== undefined) return exact.id;
  const [only, second] = begins;
  if (text !== '' && only !== undefined && second === undefined) return only.id;
  const isAmbiguous = text !== '' && only !== undefined;
  const named = (isAmbiguous ? begins.map(({ id }) => id) : closeIds(text, rows)).slice(0, MOST_NAMED);
  const others = named.length === 0 ? '' : ` ${isAmbiguous ? 'These begin so' : 'Close to it'}: ${named.join(', ')}.`;
  throw new UserError(
    'INCIDENT_ID',
    isAmbiguous
      ? `${JSON.stringify(text.slice(0, 60))} is the beginning of ${begins.length} incidents`
      : `no incident has the id ${JSON.stringify(text.slice(0, 60))}`,
    `See the ids with "ddostop incidents list".${others}`,
  );
}

function closeIds(text: string, rows: readonly IncidentRow[]): string[] {
  const short = text.slice(0, 40);
  const most = Math.max(1, Math.floor(short.length / 3));
  return rows
    .map(({ id }) => ({ id, distance: distanceOf(short, id.slice(0, 40)) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .map(({ id }) => id);
}

/** Letters to change, add or take away (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
