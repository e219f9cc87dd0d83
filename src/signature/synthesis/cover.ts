/** Clause after clause until the attack is covered: the best one for what is left, made tight, and its rows taken out. */

import { bestClause } from './beam.js';
import { countBits, fillBits, intersect, subtract } from './bits.js';
import { type Candidates, searchBits } from './candidates.js';
import { closed } from './closure.js';
import { generalised } from './generalise.js';
import type { SearchTable } from './search-table.js';
import type { Term } from './term.js';

/** Of the attack; beyond that another clause is not worth its line. */
const ENOUGH = 0.985;
const LEAST_GAIN = 0.03;

export interface CoverOptions {
  readonly lambda: number;
  readonly maxClauses: number;
  isCancelled?(): boolean;
}

/** Clauses as terms, the most useful first. Empty: nothing tells the attack from good traffic. */
export function cover(table: SearchTable, candidates: Candidates, options: CoverOptions): readonly (readonly Term[])[] {
  const open = allRows(table);
  const clauses: (readonly Term[])[] = [];
  while (clauses.length < options.maxClauses && options.isCancelled?.() !== true) {
    const found = bestClause(table, candidates, open, options.lambda);
    if (found === null || found.gain < LEAST_GAIN) break;
    const terms = generalised(table, closed(table, found.terms, matching(table, found.terms)));
    const rows = matching(table, terms);
    const before = countBits(open, 0, table.attackWords);
    subtract(open, rows);
    const left = countBits(open, 0, table.attackWords);
    if (left === before) break;
    clauses.push(terms);
    if (left / table.attackRows < (1 - ENOUGH) * table.attackFraction) break;
  }
  return clauses;
}

function allRows(table: SearchTable): Uint32Array {
  const bits = new Uint32Array(table.attackWords + table.goodWords);
  fillBits(bits, 0, table.attackRows);
  fillBits(bits, table.attackWords, table.goodRows);
  return bits;
}

/** Rows searched that fulfil all terms. */
export function matching(table: SearchTable, terms: readonly Term[]): Uint32Array {
  const bits = allRows(table);
  for (const term of terms) intersect(bits, 0, searchBits(table, term), 0, bits, 0, bits.length);
  return bits;
}
