/**
 * How much of some rows of the window is good traffic: at most as much as its rarest part allows. Values that good rows have and the
 * attack does not are thinned out by exactly the attack (a mixture proportion estimate; Blanchard, Lee and Scott 2010). Each column is
 * asked for such values, and the lowest upper bound counts.
 */
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { Interval } from '../rule.js';
import { clusteredSize } from '../stats/effective-size.js';
import { wilson } from '../stats/wilson.js';
import { type RowFacts, rowFactsOf, type SideFacts } from './row-facts.js';

/** Of good traffic, that the thinned out values hold: less is noise, more takes in what the attack has as well. */
const REGION_SHARE = 0.15;
/** The lowest of some 25 columns counts: 95 % for all of them together (Bonferroni). */
const Z_OF_COLUMNS = 3.09;
/** Columns are looked at in so many groups of neighbouring values. */
const MAX_GROUPS = 256;
/** 2^3 units. */
const TOGETHER_BITS = 3;

/**
 * Share of good traffic among attack rows: those with a 1 in `mask`, or all for null. Where few rows say little, 0 to 1.
 */
export function goodLeft(contrast: Contrast, mask: Uint8Array | null): Interval {
  const facts = rowFactsOf(contrast);
  let left: Interval = { estimate: 1, low: 0, high: 1 };
  for (const column of contrast.columns) {
    if (column.attribute.type === 'prefix' || column.valueCount === 0) continue; // sources change from window to window
    const ratio = thinnedOut(contrast, facts, column, mask);
    if (ratio !== null && ratio.high < left.high) left = ratio;
  }
  return left;
}

/** A half of the rows by groups of codes; the last cell is the sum. Groups are chosen in one half and measured in the other. */
interface Halves {
  readonly attack: readonly [Float64Array, Float64Array];
  readonly good: readonly [Float64Array, Float64Array];
}

function thinnedOut(
  contrast: Contrast,
  facts: RowFacts,
  column: ContrastColumn,
  mask: Uint8Array | null,
): Interval | null {
  let shift = 0;
  while (column.valueCount >>> shift >= MAX_GROUPS) shift += 1;
  const groups = (column.valueCount >>> shift) + 1;
  const sums = (side: SideFacts, only: Uint8Array | null) =>
    halvesOf(contrast, side, column.codes, shift, groups, only);
  const halves: Halves = { attack: sums(facts.attack, mask), good: sums(facts.good, null) };
  const regions = [regionOf(halves, 0), regionOf(halves, 1)] as const;
  // The region chosen in half 0 is measured in half 1, and the other way round: choosing makes no bias then.
  const inRegion = (row: number, half: number): boolean =>
    regions[(1 - half) as 0 | 1][(column.codes[row] as number) >>> shift] === 1;
  const attack = shareIn(contrast, facts.attack, inRegion, mask);
  const good = shareIn(contrast, facts.good, inRegion, null);
  if (!(good.low > 0)) return null;
  return {
    estimate: Math.min(1, attack.estimate / good.estimate),
    low: Math.min(1, attack.low / good.high),
    high: Math.min(1, attack.high / good.low),
  };
}

/** Units that came together (both ways of a conversation, the requests of one page) stay together, or the halves know each other. */
const halfOf = (unit: number): 0 | 1 => ((unit >>> TOGETHER_BITS) & 1) as 0 | 1;

function halvesOf(
  contrast: Contrast,
  side: SideFacts,
  codes: Uint32Array,
  shift: number,
  groups: number,
  only: Uint8Array | null,
): readonly [Float64Array, Float64Array] {
  const sums = [new Float64Array(groups + 1), new Float64Array(groups + 1)] as const;
  for (let row = side.from; row < side.to; row += 1) {
    if (only !== null && only[row] === 0) continue;
    const half = sums[halfOf(side.units.ids[row - side.from] as number)];
    const group = (codes[row] as number) >>> shift;
    const weight = contrast.weights[row] as number;
    half[group] = (half[group] as number) + weight;
    half[groups] = (half[groups] as number) + weight;
  }
  return sums;
}

/** 1 for the groups that are rarest in the window for what good traffic has of them, until they hold 15 % of good traffic. */
function regionOf(halves: Halves, half: 0 | 1): Uint8Array {
  const [attack, good] = [halves.attack[half], halves.good[half]];
  const isIn = new Uint8Array(good.length - 1);
  const groups: number[] = [];
  for (let group = 0; group < isIn.length; group += 1) if ((good[group] as number) > 0) groups.push(group);
  groups.sort((a, b) => (attack[a] as number) * (good[b] as number) - (attack[b] as number) * (good[a] as number));
  let taken = 0;
  for (const group of groups) {
    isIn[group] = 1;
    taken += good[group] as number;
    if (taken >= REGION_SHARE * (good[isIn.length] as number)) break;
  }
  return isIn;
}

/** Share of the weight in the region; its bounds by as many rows as the units are worth. */
function shareIn(
  contrast: Contrast,
  side: SideFacts,
  inRegion: (row: number, half: number) => boolean,
  only: Uint8Array | null,
): Interval {
  const all = new Float64Array(side.units.count);
  const hit = new Float64Array(side.units.count);
  let [allSum, hitSum, squares] = [0, 0, 0];
  for (let row = side.from; row < side.to; row += 1) {
    if (only !== null && only[row] === 0) continue;
    const weight = contrast.weights[row] as number;
    const unit = side.units.ids[row - side.from] as number;
    allSum += weight;
    squares += weight * weight;
    all[unit] = (all[unit] as number) + weight;
    if (!inRegion(row, halfOf(unit))) continue;
    hitSum += weight;
    hit[unit] = (hit[unit] as number) + weight;
  }
  const rows = squares > 0 ? (allSum * allSum) / squares : 0;
  return wilson(allSum > 0 ? hitSum / allSum : 0, Math.min(rows, clusteredSize({ all, hit })), Z_OF_COLUMNS);
}
