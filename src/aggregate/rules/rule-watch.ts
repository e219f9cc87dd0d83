/** One rule that is watched: its newest counter, and the rate since the one before. */
import type { PacketCounter } from '../../records/counter-sample.js';
import { chainOf, type RuleItem, tableOf } from './rule-item.js';

/** A 400 Gbit/s link carries 0.6 Gpps of smallest frames; more than that is no rate but another counter. */
const MAX_PPS = 1e9;

export interface WatchedRule {
  /** As first seen: what the screen holds on to across reloads. */
  readonly viewKey: string;
  readonly firstMs: number;
  readonly isOlder: boolean;
  readonly slot: number;
  readonly sincePoll: number;
  item: RuleItem;
  order: number;
  poll: number;
  last: PacketCounter | null;
  lastMs: number;
  pps: number | null;
  bps: number | null;
  movedMs: number | null;
}

/** The newest reading of a rule; `isNewEpoch`: nothing can be said about the time since the one before. */
export function measure(each: WatchedRule, item: RuleItem, steadyMs: number, isNewEpoch: boolean): void {
  const { counter } = item.rule;
  const { last, lastMs } = each;
  const elapsedSec = (steadyMs - lastMs) / 1000;
  each.item = item;
  each.last = counter;
  each.lastMs = steadyMs;
  each.pps = null;
  each.bps = null;
  if (isNewEpoch || counter === null || last === null || elapsedSec <= 0 || isLower(counter, last)) return;
  const pps = (counter.packets - last.packets) / elapsedSec;
  if (!(pps <= MAX_PPS)) return;
  each.pps = pps;
  each.bps = ((counter.bytes - last.bytes) * 8) / elapsedSec;
  if (pps > 0) each.movedMs = steadyMs;
}

export function isLower(now: PacketCounter | null, before: PacketCounter | null): boolean {
  return now !== null && before !== null && (now.packets < before.packets || now.bytes < before.bytes);
}

/** What is reset together. */
export function countersOf({ kind, rule }: RuleItem): string {
  return kind === 'counter' ? `named counters of ${tableOf(rule)}` : `counters of chain ${chainOf(rule, rule.chain)}`;
}

/** Words of rules without a handle that are gone: of equal ones that are left nobody knows which is which. */
export function equalsOf(gone: readonly WatchedRule[]): ReadonlySet<string> {
  return new Set(gone.filter(({ item }) => item.rule.handle === null).map(({ item }) => wordsOf(item)));
}

export function wordsOf({ rule }: RuleItem): string {
  return `${chainOf(rule, rule.chain)}\0${rule.text}\0${rule.comment}`;
}
