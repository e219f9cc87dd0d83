/** Whose rows are kept apart in the second that begins: those under attack, then those that were largest in the second before. */
import { SAMPLED_TARGETS, type SampledTarget, type TargetKey } from '../aggregate/target-samples.js';

/** However many are attacked, the others keep some places: they are what good traffic looks like. */
const MOST_ATTACKED = 12;

/** A host, and what it received in the last second. */
export interface RecentTarget extends TargetKey {
  readonly target: string;
  readonly packets: number;
}

const bySize = (a: RecentTarget, b: RecentTarget) => b.packets - a.packets;

/** `recent`: hosts of the last second. `open`: those under suspicion or attack. */
export function targetsToSample(recent: readonly RecentTarget[], open: readonly RecentTarget[]): SampledTarget[] {
  const attacked = [...open].sort(bySize).slice(0, MOST_ATTACKED);
  const names = new Set(attacked.map(({ target }) => target));
  const largest = recent.filter(({ target }) => !names.has(target)).sort(bySize);
  return [
    ...attacked.map(({ version, words }) => ({ version, words, isAttacked: true })),
    ...largest.map(({ version, words }) => ({ version, words, isAttacked: false })),
  ].slice(0, SAMPLED_TARGETS);
}
