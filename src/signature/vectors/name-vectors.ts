/** Which techniques of the catalogue an attack is made of. */

import type { NamedVector } from '../analysis.js';
import type { Contrast } from '../contrast.js';
import { hasBit } from '../synthesis/bits.js';
import { clausesOf } from '../synthesis/clause-bits.js';
import { VECTORS } from './catalogue.js';
import type { Vector } from './vector.js';

/** Of the attack; what is less is a companion. */
const LEAST_SHARE = 0.03;

/** A specific vector that explains so much of what a general one does stands for it. */
const EXPLAINED = 0.8;

/**
 * Vectors that packets (or requests) of the attack look like, the largest share first. General ones (any UDP, anything but SYNs) are told only
 * where no specific one explains their packets. `attackFraction`: π, the share of the window that is attack.
 */
export function namedVectors(contrast: Contrast, attackFraction: number): NamedVector[] {
  const found = VECTORS.filter(({ recognise }) => recognise.length > 0)
    .map((vector) => ({
      vector,
      share: Math.min(
        1,
        excessOf(
          contrast,
          vector.recognise.map((predicates) => ({ predicates })),
          attackFraction,
        ),
      ),
    }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share);
  const specific = found.filter(({ vector }) => !isGeneral(vector));
  const explained = specific.reduce((most, { share }) => Math.max(most, share), 0);
  const general = found.filter(({ vector, share }) => isGeneral(vector) && explained < EXPLAINED * share);
  return [...specific, ...general.slice(0, 1)]
    .sort((a, b) => b.share - a.share)
    .map(({ vector: { id, name }, share }) => ({ id, name, share }));
}

/** Says little more than a protocol: good traffic has as much of it. */
function isGeneral({ needsState, rateOnly, id }: Vector): boolean {
  return (needsState && id !== 'tcp-synack-refl') || (rateOnly && id !== 'icmp-echo');
}

/** Share of the attack that any of the clauses matches, without what good traffic has of it. */
function excessOf(
  contrast: Contrast,
  clauses: Parameters<typeof clausesOf>[1]['clauses'],
  attackFraction: number,
): number {
  const sets = clausesOf(contrast, { clauses });
  const { attackRows, goodRows, weights } = contrast;
  const sums = [0, 0];
  const all = [0, 0];
  for (let row = 0; row < attackRows + goodRows; row += 1) {
    const side = row < attackRows ? 0 : 1;
    const weight = weights[row] as number;
    all[side]! += weight;
    if (sets.some(({ bits }) => hasBit(bits, row))) sums[side]! += weight;
  }
  const windowShare = all[0]! > 0 ? sums[0]! / all[0]! : 0;
  const goodShare = all[1]! > 0 ? sums[1]! / all[1]! : 0;
  return Math.max(0, (windowShare - (1 - attackFraction) * goodShare) / attackFraction);
}
