/** When there is no rule: each test with its bound, the figure that failed it, and what would help. */
import { formatFineShare } from '../../format/number-format.js';
import type { AttackFraction } from '../diff/attack-fraction.js';
import type { Refusal } from '../rule.js';
import { FLOOD_BOUNDS, type FloodEvidence } from './flood-evidence.js';
import type { Measured } from './measure.js';

export const BOUNDS = {
  attackRows: 200,
  attackFraction: 0.1,
  recallLow: 0.6,
  /** Of a rule that drops. */
  collateralHigh: 0.01,
  /** The same of a rule that hits no good row: 190 rows are enough to say so much, and a target at night has no more. */
  collateralHighUnhit: 0.02,
  goodFlows: 30,
  /** Between the bounds of the searched and the later part of the window. */
  partsDiffer: 0.15,
} as const;

/** Divided by the number of rows: Wilson's upper bound of a rule that hits none. */
const ROWS_OF_NO_HIT = 3.81;

export function tooFewRows(rows: number): Refusal {
  return {
    code: 'TOO_FEW_ROWS',
    message: `the attack window has ${rows} rows, a rule needs ${BOUNDS.attackRows}. Take a longer window, or sample less.`,
    evidence: { rows, needed: BOUNDS.attackRows },
  };
}

export function noGood(): Refusal {
  return {
    code: 'NO_GOOD',
    message:
      'there are 0 good rows, so nobody can say whom a rule would hit. Mark a time before the attack as good traffic.',
    evidence: { goodRows: 0 },
  };
}

export function noExcess({ value, from }: AttackFraction): Refusal {
  const how = from === 'rates' ? 'by the rates of both' : 'by what both have in common';
  return {
    code: 'NO_DIFFERENCE',
    message:
      `only ${formatFineShare(value)} of the window is more than good traffic (${how}), a rule needs ${formatFineShare(BOUNDS.attackFraction)}. ` +
      'A shorter window around the peak, or one target alone, would show it more clearly.',
    evidence: { attackFraction: value, needed: BOUNDS.attackFraction, from },
  };
}

export function nothingTells(clauses: number): Refusal {
  return {
    code: 'NO_DIFFERENCE',
    message:
      'no combination of attributes covers 3 % of the attack without as much harm. Limit rates, or ask upstream.',
    evidence: { clauses },
  };
}

export function notAFlood({ pace, flows, shapes }: FloodEvidence): Refusal {
  return {
    code: 'NOT_A_FLOOD',
    message:
      `what a rule would match has ${flows.toFixed(0)} flows, ${shapes.toFixed(1)} shapes and ${pace.toFixed(0)} a second, as good traffic of another ` +
      `application has; a flood has ${FLOOD_BOUNDS.flows} flows or hardly more than one shape, and ${FLOOD_BOUNDS.pace} a second. ` +
      'Good traffic of the same target, and the rates of both times, would tell.',
    evidence: { pace, flows, shapes },
  };
}

export function cancelled(): Refusal {
  return { code: 'CANCELLED', message: 'the search was stopped before it had a rule.', evidence: {} };
}

/** The first bound that a measured rule breaks. */
export function brokenBound(measured: Measured, limits: { readonly collateralHigh: number }): Refusal | null {
  const { recall, searched, later } = measured;
  if (searched.low - later.high > BOUNDS.partsDiffer || later.low - searched.high > BOUNDS.partsDiffer)
    return {
      code: 'UNSTABLE',
      message:
        `the rule matches ${formatFineShare(searched.estimate)} of the attack it was made from and ${formatFineShare(later.estimate)} of what came later; ` +
        `beyond chance they may differ by ${formatFineShare(BOUNDS.partsDiffer)}. The attack is changing: take the newest rows only.`,
      evidence: { searched: searched.estimate, later: later.estimate, allowed: BOUNDS.partsDiffer },
    };
  if (recall.low < BOUNDS.recallLow)
    return {
      code: 'RECALL_TOO_LOW',
      message:
        `the best rule matches ${formatFineShare(recall.estimate)} of the attack, and no more than ${formatFineShare(recall.low)} is sure; ${formatFineShare(BOUNDS.recallLow)} is needed. ` +
        'More rows narrow the bounds; an attack that imitates good traffic wants a rate limit or a challenge.',
      evidence: { recall: recall.estimate, low: recall.low, needed: BOUNDS.recallLow },
    };
  return harmRefusal(measured, limits.collateralHigh);
}

/**
 * The bound that refuses is that of rows, with flows enough that they are not all of one: 3 / rows is what good traffic as it was seen can promise.
 * What is shown is the bound by flows, which is wider: it holds for flows of other kinds too.
 */
function harmRefusal({ collateral, harm }: Measured, allowedHit: number): Refusal | null {
  const allowed = collateral.estimate > 0 ? allowedHit : Math.max(allowedHit, BOUNDS.collateralHighUnhit);
  const evidence = { collateral: collateral.estimate, high: harm.rowsHigh, allowed, goodFlows: harm.flows };
  if (harm.rowsHigh > allowed)
    return {
      code: 'HARM_TOO_HIGH',
      message:
        `the best rule hits ${formatFineShare(collateral.estimate)} of good traffic, and up to ${formatFineShare(harm.rowsHigh)} is possible; ${formatFineShare(allowed)} is allowed. ` +
        `${collateral.estimate > 0 ? 'What it hits looks like the attack: limit its rate instead.' : `${Math.ceil(ROWS_OF_NO_HIT / allowed)} good rows without a hit would do.`}`,
      evidence,
    };
  if (harm.flows < BOUNDS.goodFlows)
    return {
      code: 'TOO_FEW_GOOD',
      message: `the good traffic has ${harm.flows} flows, a rule needs ${BOUNDS.goodFlows}: so few say nothing of the others. Take more of it.`,
      evidence,
    };
  return null;
}
