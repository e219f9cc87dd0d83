/**
 * Carpet bombing: a prefix receives too much while none of its hosts does. Of the prefixes that are over a limit, one is named for each widest
 * one: the smallest in it that explains four fifths of the excess. Where a host has a large part of that excess, it is an attack on the host.
 */
import type { Rates } from './rate-window.js';
import type { TargetState } from './target-state.js';
import { type CrossedLimit, classesOf } from './trigger.js';

const EXPLAINS = 0.8;
/** Most that one host may have of the excess; under few hosts it may be more. */
const HOST_SHARE = 0.1;
const HOST_SHARE_OF_FEW = 0.2;
const FEW_HOSTS = 20;

export interface Carpet {
  readonly state: TargetState;
  readonly over: readonly CrossedLimit[];
}

/**
 * `over`: prefixes over a limit as they are. `prefixes`, `hosts`: those that received something in the last second and are not under attack
 * themselves. `ratesOf`: their second without what is. Asked only while some prefix is over a limit.
 */
export function carpetsAmong(
  over: readonly TargetState[],
  prefixes: readonly TargetState[],
  hosts: readonly TargetState[],
  ratesOf: (state: TargetState) => Rates,
  crossed: (rates: Rates) => readonly CrossedLimit[],
): Carpet[] {
  const carpets: Carpet[] = [];
  const roots: TargetState[] = [];
  for (const state of [...over].sort((a, b) => a.length - b.length)) {
    if (roots.some((root) => root.holds(state))) continue;
    const rates = ratesOf(state);
    const limits = crossed(rates);
    if (limits.length === 0) continue;
    roots.push(state);
    const smallest = smallestOf(state, excessOf(rates, limits), prefixes, (inner) => excessOf(ratesOf(inner), limits));
    if (isSpread(smallest.state, smallest.excess, limits, hosts)) {
      const own = crossed(ratesOf(smallest.state));
      carpets.push({ state: smallest.state, over: own.length > 0 ? own : limits });
    }
  }
  return carpets;
}

function smallestOf(
  root: TargetState,
  excess: number,
  prefixes: readonly TargetState[],
  excessIn: (inner: TargetState) => number,
): { state: TargetState; excess: number } {
  let best = { state: root, excess };
  for (const inner of prefixes) {
    if (inner.length <= best.state.length || !root.holds(inner)) continue;
    const of = excessIn(inner);
    if (of >= EXPLAINS * excess) best = { state: inner, excess: of };
  }
  return best;
}

/** Packets a second above what there was before, of the classes over a limit. */
function excessOf(rates: Rates, limits: readonly CrossedLimit[]): number {
  const wanted = wantedOf(limits);
  let excess = 0;
  for (const i of rates.classes) {
    if (wanted !== null && !wanted.has(i)) continue;
    excess += Math.max(0, (rates.classPackets[i] as number) - (rates.before(i) ?? 0));
  }
  return excess;
}

function isSpread(
  state: TargetState,
  excess: number,
  limits: readonly CrossedLimit[],
  hosts: readonly TargetState[],
): boolean {
  const inside = hosts.filter((host) => state.holds(host));
  const largest = Math.max(0, ...inside.map((host) => excessOf(host, limits)));
  return largest < excess * (inside.length < FEW_HOSTS ? HOST_SHARE_OF_FEW : HOST_SHARE);
}

/** Null: all classes. */
function wantedOf(limits: readonly CrossedLimit[]): ReadonlySet<number> | null {
  const wanted = new Set<number>();
  for (const { trafficClass } of limits) {
    const classes = classesOf(trafficClass);
    if (classes === null) return null;
    for (const i of classes) wanted.add(i);
  }
  return wanted;
}
