/**
 * How much of some rows of the window is good traffic: at most as much as its rarest part allows. Values that good rows have and the
 * attack does not are thinned out by exactly the attack (a mixture proportion estimate; Blanchard, Lee and Scott 2010). Each column is
 * asked for such values, and the lowest upper bound counts.
 */

import { mix32 } from '../../sketch/hash.js';
import type { Contrast, ContrastColumn } from '../contrast.js';
import type { Interval } from '../rule.js';
import { clusteredSize, effectiveSize } from '../stats/effective-size.js';
import { wilson } from '../stats/wilson.js';
import { type DenseIds, denseIds } from './dense-ids.js';
import { rowFactsOf, type SideFacts } from './row-facts.js';

/** Of good traffic, that the thinned out values hold: less is noise, more takes in what the attack has as well. */
const REGION_SHARE = 0.15;
/** The lowest of some 25 columns counts: 95 % for all of them together (Bonferroni). */
const Z_OF_COLUMNS = 3.09;
/** Of each side. The bounds hardly narrow beyond: flows are fewer. */
const MAX_ROWS = 2000;
/** Columns are looked at in so many groups of neighbouring values. */
const MAX_GROUPS = 256;
/** 2^3 units. */
const TOGETHER_BITS = 3;

/**
 * Share of good traffic among attack rows: those with a 1 in `mask`, or all for null. Where few rows say little, 0 to 1. 2000 rows of
 * either side are looked at.
 */
export function goodLeft(contrast: Contrast, mask: Uint8Array | null): Interval {
  const facts = rowFactsOf(contrast);
  const attack = sampled(contrast, facts.attack, mask);
  const good = sampled(contrast, facts.good, null);
  let left: Interval = { estimate: 1, low: 0, high: 1 };
  if (attack.rows.length === 0 || good.rows.length === 0) return left;
  for (const column of contrast.columns) {
    if (column.attribute.type === 'prefix' || column.valueCount === 0) continue; // sources change from window to window
    const ratio = thinnedOut(column, attack, good);
    if (ratio !== null && ratio.high < left.high) left = ratio;
  }
  return left;
}

/** Rows of one side, by index in `rows`. */
interface Sample {
  readonly rows: Uint32Array;
  readonly weights: Float64Array;
  /** What each row is evidence of, from 0 on. */
  readonly units: DenseIds;
  /** 0 or 1: groups are chosen in one half of the units and measured in the other. */
  readonly halves: Uint8Array;
  readonly effectiveRows: number;
  /** Weight of each unit, and of all. */
  readonly unitWeights: Float64Array;
  readonly weight: number;
}

const samples = new WeakMap<SideFacts, Sample>();

function sampled(contrast: Contrast, side: SideFacts, mask: Uint8Array | null): Sample {
  const before = mask === null ? samples.get(side) : undefined;
  if (before !== undefined) return before;
  const rows = rowsOf(side, mask);
  const weights = Float64Array.from(rows, (row) => contrast.weights[row] as number);
  const ids = Uint32Array.from(rows, (row) => side.units.ids[row - side.from] as number);
  // Units that came together (both ways of a conversation, the requests of one page) stay together, or the halves know each other.
  const halves = Uint8Array.from(ids, (unit) => (unit >>> TOGETHER_BITS) & 1);
  const units = denseIds(ids);
  const sample = { rows, weights, units, halves, effectiveRows: effectiveSize(weights), ...summed(units, weights) };
  if (mask === null) samples.set(side, sample);
  return sample;
}

/** At most so many that 2000 are left of them. */
function rowsOf({ from, to }: SideFacts, mask: Uint8Array | null): Uint32Array {
  let count = 0;
  for (let row = from; row < to; row += 1) if (mask === null || mask[row] === 1) count += 1;
  // By hash, so that no rhythm of the rows is met.
  const limit = count <= MAX_ROWS ? 2 ** 32 : (MAX_ROWS / count) * 2 ** 32;
  const rows = new Uint32Array(count);
  let taken = 0;
  for (let row = from; row < to; row += 1) {
    if ((mask === null || mask[row] === 1) && mix32(row + 1) >>> 0 < limit) rows[taken++] = row;
  }
  return rows.slice(0, taken);
}

function summed({ ids, count }: DenseIds, weights: Float64Array): { unitWeights: Float64Array; weight: number } {
  const unitWeights = new Float64Array(count);
  let weight = 0;
  for (let i = 0; i < ids.length; i += 1) {
    const unit = ids[i] as number;
    unitWeights[unit] = (unitWeights[unit] as number) + (weights[i] as number);
    weight += weights[i] as number;
  }
  return { unitWeights, weight };
}

/** Weight by group of codes in each half; the last cell is the sum. */
type Halves = readonly [Float64Array, Float64Array];
/** 1 for the groups chosen in each half. */
type Regions = readonly [Uint8Array, Uint8Array];

function thinnedOut(column: ContrastColumn, attackRows: Sample, goodRows: Sample): Interval | null {
  let shift = 0;
  while (column.valueCount >>> shift >= MAX_GROUPS) shift += 1;
  const groups = (column.valueCount >>> shift) + 1;
  const a = halvesOf(attackRows, column.codes, shift, groups);
  const b = halvesOf(goodRows, column.codes, shift, groups);
  const regions = [regionOf(a[0], b[0]), regionOf(a[1], b[1])] as const;
  const attack = shareIn(attackRows, column.codes, shift, regions);
  const good = shareIn(goodRows, column.codes, shift, regions);
  if (!(good.low > 0)) return null;
  return {
    estimate: Math.min(1, attack.estimate / good.estimate),
    low: Math.min(1, attack.low / good.high),
    high: Math.min(1, attack.high / good.low),
  };
}

function halvesOf({ rows, weights, halves }: Sample, codes: Uint32Array, shift: number, groups: number): Halves {
  const sums = [new Float64Array(groups + 1), new Float64Array(groups + 1)] as const;
  for (let i = 0; i < rows.length; i += 1) {
    const half = sums[halves[i] as 0 | 1];
    const group = (codes[rows[i] as number] as number) >>> shift;
    half[group] = (half[group] as number) + (weights[i] as number);
    half[groups] = (half[groups] as number) + (weights[i] as number);
  }
  return sums;
}

/** 1 for the groups that are rarest in the window for what good traffic has of them, until they hold 15 % of good traffic. */
function regionOf(attack: Float64Array, good: Float64Array): Uint8Array {
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

/** Share of the weight in the region of the other half: choosing makes no bias then. Bounds by as many rows as the units are worth. */
function shareIn(sample: Sample, codes: Uint32Array, shift: number, regions: Regions): Interval {
  const { rows, weights, units, halves } = sample;
  const hit = new Float64Array(units.count);
  let hitSum = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const region = halves[i] === 0 ? regions[1] : regions[0];
    if (region[(codes[rows[i] as number] as number) >>> shift] !== 1) continue;
    const unit = units.ids[i] as number;
    hitSum += weights[i] as number;
    hit[unit] = (hit[unit] as number) + (weights[i] as number);
  }
  const size = Math.min(sample.effectiveRows, clusteredSize({ all: sample.unitWeights, hit }));
  return wilson(sample.weight > 0 ? hitSum / sample.weight : 0, size, Z_OF_COLUMNS);
}
