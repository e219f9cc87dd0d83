/** Clauses over all rows of a contrast, as bits: attack rows first, good rows behind them, in one set of words. */
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { Clause } from '../rule.js';
import { intersect, wordsFor } from './bits.js';
import { setBitsOf } from './spans.js';
import { type Term, termsOf } from './term.js';

export interface ClauseBits {
  readonly clause: Clause;
  /** Bit i: row i of the contrast matches every predicate. */
  readonly bits: Uint32Array;
  /** The same of each predicate, in the clause's order. Null: not asked for. */
  readonly predicates: readonly Uint32Array[] | null;
}

/** A rule's clauses as sets of rows; a clause with a predicate on an attribute that no row has matches none. */
export function clausesOf(contrast: Contrast, rule: { readonly clauses: readonly Clause[] }): readonly ClauseBits[] {
  return rule.clauses.map((clause) => {
    const terms = termsOf(contrast, clause);
    const rows = contrast.attackRows + contrast.goodRows;
    const none = () => new Uint32Array(wordsFor(rows));
    if (terms === null) return { clause, bits: none(), predicates: clause.predicates.map(none) };
    const predicates = terms.map((term) => bitsOfTerm(contrast, term));
    return { clause, bits: allOf(predicates, wordsFor(rows)), predicates };
  });
}

export function bitsOfTerm(contrast: Contrast, term: Term): Uint32Array {
  const { codes } = contrast.columns[term.column] as ContrastColumn;
  const bits = new Uint32Array(wordsFor(codes.length));
  setBitsOf(codes, 0, codes.length, term.spans, bits, 0);
  return bits;
}

/** A clause without predicates would drop everything: it matches nothing. */
function allOf(sets: readonly Uint32Array[], words: number): Uint32Array {
  const all = sets[0]?.slice() ?? new Uint32Array(words);
  for (const set of sets.slice(1)) intersect(all, 0, set, 0, all, 0, words);
  return all;
}
