/** What is left out above capacity, in the order it is left out: first the detail, then all but one of N packets. */
export interface Shedding {
  /** 0 = everything is counted; 1 = without detail; from 2 on also sampled, 1 of 2^(level - 1). */
  readonly level: number;
  /** Flows, how many of them there are, and prefixes wider than /24 and /64 are counted. */
  readonly hasDetail: boolean;
  /** 1 of N packets is decoded and stands for N; an integer. All are counted by number and length. */
  readonly sampleRate: number;
}

export const NOTHING_SHED: Shedding = { level: 0, hasDetail: true, sampleRate: 1 };

/** 1:1024. */
export const MAX_SHED_LEVEL = 11;

/** Prefix levels (PREFIX_LEVELS) from here on are detail. */
export const DETAIL_FROM_LEVEL = 2;

/** Throws RangeError for a level there is not. */
export function sheddingAt(level: number): Shedding {
  if (!Number.isInteger(level) || level < 0 || level > MAX_SHED_LEVEL) {
    throw new RangeError(`sheddingAt: expected 0..${MAX_SHED_LEVEL}, got ${level}.`);
  }
  if (level === 0) return NOTHING_SHED;
  return { level, hasDetail: false, sampleRate: 2 ** (level - 1) };
}
