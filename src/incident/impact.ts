/** What an attack does to others: as far as it is seen from here, and as far as somebody tells. */
import { formatPpsUnit, formatShare } from '../format/number-format.js';

/** Of the host or link that is protected; null: not known. Shares 0..1. */
export interface HostSignals {
  /** Of the link's capacity. */
  readonly linkShare: number | null;
  /** Answers with 5xx, above what is usual. */
  readonly serverErrorShare: number | null;
  /** Of the connection tracking table. */
  readonly conntrackShare: number | null;
}

export const NO_SIGNALS: HostSignals = { linkShare: null, serverErrorShare: null, conntrackShare: null };

export interface Impact extends HostSignals {
  /** Good packets a second to the target now and before; null: not known. */
  readonly goodPps: number | null;
  readonly goodBeforePps: number | null;
}

/** Below, good traffic is too little to see it fall. */
const LEAST_GOOD_PPS = 20;
/** Standard errors of a count that are chance. */
const CHANCE = 2;

/** Part of the good traffic that is missing, above what chance does; null: not known. */
export function goodDrop({ goodPps, goodBeforePps }: Impact): number | null {
  if (goodPps === null || goodBeforePps === null || goodBeforePps < LEAST_GOOD_PPS) return null;
  const missing = goodBeforePps - goodPps - CHANCE * Math.sqrt(goodBeforePps);
  return Math.max(0, Math.min(1, missing / goodBeforePps));
}

/** Each thing that is known to suffer, as a multiple of where it hurts: half a link, a fifth more errors, 80 % of a table, a third of the good traffic. */
export function harmOf(impact: Impact): { readonly value: number; readonly words: string }[] {
  const drop = goodDrop(impact);
  const harms: { value: number; words: string }[] = [];
  if (drop !== null) {
    const rates = `${formatPpsUnit(impact.goodPps ?? 0)} of ${formatPpsUnit(impact.goodBeforePps ?? 0)}`;
    harms.push({
      value: drop / 0.33,
      words: drop > 0 ? `good traffic fell to ${rates}` : `good traffic goes on, ${rates}`,
    });
  }
  if (impact.linkShare !== null)
    harms.push({ value: impact.linkShare / 0.5, words: `link ${formatShare(impact.linkShare)} full` });
  if (impact.serverErrorShare !== null && impact.serverErrorShare > 0)
    harms.push({
      value: impact.serverErrorShare / 0.2,
      words: `${formatShare(impact.serverErrorShare)} more server errors`,
    });
  if (impact.conntrackShare !== null)
    harms.push({
      value: impact.conntrackShare / 0.8,
      words: `connection tracking ${formatShare(impact.conntrackShare)} full`,
    });
  return harms;
}
