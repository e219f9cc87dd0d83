/**
 * Rules tried for a contrast: with and without sets of values, again without the attributes whose values turn out to wander, and with
 * fewer clauses when one of them breaks a bound. The tightest of those that pass is taken.
 */
import type { Contrast } from '../contrast.js';
import type { AttackFraction } from '../diff/attack-fraction.js';
import { rowFactsOf } from '../diff/row-facts.js';
import type { Refusal } from '../rule.js';
import { hasBit } from './bits.js';
import { type Candidates, candidatesFor, withoutSets } from './candidates.js';
import { type ClauseBits, clausesOf } from './clause-bits.js';
import { cover } from './cover.js';
import { floodEvidence, isFlood } from './flood-evidence.js';
import { type Measured, measure } from './measure.js';
import { BOUNDS, brokenBound } from './refusals.js';
import type { SearchTable } from './search-table.js';
import { FIRST_LATER_BLOCK, splitOf } from './split.js';

export interface Attempt {
  readonly clauses: readonly ClauseBits[];
  readonly measured: Measured;
  /** The bound it breaks; null: a rule. */
  readonly broken: Refusal | null;
}

export interface AttemptOptions {
  readonly lambda?: number;
  readonly maxClauses?: number;
  readonly collateralHigh?: number;
  isCancelled?(): boolean;
}

const LAMBDA = 20;
const MAX_CLAUSES = 4;
/** How often attributes that wander are left out and the search begins again. */
const MAX_AGAIN = 2;
/** Of the rows that the other predicates match, the later part must fulfil so much of what the searched part did. */
const LEAST_KEPT = 0.8;
/** Recall that a tighter rule may cost. */
const RECALL_FOR_TIGHT = 0.01;

export function bestAttempt(
  contrast: Contrast,
  table: SearchTable,
  attackFraction: AttackFraction,
  options: AttemptOptions,
): Attempt | null {
  let columns = table.columns;
  let first: Attempt | null = null;
  for (let again = 0; again <= MAX_AGAIN && options.isCancelled?.() !== true; again += 1) {
    const narrowed = { ...table, columns };
    const candidates = candidatesFor(narrowed);
    const attempts = [candidates, withoutSets(candidates, narrowed)].flatMap(
      (list) => attemptWith(contrast, narrowed, list, attackFraction, options) ?? [],
    );
    const passed = attempts.filter(({ broken }) => broken === null);
    const best = passed.length === 0 ? null : passed.reduce((a, b) => (isBetter(contrast, b, a) ? b : a));
    const wandering = new Set((best === null ? attempts : [best]).flatMap((attempt) => wanderers(contrast, attempt)));
    if (best !== null && wandering.size === 0) return best;
    if (first === null || (first.broken !== null && best !== null)) first = best ?? attempts[0] ?? null;
    if (wandering.size === 0) break;
    columns = columns.filter((column) => !wandering.has(column));
  }
  return first;
}

/**
 * Without the clauses that do not look like a flood by themselves: one may have learned a good application of the window that the good rows
 * lack, and would hit it for ever. Where none does, all stay, and are refused as what they are.
 */
function floodClauses(
  contrast: Contrast,
  clauses: readonly ClauseBits[],
  { from }: AttackFraction,
): readonly ClauseBits[] {
  const floods = clauses.filter((clause) =>
    isFlood(floodEvidence(contrast, [clause]), contrast.kind, from === 'rates'),
  );
  return floods.length > 0 ? floods : clauses;
}

/** What good traffic of other places has any value of: alone they tell one hour's traffic from another's. */
const WEAK: ReadonlySet<string> = new Set([
  'ip.version',
  'ip.proto',
  'ip.ttl',
  'ip.tos',
  'ip.df',
  'ip.fragment',
  'ip.headerLength',
]);

/**
 * Without the later clauses that hit good rows, or that could: the first covers most of the attack, and what others add is not worth a harm of which a few rows
 * are only the first sign (a clause of TTLs alone hit 0.09 % of the rows, and 3 % of those to come).
 */
function harmlessFirst(contrast: Contrast, clauses: readonly ClauseBits[]): readonly ClauseBits[] {
  const { good } = rowFactsOf(contrast);
  const hitsGood = ({ bits }: ClauseBits): boolean => {
    for (let row = good.from; row < good.to; row += 1) if (hasBit(bits, row)) return true;
    return false;
  };
  const isWeak = ({ clause }: ClauseBits): boolean => clause.predicates.every(({ attribute }) => WEAK.has(attribute));
  return clauses.filter((clause, i) => i === 0 || !(isWeak(clause) || hitsGood(clause)));
}

/** The rule of all clauses, or, when it breaks a bound, of fewer: the last ones cover least, and may be good traffic that the good rows lack. */
function attemptWith(
  contrast: Contrast,
  table: SearchTable,
  candidates: Candidates,
  attackFraction: AttackFraction,
  options: AttemptOptions,
): Attempt | null {
  const { lambda = LAMBDA, maxClauses = MAX_CLAUSES, collateralHigh = BOUNDS.collateralHigh } = options;
  const terms = cover(table, candidates, { lambda, maxClauses, isCancelled: () => options.isCancelled?.() ?? false });
  const found = clausesOf(contrast, {
    clauses: terms.map((clause) => ({ predicates: clause.map(({ predicate }) => predicate) })),
  });
  const all = harmlessFirst(contrast, floodClauses(contrast, found, attackFraction));
  let first: Attempt | null = null;
  for (let count = all.length; count > 0; count -= 1) {
    const clauses = all.slice(0, count);
    const measured = measure(contrast, clauses, attackFraction, { good: 'kept' });
    const attempt = { clauses, measured, broken: brokenBound(measured, { collateralHigh }) };
    if (attempt.broken === null) return attempt;
    first ??= attempt;
  }
  return first;
}

function isBetter(contrast: Contrast, one: Attempt, other: Attempt): boolean {
  const [a, b] = [one.measured, other.measured];
  const worth = ({ recall, collateral }: Measured): number => recall.estimate - LAMBDA * collateral.estimate;
  if (Math.abs(worth(a) - worth(b)) > RECALL_FOR_TIGHT) return worth(a) > worth(b);
  return breadth(contrast, one) < breadth(contrast, other);
}

/**
 * How much good traffic a rule would hit if its predicates had nothing to do with each other: tells a tight rule from a broad one where
 * both hit none.
 */
function breadth(contrast: Contrast, { clauses }: Attempt): number {
  const { good } = rowFactsOf(contrast);
  const rows = Math.max(1, good.to - good.from);
  return clauses.reduce((sum, { predicates }) => {
    const shares = (predicates ?? []).map((bits) => {
      let hits = 0.5; // none is no proof of never
      for (let row = good.from; row < good.to; row += 1) if (hasBit(bits, row)) hits += 1;
      return hits / rows;
    });
    return sum + shares.reduce((product, share) => product * share, 1);
  }, 0);
}

/** Columns (by index) whose predicate the later part of the window does not fulfil any more, though it fulfils the others. */
function wanderers(contrast: Contrast, { clauses }: Attempt): readonly number[] {
  const { block } = splitOf(contrast);
  return clauses.flatMap(({ clause, predicates }) =>
    clause.predicates.flatMap((predicate, i) => {
      const counts = { searched: 0, searchedHits: 0, later: 0, laterHits: 0 };
      for (let row = 0; row < contrast.attackRows; row += 1) {
        if (!(predicates ?? []).every((bits, other) => other === i || hasBit(bits, row))) continue;
        const isHit = hasBit(predicates?.[i] as Uint32Array, row) ? 1 : 0;
        if ((block[row] as number) < FIRST_LATER_BLOCK) {
          counts.searched += 1;
          counts.searchedHits += isHit;
        } else {
          counts.later += 1;
          counts.laterHits += isHit;
        }
      }
      const kept = counts.laterHits / Math.max(1, counts.later);
      const isStill = counts.later === 0 || kept >= LEAST_KEPT * (counts.searchedHits / Math.max(1, counts.searched));
      return isStill ? [] : [contrast.columns.findIndex(({ attribute }) => attribute.name === predicate.attribute)];
    }),
  );
}
