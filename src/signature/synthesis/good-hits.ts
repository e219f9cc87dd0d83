/** Whom a rule would hit: the largest groups of good rows that it matches. */
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { MeasuredRule } from '../rule.js';
import { hasBit } from './bits.js';
import type { ClauseBits } from './clause-bits.js';

/** What names an application or a user. */
const NAMING = [
  'ip.src',
  'port.src',
  'port.dst',
  'tls.serverName',
  'tls.ja4',
  'http.host',
  'http.path',
  'http.userAgent',
];
const MAX_GROUPS = 5;

export function goodHitsOf(contrast: Contrast, clauses: readonly ClauseBits[]): MeasuredRule['goodHits'] {
  const rows: number[] = [];
  for (let row = contrast.attackRows; row < contrast.attackRows + contrast.goodRows; row += 1)
    if (clauses.some(({ bits }) => hasBit(bits, row))) rows.push(row);
  return contrast.columns
    .filter(({ attribute }) => NAMING.includes(attribute.name))
    .flatMap((column) => groupsOf(column, rows))
    .sort((a, b) => b.rows - a.rows)
    .slice(0, MAX_GROUPS);
}

function groupsOf(column: ContrastColumn, rows: readonly number[]): MeasuredRule['goodHits'][number][] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const code = column.codes[row] as number;
    if (code > 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_GROUPS)
    .map(([code, count]) => ({ attribute: column.attribute.name, value: column.valueOf(code), rows: count }));
}
