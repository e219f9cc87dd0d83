/** The predicates that clauses are built of: at most 128, each with the rows it matches as bits. */
import type { ContrastColumn } from '../contrast.js';
import type { Predicate } from '../rule.js';
import { countBits, hasBit } from './bits.js';
import {
  type Excess,
  excessOf,
  largestSet,
  rangePredicate,
  rangePredicates,
  valuePredicates,
} from './column-excess.js';
import type { SearchTable } from './search-table.js';
import { setBitsOf } from './spans.js';
import { isPassing, type Term, termOf } from './term.js';

const MAX_CANDIDATES = 128;
/** Share of the window minus share of good rows. */
const LEAST_DIFFERENCE = 0.02;
/** Of what a range or set of the first half holds, so much must lie in it in the second half; else its values wander. */
const LEAST_KEPT = 0.9;

export interface Candidates {
  readonly terms: readonly Term[];
  /** `terms.length` sets of attackWords + goodWords. */
  readonly bits: Uint32Array;
}

export function candidatesFor(table: SearchTable): Candidates {
  const found = table.columns.flatMap((column) => predicatesOn(table, column).map((p) => rated(table, column, p)));
  const best = found
    .filter(({ term, difference }) => difference > LEAST_DIFFERENCE && !isPassing(term))
    .sort((a, b) => b.difference - a.difference)
    .slice(0, MAX_CANDIDATES);
  return packed(best, table);
}

/** Those of single values and ranges: a set may put two vectors into one clause, which then has little else in common. */
export function withoutSets(candidates: Candidates, table: SearchTable): Candidates {
  const words = table.attackWords + table.goodWords;
  const single = candidates.terms
    .map((term, i) => ({ term, bits: candidates.bits.subarray(i * words, (i + 1) * words) }))
    .filter(({ term }) => term.predicate.operator !== 'in');
  return packed(single, table);
}

function packed(list: readonly { readonly term: Term; readonly bits: Uint32Array }[], table: SearchTable): Candidates {
  const words = table.attackWords + table.goodWords;
  const bits = new Uint32Array(list.length * words);
  for (const [i, candidate] of list.entries()) bits.set(candidate.bits, i * words);
  return { terms: list.map(({ term }) => term), bits };
}

/** The rows searched that a term matches. */
export function searchBits(table: SearchTable, term: Term): Uint32Array {
  const { attackRows, goodRows, attackWords, goodWords } = table;
  const codes = table.codes[term.column] as Uint32Array;
  const bits = new Uint32Array(attackWords + goodWords);
  setBitsOf(codes, 0, attackRows, term.spans, bits, 0);
  setBitsOf(codes, attackRows, attackRows + goodRows, term.spans, bits, attackWords);
  return bits;
}

function rated(table: SearchTable, column: number, predicate: Predicate) {
  const term = termOf(table.contrast, column, predicate);
  const bits = searchBits(table, term);
  const attack = countBits(bits, 0, table.attackWords) / Math.max(1, table.attackRows);
  const good = countBits(bits, table.attackWords, table.goodWords) / Math.max(1, table.goodRows);
  return { term, bits, difference: attack - good };
}

function predicatesOn(table: SearchTable, index: number): Predicate[] {
  const column = table.contrast.columns[index] as ContrastColumn;
  const codes = table.codes[index] as Uint32Array;
  const good = codes.subarray(table.attackRows);
  const excess = excessOf(column, codes.subarray(0, table.attackRows), good, table.attackFraction);
  const predicates = [...valuePredicates(column, excess), ...rangePredicates(column, excess)];
  if (predicates.every(({ operator }) => operator === 'eq')) return predicates;
  const still = { in: keepsStill(table, index, earlySet), range: keepsStill(table, index, earlyRange), eq: true };
  return predicates.filter(({ operator }) => still[operator]);
}

type Learn = (column: ContrastColumn, excess: Excess) => Predicate | null;
const earlyRange: Learn = (column, excess) => rangePredicate(column, excess, 0.95);
const earlySet: Learn = (column, excess) => largestSet(column, excess);

/** Ports and IP ids that count up fill any range of the past and none of the future: what the first half teaches is tried on the second. */
function keepsStill(table: SearchTable, index: number, learn: Learn): boolean {
  const column = table.contrast.columns[index] as ContrastColumn;
  const codes = table.codes[index] as Uint32Array;
  const { attackRows, earlyRows, attackFraction } = table;
  const learned = learn(
    column,
    excessOf(column, codes.subarray(0, earlyRows), codes.subarray(attackRows), attackFraction),
  );
  if (learned === null) return false;
  const bits = searchBits(table, termOf(table.contrast, index, learned));
  const share = (from: number, to: number): number => {
    let hits = 0;
    for (let row = from; row < to; row += 1) if (hasBit(bits, row)) hits += 1;
    return hits / Math.max(1, to - from);
  };
  return share(earlyRows, attackRows) >= LEAST_KEPT * share(0, earlyRows);
}
