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
  /** What counts as one piece of evidence: a flow. Of the window, a flow of more than 2 % of its rows may be the flood itself: 64 pieces. */
  readonly units: DenseIds;
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
  const attack = sideOf(contrast, 0, attackRows);
  const good = sideOf(contrast, attackRows, attackRows + goodRows);
  const facts = { attack: { ...attack, units: inPieces(attack.flows) }, good };
  known.set(contrast, facts);
  return facts;
}

const LARGE_FLOW = 0.02;
const PIECES = 64;

function inPieces({ ids, count }: DenseIds): DenseIds {
  const rows = new Uint32Array(count);
  for (const flow of ids) rows[flow] = (rows[flow] as number) + 1;
  const isLarge = (flow: number): boolean => (rows[flow] as number) > Math.max(PIECES, LARGE_FLOW * ids.length);
  // Small flows keep their number; each large one gets numbers of its own behind them.
  const first = new Uint32Array(count);
  let next = count;
  for (let flow = 0; flow < count; flow += 1) {
    if (!isLarge(flow)) continue;
    first[flow] = next;
    next += PIECES;
  }
  const units = ids.map((flow, row) => (isLarge(flow) ? (first[flow] as number) + (row % PIECES) : flow));
  return { ids: units, count: next };
}

function sideOf(contrast: Contrast, from: number, to: number): SideFacts {
  const flows = denseIds(contrast.flow, from, to);
  let weight = 0;
  for (let row = from; row < to; row += 1) weight += contrast.weights[row] as number;
  return {
    from,
    to,
    weight,
    effectiveRows: effectiveSize(contrast.weights, from, to),
    flows,
    units: flows,
    nets: denseIds(contrast.sourceNet, from, to),
  };
}
