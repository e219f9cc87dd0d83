/** What the log says when more or less is left out. */
import { PREFIX_LEVELS, type Shedding } from '../../snapshot/snapshot.js';

const { v4, v6 } = PREFIX_LEVELS[1];
const WITHOUT = `no flows, no prefixes wider than /${v4} and /${v6}`;

/** A line of the log; null while nothing is left out. */
export function sheddingWords({ level, sampleRate }: Shedding): string | null {
  if (level === 0) return null;
  if (sampleRate === 1) return `overload: ${WITHOUT}`;
  return `overload: sampled 1:${sampleRate}, figures of tables are estimates; ${WITHOUT}`;
}

export const NOTHING_LEFT_OUT = 'overload is over: everything is counted again';
