/** A crossed limit as a sentence: which one, which value, which window. */
import { type CrossedLimit, nameOfLimit } from '../detect/trigger.js';
import { formatBpsUnit, formatCount, formatPpsUnit } from '../format/number-format.js';

export function evidenceOf({ trigger, trafficClass, what, rate, limit, words }: CrossedLimit): string {
  if (words !== null) return words;
  const name = nameOfLimit(trafficClass);
  const kind = trigger === 'floor' ? 'floor' : `limit (${trigger})`;
  if (what === 'bits') return `${name}: ${formatBpsUnit(rate)} to the target, ${kind} ${formatBpsUnit(limit)}`;
  if (what === 'requests')
    return `${name}: ${formatCount(rate)} requests/s to the target, ${kind} ${formatCount(limit)}`;
  if (what === 'score') return `${name}: ${formatCount(rate)}, ${kind} ${formatCount(limit)}`;
  return `${name}: ${formatPpsUnit(rate)} to the target, ${kind} ${formatPpsUnit(limit)}`;
}

/** How far over its limits: the largest multiple there is; 0: over none. */
export function timesOver(over: readonly CrossedLimit[]): number {
  return over.reduce((most, { rate, limit }) => (limit > 0 ? Math.max(most, rate / limit) : most), 0);
}
