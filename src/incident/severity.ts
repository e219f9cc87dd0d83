/** How bad: by what it does to good traffic first, then by its rate. */
import { goodDrop, type Impact } from './impact.js';
import type { Incident } from './incident.js';

type Severity = Incident['severity'];
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Multiples of a limit, and what is harmed, from medium on. */
const TIMES = [2, 5, 20];
const GOOD_MISSING = [0.2, 0.5, 0.8];
const LINK = [0.3, 0.5, 0.9];
const ERRORS = [0.02, 0.1, 0.3];
const CONNTRACK = [0.5, 0.8, 0.95];

/** `times`: largest multiple of a limit. A rate alone is not critical where good traffic is seen to go on. */
export function severityOf(times: number, impact: Impact): Severity {
  const drop = goodDrop(impact);
  const byHarm = Math.max(
    levelOf(drop, GOOD_MISSING),
    levelOf(impact.linkShare, LINK),
    levelOf(impact.serverErrorShare, ERRORS),
    levelOf(impact.conntrackShare, CONNTRACK),
  );
  const byRate = levelOf(times, TIMES);
  const isHarmless = drop !== null && byHarm === 0;
  return SEVERITIES[Math.max(byHarm, isHarmless ? Math.min(2, byRate) : byRate)] as Severity;
}

function levelOf(value: number | null, steps: readonly number[]): number {
  return value === null ? 0 : steps.filter((step) => value >= step).length;
}

export function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
