/**
 * The best clause for rows not covered yet: beam search over conjunctions (width 16, four predicates deep). Worth of a clause = recall -
 * λ·harm - μ·cost, counted on the search rows alone: 6000 intersections of 500 words, a few milliseconds. Harm is what is counted, or
 * what independent predicates would hit, whichever is more: without the latter two vectors shared a clause of a set of lengths that hit no
 * good row of thousands, and 1.05 % of those to come (a DNS reflection with its ICMP errors).
 */
import { countBits, countCommon, intersect } from './bits.js';
import type { Candidates } from './candidates.js';
import type { SearchTable } from './search-table.js';
import type { Term } from './term.js';

const WIDTH = 16;
const DEPTH = 4;
/** What a unit of cost takes off: five plain predicates are 2 % of recall. */
const COST_WEIGHT = 0.004;

export interface Found {
  readonly terms: readonly Term[];
  readonly worth: number;
  /** Of the attack, of the rows still open. */
  readonly gain: number;
}

interface State {
  readonly terms: readonly number[];
  readonly worth: number;
  readonly gain: number;
  readonly cost: number;
  /** Share of good traffic it would match if its predicates had nothing to do with each other. */
  readonly breadth: number;
  /** Of the beam: which state it was made of. */
  readonly parent: number;
}

/** `open`: rows that no clause matches yet. Null: nothing is worth more than nothing. */
export function bestClause(
  table: SearchTable,
  candidates: Candidates,
  open: Uint32Array,
  lambda: number,
): Found | null {
  const words = table.attackWords + table.goodWords;
  let beamBits = open;
  const buffers = [new Uint32Array(WIDTH * words), new Uint32Array(WIDTH * words)] as const;
  let beam: readonly State[] = [{ terms: [], worth: 0, gain: 0, cost: 0, breadth: 1, parent: 0 }];
  const goodShares = shares(table, candidates);
  let best: State | null = null;
  for (let depth = 0; depth < DEPTH && beam.length > 0; depth += 1) {
    const nextBits = buffers[(depth & 1) as 0 | 1];
    const next = widen(table, candidates, goodShares, beam, beamBits, lambda);
    for (const [i, state] of next.entries()) {
      const candidate = state.terms.at(-1) as number;
      intersect(beamBits, state.parent * words, candidates.bits, candidate * words, nextBits, i * words, words);
      if (state.worth > (best?.worth ?? 0)) best = state;
    }
    beam = next;
    beamBits = nextBits;
  }
  if (best === null) return null;
  return { terms: best.terms.map((i) => candidates.terms[i] as Term), worth: best.worth, gain: best.gain };
}

/** Of each candidate among good rows; none is no proof of never. */
function shares({ attackWords, goodWords, goodRows }: SearchTable, { terms, bits }: Candidates): Float64Array {
  const words = attackWords + goodWords;
  return Float64Array.from(
    terms,
    (_, i) => (countBits(bits, i * words + attackWords, goodWords) + 0.5) / (goodRows + 1),
  );
}

/** The WIDTH best clauses with one predicate more. */
function widen(
  table: SearchTable,
  candidates: Candidates,
  goodShares: Float64Array,
  beam: readonly State[],
  beamBits: Uint32Array,
  lambda: number,
): State[] {
  const { attackWords, goodWords, attackRows, goodRows, attackFraction } = table;
  const words = attackWords + goodWords;
  const best: State[] = [];
  const seen = new Set<number>();
  for (let parent = 0; parent < beam.length; parent += 1) {
    const state = beam[parent] as State;
    for (let candidate = 0; candidate < candidates.terms.length; candidate += 1) {
      const term = candidates.terms[candidate] as Term;
      if (isTaken(state.terms, candidates, term.column)) continue;
      const attack = countCommon(beamBits, parent * words, candidates.bits, candidate * words, attackWords);
      if (attack === 0) continue;
      const goodAt = attackWords;
      const good = countCommon(
        beamBits,
        parent * words + goodAt,
        candidates.bits,
        candidate * words + goodAt,
        goodWords,
      );
      const harm = goodRows > 0 ? good / goodRows : 0;
      const gain = (attack / attackRows - (1 - attackFraction) * harm) / attackFraction;
      const cost = state.cost + term.cost;
      const breadth = state.breadth * (goodShares[candidate] as number);
      const worth = gain - lambda * Math.max(harm, breadth) - COST_WEIGHT * cost;
      if (best.length === WIDTH && worth <= (best[WIDTH - 1] as State).worth) continue;
      // The same rows at the same cost: most likely the same predicates in another order.
      const key = (attack * 8192 + good) * 64 + ((cost * 4) & 63);
      if (seen.has(key)) continue;
      seen.add(key);
      insert(best, { terms: [...state.terms, candidate], worth, gain, cost, breadth, parent });
    }
  }
  return best;
}

function isTaken(terms: readonly number[], candidates: Candidates, column: number): boolean {
  for (const term of terms) if ((candidates.terms[term] as Term).column === column) return true;
  return false;
}

function insert(best: State[], state: State): void {
  let at = best.length < WIDTH ? best.length : WIDTH - 1;
  for (; at > 0 && (best[at - 1] as State).worth < state.worth; at -= 1) best[at] = best[at - 1] as State;
  best[at] = state;
}
