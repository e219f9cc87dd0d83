/** "pps 9.1k, usual on Mondays 14:00 UTC 1.1k (0.9k to 1.4k), z 8.2, learned from 12d04h". */
import { formatBps, formatPps } from '../../format/number-format.js';
import { formatDuration } from '../../format/time-format.js';
import { FEATURES, type Feature } from './features.js';
import { hourName, weekHourName } from './hour-of-week.js';
import type { UsualRate } from './usual.js';

export function usualWords(usual: UsualRate): string {
  switch (usual.basis) {
    case 'hour':
      return `usual on ${weekHourName(usual.hour)}`;
    case 'daily':
      return `usual at ${hourName(usual.hour)} of all days`;
    case 'around':
      return `usual around ${hourName(usual.hour)}`;
    case 'all':
      return 'usual in all hours';
  }
}

export function baselineWords(feature: number, value: number, usual: UsualRate, z: number, learnedSec: number): string {
  const { name, what } = FEATURES[feature] as Feature;
  const text = what === 'bits' ? formatBps : formatPps;
  const range = `${text(usual.rate)} (${text(usual.low)} to ${text(usual.high)})`;
  return `${name} ${text(value)}, ${usualWords(usual)} ${range}, z ${z.toFixed(1)}, learned from ${formatDuration(learnedSec)}`;
}
