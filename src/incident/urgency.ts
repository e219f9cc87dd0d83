/**
 * How soon somebody must look, 0..100: 100 (1 - e^-(0.5 rate + 0.3 impact + 0.2 trend)). Rate is half the doublings above the limit, impact is what
 * suffers, trend the doublings within ten seconds. Below 30 watch, up to 60 act soon, above it now. The parts are shown beside it.
 */
import { formatPpsUnit } from '../format/number-format.js';
import { harmOf, type Impact } from './impact.js';
import type { ScorePart } from './incident.js';

const WEIGHTS = { rate: 0.5, impact: 0.3, trend: 0.2 };
const CAPS = { rate: 3, impact: 3, trend: 2 };

export interface UrgencyInput {
  /** Over the newest second. */
  readonly pps: number;
  /** Largest multiple of a limit now; below 1 the attack has gone quiet. */
  readonly times: number;
  readonly impact: Impact;
  /** Ten seconds ago, or when it began; null: it has just begun. */
  readonly ppsBefore: number | null;
}

export function urgencyOf(input: UrgencyInput): { readonly urgency: number; readonly parts: readonly ScorePart[] } {
  const parts = [ratePart(input), impactPart(input.impact), trendPart(input)];
  const weighted = parts.reduce((sum, { name, value }) => sum + WEIGHTS[name as keyof typeof WEIGHTS] * value, 0);
  return { urgency: Math.round(100 * (1 - Math.exp(-weighted))), parts };
}

function ratePart({ pps, times }: UrgencyInput): ScorePart {
  const value = times <= 1 ? 0 : Math.log2(times) / 2;
  const words =
    times < 1 ? `${formatPpsUnit(pps)}, below its limits` : `${formatPpsUnit(pps)}, ${timesText(times)} the limit`;
  return part('rate', value, words);
}

export function timesText(times: number): string {
  return `${times < 9.95 ? times.toFixed(1) : Math.round(times)}x`;
}

function impactPart(impact: Impact): ScorePart {
  const harms = harmOf(impact);
  const value = harms.reduce((sum, harm) => sum + harm.value, 0);
  return part('impact', value, harms.length === 0 ? 'not seen from here' : harms.map(({ words }) => words).join(', '));
}

function trendPart({ pps, ppsBefore }: UrgencyInput): ScorePart {
  if (ppsBefore === null) return part('trend', 0, 'just begun');
  const doublings = Math.log2(Math.max(1, pps) / Math.max(1, ppsBefore));
  const way = doublings > 0.1 ? 'rising' : doublings < -0.1 ? 'falling' : 'steady';
  return part('trend', doublings, `${way}, ${formatPpsUnit(ppsBefore)} up to ten seconds ago`);
}

function part(name: keyof typeof CAPS, value: number, words: string): ScorePart {
  return { name, value: Math.max(0, Math.min(CAPS[name], value)), cap: CAPS[name], words };
}
