/** Whose rows are kept apart in the second that begins: those under attack, then those that were largest in the newest half second. */
import { SAMPLED_TARGETS, type SampledTarget } from '../aggregate/target-samples.js';
import type { TargetVerdict } from '../detect/floor-detector.js';
import type { TargetSlot } from '../records/target-slot.js';

/** However many are attacked, the others keep some places: they are what good traffic looks like. */
const MOST_ATTACKED = 12;

const bySize = (a: TargetSlot, b: TargetSlot) => b.packets - a.packets;

export function targetsToSample(slots: readonly TargetSlot[], verdicts: readonly TargetVerdict[]): SampledTarget[] {
  const open = verdicts.filter(({ state }) => state !== 'ended').map(({ slot }) => slot);
  const attacked = open.sort(bySize).slice(0, MOST_ATTACKED);
  const names = new Set(attacked.map(({ target }) => target));
  const largest = slots.filter(({ target }) => !names.has(target)).sort(bySize);
  return [
    ...attacked.map(({ version, words }) => ({ version, words, isAttacked: true })),
    ...largest.map(({ version, words }) => ({ version, words, isAttacked: false })),
  ].slice(0, SAMPLED_TARGETS);
}
