/**
 * Baselines as lines of JSON, one a target, behind a head with the version and what was forgotten: a running monitor drops those targets too when it
 * writes next. Lines come from a file that anybody may have written: each is checked, and a damaged one costs its target only.
 */
import { formatPrefix, parsePrefix } from '../../format/address.js';
import type { BaselineStore } from './baseline-store.js';
import { FEATURE_COUNT } from './features.js';
import { decodeHours, encodeHours } from './profile-code.js';
import { WeekProfile } from './week-profile.js';

export const BASELINES_SCHEMA = 'ddostop.baselines/1';
/** A profile of all hours with all bins is 168 × 6 × 64 × 3 B × 4/3 = 258 kB. */
export const MOST_LINE_CHARS = 300_000;
const MOST_FORGOTTEN = 100;

/** Somebody reset the target at that time: what began before is not to be used. */
export interface Forgotten {
  /** Null: all targets. */
  readonly target: string | null;
  readonly atSec: number;
}

export interface BaselinesHead {
  readonly schema: typeof BASELINES_SCHEMA;
  readonly savedSec: number;
  readonly forgotten: readonly Forgotten[];
}

export function headLine(savedSec: number, forgotten: readonly Forgotten[]): string {
  const head: BaselinesHead = { schema: BASELINES_SCHEMA, savedSec, forgotten: forgotten.slice(-MOST_FORGOTTEN) };
  return `${JSON.stringify(head)}\n`;
}

/** Throws nothing. `newer`: written by a later version; `damaged`: no head at all. */
export function readHead(line: string): BaselinesHead | 'newer' | 'damaged' {
  const head = objectOf(line);
  if (head === null) return 'damaged';
  const { schema, savedSec, forgotten } = head;
  if (schema !== BASELINES_SCHEMA)
    return typeof schema === 'string' && schema.startsWith('ddostop.baselines/') ? 'newer' : 'damaged';
  if (!isTime(savedSec) || !Array.isArray(forgotten)) return 'damaged';
  return { schema, savedSec, forgotten: forgotten.filter(isForgotten).slice(-MOST_FORGOTTEN) };
}

function isForgotten(value: unknown): value is Forgotten {
  if (typeof value !== 'object' || value === null) return false;
  const { target, atSec } = value as Record<string, unknown>;
  return (target === null || typeof target === 'string') && isTime(atSec);
}

export function profileLine(target: string, profile: WeekProfile): string {
  const { sinceSec, heardSec, learnedSteps, pps, bursts } = profile;
  const hours = Buffer.from(encodeHours(profile)).toString('base64');
  return `${JSON.stringify({ target, sinceSec, heardSec, learnedSteps, pps, bursts, hours })}\n`;
}

/** Null: damaged. */
export function readProfile(line: string): { readonly target: string; readonly profile: WeekProfile } | null {
  const found = objectOf(line);
  if (found === null) return null;
  const { target, sinceSec, heardSec, learnedSteps, pps, bursts, hours } = found;
  if (typeof target !== 'string' || typeof hours !== 'string' || !isName(target)) return null;
  if (!isTime(sinceSec) || !isTime(heardSec) || !Number.isSafeInteger(learnedSteps) || !isAmount(pps)) return null;
  if (!Array.isArray(bursts) || bursts.length !== FEATURE_COUNT || !bursts.every(isAmount)) return null;
  const profile = new WeekProfile(sinceSec);
  profile.heardSec = heardSec;
  profile.learnedSteps = Math.max(0, learnedSteps as number);
  profile.pps = pps;
  for (const [i, burst] of bursts.entries()) profile.bursts[i] = burst;
  return decodeHours(Buffer.from(hours, 'base64'), profile) ? { target, profile } : null;
}

/** Drops what somebody reset since it began. */
export function forgetIn(store: BaselineStore, forgotten: readonly Forgotten[]): void {
  for (const { target, atSec } of forgotten) {
    for (const [name, { sinceSec }] of store.entries()) {
      if ((target === null || target === name) && sinceSec < atSec) store.forget(name);
    }
  }
}

/** An address or prefix, as this program writes it. */
function isName(target: string): boolean {
  const prefix = target.length > 60 ? null : parsePrefix(target);
  return prefix !== null && formatPrefix(prefix) === target;
}

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
/** Until the year 2500. */
const isTime = (value: unknown): value is number => isAmount(value) && value < 16_725_225_600;

function objectOf(line: string): Record<string, unknown> | null {
  if (line.length > MOST_LINE_CHARS) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null; // half a line of a file that was cut
  }
}
