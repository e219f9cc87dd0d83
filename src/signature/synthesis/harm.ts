/** What a set of rows would do to good traffic: the share that it hits, bounded by flows, because rows of a flow are hit together. */
import type { Contrast } from '../contrast.js';
import { rowFactsOf } from '../diff/row-facts.js';
import type { Interval } from '../rule.js';
import { type ClusterSums, clusteredSize } from '../stats/effective-size.js';
import { wilson } from '../stats/wilson.js';
import { hasBit } from './bits.js';

export interface Harm extends Interval {
  /** Rows that the bounds rest on. */
  readonly size: number;
  /** Upper bound as if every row were a flow of its own: what the good rows rule out, if the flows to come are like those seen. */
  readonly rowsHigh: number;
  /** Good flows. */
  readonly flows: number;
}

/**
 * The figure is that of all good rows, and so are the bounds of a rule that somebody wrote (`kept` null). A rule that was searched for hits
 * few of the flows searched by choice: where it hits flows of those kept (1 in `kept`, counted from the first good row), these bound it;
 * where it hits none, all flows do, as if one more of them had been hit.
 */
export function harmIn(contrast: Contrast, bits: Uint32Array, kept: Uint8Array | null): Harm {
  const all = flowSums(contrast, bits, null);
  const { good } = rowFactsOf(contrast);
  const rowsPerWeight = good.weight > 0 ? good.effectiveRows / good.weight : 0;
  const whole = boundsOf(all, 0, rowsPerWeight);
  if (kept === null) return whole;
  const part = boundsOf(flowSums(contrast, bits, kept), 0, rowsPerWeight);
  const bound = part.estimate > 0 || part.size === 0 ? part : boundsOf(all, 1, rowsPerWeight);
  return {
    estimate: whole.estimate,
    low: Math.min(whole.low, bound.low),
    high: Math.max(whole.high, bound.high),
    size: bound.size,
    rowsHigh: Math.max(whole.rowsHigh, kept === null || part.estimate === 0 ? 0 : part.rowsHigh),
    flows: whole.flows,
  };
}

/** The next traffic may well have none of so few flows. */
const FEW_FLOWS = 5;

/** Flows that differ are worth fewer rows than there are flows; flows of which none is hit are worth one row each. */
function boundsOf(flows: ClusterSums, moreHits: number, rowsPerWeight: number): Harm {
  let [all, hit, count, flowsHit] = [0, 0, 0, 0];
  for (let i = 0; i < flows.all.length; i += 1) {
    if ((flows.all[i] as number) <= 0) continue;
    count += 1;
    all += flows.all[i] as number;
    hit += flows.hit[i] as number;
    if ((flows.hit[i] as number) > 0) flowsHit += 1;
  }
  const size = Math.min(count, clusteredSize(flows));
  const share = all > 0 ? hit / all : 0;
  const bounds = wilson(all > 0 ? share + moreHits / count : 0, size);
  const rowsHigh = wilson(share, all * rowsPerWeight).high;
  return { ...bounds, low: flowsHit < FEW_FLOWS ? 0 : bounds.low, size, rowsHigh, flows: count };
}

function flowSums(contrast: Contrast, bits: Uint32Array, only: Uint8Array | null): ClusterSums {
  const { good } = rowFactsOf(contrast);
  const all = new Float64Array(good.flows.count);
  const hit = new Float64Array(good.flows.count);
  for (let row = good.from; row < good.to; row += 1) {
    if (only !== null && only[row - good.from] === 0) continue;
    const flow = good.flows.ids[row - good.from] as number;
    const weight = contrast.weights[row] as number;
    all[flow] = (all[flow] as number) + weight;
    if (hasBit(bits, row)) hit[flow] = (hit[flow] as number) + weight;
  }
  return { all, hit };
}
