/**
 * A rule for the attack in a contrast, or the reason why there is none: searched among two thirds of the window and of the good flows,
 * measured on everything, the bounds by the rows not searched. There is no chance in it: the same rows give the same rule.
 */
import type { Contrast } from '../contrast.js';
import { type AttackFraction, attackFractionOf, type Rates } from '../diff/attack-fraction.js';
import type { MeasuredRule, Refusal } from '../rule.js';
import { type Attempt, bestAttempt } from './attempt.js';
import { floodEvidence, isFlood } from './flood-evidence.js';
import { goodHitsOf } from './good-hits.js';
import type { Measured } from './measure.js';
import { BOUNDS, cancelled, noExcess, noGood, notAFlood, nothingTells, tooFewRows } from './refusals.js';
import { searchTableOf } from './search-table.js';
import { type Split, splitOf } from './split.js';

export interface SynthesisOptions {
  /** Bits of `Can`: the rule uses only what one of these backends can match. */
  readonly backendMask: number;
  /** How many points of recall a point of harm is worth; 20 by default, 1 (stop it now) to 100 (protect users). */
  readonly lambda?: number;
  readonly attackFraction?: number;
  readonly rates?: Rates;
  /** CIDR text the rule is for. */
  readonly target?: string | null;
  readonly maxClauses?: number;
  /** Upper bound of harm that is refused; 1 % by default, for a challenge or a limit 5 %. */
  readonly collateralHigh?: number;
  /** Asked between stages. */
  isCancelled?(): boolean;
}

export type Synthesis = { readonly rule: MeasuredRule } | { readonly refused: Refusal };

export function synthesise(contrast: Contrast, options: SynthesisOptions): Synthesis {
  const attackFraction = attackFractionOf(contrast, options);
  const early = tooLittle(contrast, attackFraction);
  if (early !== null) return { refused: early };
  const split = splitOf(contrast);
  let found = search(contrast, split, attackFraction, options);
  // A good flow that the search did not see may be the one that is in the window too, and was learned as attack: with it in sight it is not.
  if (found?.broken?.code === 'HARM_TOO_HIGH') {
    const all = search(contrast, { ...split, isKept: new Uint8Array(split.isKept.length) }, attackFraction, options);
    if (all?.broken === null) found = all;
  }
  if (options.isCancelled?.()) return { refused: cancelled() };
  if (found === null) return { refused: nothingTells(0) };
  if (found.broken !== null) return { refused: found.broken };
  const evidence = floodEvidence(contrast, found.clauses);
  if (!isFlood(evidence, contrast.kind, attackFraction.from === 'rates')) return { refused: notAFlood(evidence) };
  return { rule: ruleOf(contrast, found, options.target ?? null) };
}

function search(
  contrast: Contrast,
  split: Split,
  attackFraction: AttackFraction,
  options: SynthesisOptions,
): Attempt | null {
  const table = searchTableOf(contrast, split, options.backendMask, attackFraction.value);
  return bestAttempt(contrast, table, attackFraction, options);
}

function tooLittle(contrast: Contrast, attackFraction: AttackFraction): Refusal | null {
  if (contrast.attackRows < BOUNDS.attackRows) return tooFewRows(contrast.attackRows);
  if (contrast.goodRows === 0) return noGood();
  return attackFraction.value < BOUNDS.attackFraction ? noExcess(attackFraction) : null;
}

function ruleOf(contrast: Contrast, { clauses, measured }: Attempt, target: string | null): MeasuredRule {
  const { recall, collateral, perClause } = measured;
  return {
    kind: contrast.kind,
    target,
    clauses: clauses.map(({ clause }, i) => ({ ...clause, ...(perClause[i] as Measured['perClause'][number]) })),
    recall,
    collateral,
    goodHits: goodHitsOf(contrast, clauses),
  };
}
