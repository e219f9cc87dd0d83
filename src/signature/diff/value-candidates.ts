/** The values of a column worth a line: what stands out first, then the largest parts of the attack. Thousands of values keep their place. */
import { logOdds } from '../stats/log-odds.js';
import { upperTail } from '../stats/normal.js';
import { excessShare, type Weights } from './divergence.js';
import type { ValueCounts } from './value-counts.js';

export interface Candidate {
  readonly code: number;
  readonly attackWeight: number;
  readonly goodWeight: number;
  readonly rows: number;
  readonly excess: number;
  readonly z: number;
  /** One-sided: that chance makes it stand out so far. */
  readonly p: number;
  /** Large enough a part of the attack, and far enough out. */
  readonly isCandidate: boolean;
}

export interface Prior extends Weights {
  /** Effective rows. */
  readonly attackRows: number;
  readonly goodRows: number;
}

export const LEAST_Z = 4;
/** Of the attack. */
const LEAST_EXCESS = 0.01;

export function candidatesOf(
  valueCount: number,
  counts: ValueCounts,
  prior: Prior,
  limit: number,
): { readonly candidates: readonly Candidate[]; readonly distinct: number; readonly tests: number } {
  let distinct = 0;
  let tests = 0;
  const top: number[] = []; // codes by window weight, largest first
  for (let code = 1; code <= valueCount; code += 1) {
    const weight = counts.attack[code] as number;
    if (weight <= 0) continue;
    distinct += 1;
    // A value of less than this in the window cannot be 1 % of the attack, so it is no test either.
    if (weight / prior.attack >= LEAST_EXCESS * prior.attackFraction) tests += 1;
    keepLargest(top, code, counts.attack, limit * 2);
  }
  const candidates = top.map((code) => candidateOf(code, counts, prior));
  candidates.sort((a, b) => Number(b.isCandidate) - Number(a.isCandidate) || b.excess - a.excess);
  return { candidates: candidates.slice(0, limit), distinct, tests };
}

/** Insertion into a short list; almost every code of a long column ends at the first comparison. */
function keepLargest(top: number[], code: number, weights: Float64Array, limit: number): void {
  const weight = weights[code] as number;
  if (top.length === limit && weight <= (weights[top[limit - 1] as number] as number)) return;
  let at = Math.min(top.length, limit - 1);
  while (at > 0 && (weights[top[at - 1] as number] as number) < weight) {
    top[at] = top[at - 1] as number;
    at -= 1;
  }
  top[at] = code;
}

function candidateOf(code: number, counts: ValueCounts, prior: Prior): Candidate {
  const attackWeight = counts.attack[code] as number;
  const goodWeight = counts.good[code] as number;
  const excess = excessShare(attackWeight, goodWeight, prior);
  const a = (attackWeight / prior.attack) * prior.attackRows;
  const b = prior.good > 0 ? (goodWeight / prior.good) * prior.goodRows : 0;
  // The weight of the prior, and the value's share in it: that of all rows there are.
  const priorSum = 50 + 0.01 * prior.goodRows;
  const share = (a + b) / (prior.attackRows + prior.goodRows);
  const { z } = logOdds(a, prior.attackRows, b, prior.goodRows, priorSum * share, priorSum);
  const isCandidate = z >= LEAST_Z && excess >= LEAST_EXCESS;
  return { code, attackWeight, goodWeight, rows: counts.rows[code] as number, excess, z, p: upperTail(z), isCandidate };
}
