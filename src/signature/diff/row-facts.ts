/** What diff and synthesis ask of a contrast again and again, made once for each. */
import type { Contrast } from '../contrast.js';
import { effectiveSize } from '../stats/effective-size.js';
import { type DenseIds, denseIds } from './dense-ids.js';

export interface SideFacts {
  readonly from: number;
  readonly to: number;
  /** Sum of the weights: packets that the rows stand for. */
  readonly weight: number;
  /** Rows of weight 1 that would say as much. */
  readonly effectiveRows: number;
  readonly flows: DenseIds;
  readonly nets: DenseIds;
}

export interface RowFacts {
  readonly attack: SideFacts;
  readonly good: SideFacts;
}

const known = new WeakMap<Contrast, RowFacts>();

export function rowFactsOf(contrast: Contrast): RowFacts {
  const before = known.get(contrast);
  if (before !== undefined) return before;
  const { attackRows, goodRows } = contrast;
  const facts = { attack: sideOf(contrast, 0, attackRows), good: sideOf(contrast, attackRows, attackRows + goodRows) };
  known.set(contrast, facts);
  return facts;
}

function sideOf(contrast: Contrast, from: number, to: number): SideFacts {
  let weight = 0;
  for (let row = from; row < to; row += 1) weight += contrast.weights[row] as number;
  return {
    from,
    to,
    weight,
    effectiveRows: effectiveSize(contrast.weights, from, to),
    flows: denseIds(contrast.flow, from, to),
    nets: denseIds(contrast.sourceNet, from, to),
  };
}
