/**
 * How much an attribute tells the attack from good traffic: Jensen-Shannon divergence of excess against good. Distinct values that both
 * sides have too few rows of would count as all different, so they are put together: neighbours of numbers and addresses, and all rare
 * texts.
 */
import type { ContrastColumn } from '../contrast.js';
import { jensenShannon } from '../stats/jensen-shannon.js';
import type { ValueCounts } from './value-counts.js';

/** Share of both sides together that a value needs to stand for itself. */
const OWN_BIN_SHARE = 0.005;

export interface Weights {
  readonly attack: number;
  readonly good: number;
  /** π. */
  readonly attackFraction: number;
}

/** Excess share of a code, by the weights counted. Not below 0. */
export function excessShare(attack: number, good: number, weights: Weights): number {
  const { attackFraction } = weights;
  const good_ = weights.good > 0 ? good / weights.good : 0;
  return Math.max(0, (attack / weights.attack - (1 - attackFraction) * good_) / attackFraction);
}

/**
 * Bits, 0 to 1. Rows without the attribute are one more value; the result is multiplied by the share of the attack that has the
 * attribute, so that a UDP flood does not put the TCP window first.
 */
export function divergenceOf(column: ContrastColumn, counts: ValueCounts, weights: Weights): number {
  const size = column.valueCount + 1;
  const excess = new Float64Array(size);
  const good = new Float64Array(size);
  let bins = 1; // bin 0: without the attribute
  let open = -1;
  let openShare = 0;
  for (let code = 0; code < size; code += 1) {
    const [a, b] = [counts.attack[code] as number, counts.good[code] as number];
    const share = (a / weights.attack + b / weights.good) / 2;
    let bin = 0;
    if (code > 0 && share >= OWN_BIN_SHARE) bin = bins++;
    else if (code > 0) {
      if (open < 0) open = bins++;
      bin = open;
      openShare += share;
      if (column.attribute.type !== 'text' && openShare >= OWN_BIN_SHARE) [open, openShare] = [-1, 0];
    }
    excess[bin] = (excess[bin] as number) + a / weights.attack;
    good[bin] = (good[bin] as number) + b / weights.good;
  }
  return presenceTimesBits(excess.subarray(0, bins), good.subarray(0, bins), weights.attackFraction);
}

/** `window` is turned into the excess in its place. */
function presenceTimesBits(window: Float64Array, good: Float64Array, attackFraction: number): number {
  let all = 0;
  for (let bin = 0; bin < window.length; bin += 1) {
    window[bin] = Math.max(0, (window[bin] as number) - (1 - attackFraction) * (good[bin] as number));
    all += window[bin] as number;
  }
  const bits = jensenShannon(window, good);
  return all > 0 && !Number.isNaN(bits) ? bits * (1 - (window[0] as number) / all) : 0;
}
