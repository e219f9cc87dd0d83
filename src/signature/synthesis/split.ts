/**
 * Which rows a rule is made from and which it is measured on. The attack goes on, so its later third is kept; good traffic brings other
 * flows, so a third of its flows is kept whole: rows of a flow are alike, and a rule that learned them would be praised for it.
 */
import { mix32 } from '../../sketch/hash.js';
import type { Contrast } from '../contrast.js';
import { rowFactsOf } from '../diff/row-facts.js';

/** Equal parts of the attack rows by time. */
export const BLOCKS = 24;
/** Blocks from here on are kept from the search. */
export const FIRST_LATER_BLOCK = 16;
/** One of so many good flows is kept; flows that came together (both ways of a conversation) stay together. */
const KEPT_FLOWS = 3;
const TOGETHER_BITS = 2;

export interface Split {
  /** Block of each attack row. */
  readonly block: Uint8Array;
  /** 1: a good row (counted from 0) that the search does not see. */
  readonly isKept: Uint8Array;
}

const known = new WeakMap<Contrast, Split>();

export function splitOf(contrast: Contrast): Split {
  const before = known.get(contrast);
  if (before !== undefined) return before;
  const { flows } = rowFactsOf(contrast).good;
  const isKept = Uint8Array.from(flows.ids, (flow) =>
    (mix32((flow >>> TOGETHER_BITS) + 1) >>> 0) % KEPT_FLOWS === 0 ? 1 : 0,
  );
  const split = { block: timeBlocks(contrast.sec.subarray(0, contrast.attackRows)), isKept };
  known.set(contrast, split);
  return split;
}

/** Rows of one time may belong to several blocks (a capture whose clock stood still): they are dealt out by chance. */
function timeBlocks(sec: Float64Array): Uint8Array {
  const sorted = sec.slice().sort();
  const starts = Float64Array.from({ length: BLOCKS }, (_, i) => sorted[Math.floor((i * sec.length) / BLOCKS)] ?? 0);
  const block = new Uint8Array(sec.length);
  for (let row = 0; row < sec.length; row += 1) {
    const at = sec[row] as number;
    const first = firstBlockOf(starts, at);
    let last = first;
    while (last + 1 < BLOCKS && (starts[last + 1] as number) <= at) last += 1;
    block[row] = first + ((mix32(row + 1) >>> 0) % (last - first + 1));
  }
  return block;
}

/** The first block that can hold this time: the last one that starts before it, or block 0. */
function firstBlockOf(starts: Float64Array, at: number): number {
  let [low, high] = [0, BLOCKS];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < at) low = middle;
    else high = middle;
  }
  return low;
}
