/** Watched rules as rows of a view: which of them, in which order, with what beside their rates. */
import type { SetSummary } from '../../records/counter-sample.js';
import type { RuleRow, SetRow } from '../../snapshot/rules-view.js';
import type { RuleTrends } from './rule-trends.js';
import type { WatchedRule } from './rule-watch.js';

/** Busiest first, ours next, then in the order of the firewall, in which `all` is; at most `most`. */
export function chosenRules(all: readonly WatchedRule[], most: number): WatchedRule[] {
  const busy = all.filter(({ pps }) => pps !== null && pps > 0).sort((a, b) => (b.pps ?? 0) - (a.pps ?? 0));
  const chosen = new Set(busy.slice(0, most));
  const busyCount = chosen.size;
  for (const each of all) {
    if (chosen.size >= most) break;
    if (each.item.rule.mitigationId !== null) chosen.add(each);
  }
  for (const each of all) {
    if (chosen.size >= most) break;
    chosen.add(each);
  }
  const list = [...chosen];
  return [...list.slice(0, busyCount), ...list.slice(busyCount).sort((a, b) => a.order - b.order)];
}

/** What a row needs that is not the rule's own. */
export interface RowContext {
  readonly trends: RuleTrends;
  readonly steadyMs: number;
  /** Packets the host receives; null: not known. */
  readonly rxPps: number | null;
  /** Seconds a mitigation of ours has left; null: not known. */
  readonly leftSec: (mitigationId: string) => number | null;
}

export function ruleRow(each: WatchedRule, { trends, steadyMs, rxPps, leftSec }: RowContext): RuleRow {
  const { kind, rule } = each.item;
  const share = each.pps === null || rxPps === null || rxPps <= 0 ? null : Math.min(1, each.pps / rxPps);
  return {
    key: each.viewKey,
    kind,
    by: rule.by,
    family: rule.family,
    table: rule.table,
    chain: rule.chain,
    position: rule.position,
    text: rule.text,
    comment: rule.comment,
    verdict: rule.verdict,
    packets: each.last?.packets ?? null,
    bytes: each.last?.bytes ?? null,
    pps: each.pps,
    bps: each.bps,
    share,
    trend: trends.read(each.slot, each.sincePoll),
    ageSec: (steadyMs - each.firstMs) / 1000,
    isOlder: each.isOlder,
    idleSec: each.movedMs === null ? null : (steadyMs - each.movedMs) / 1000,
    sets: rule.sets,
    mitigationId: rule.mitigationId,
    leftSec: rule.mitigationId === null ? null : leftSec(rule.mitigationId),
  };
}

export function setRow(set: SetSummary): SetRow {
  const { elements, maxElements } = set;
  const isBounded = elements !== null && maxElements !== null && maxElements > 0;
  return { ...set, fill: isBounded ? Math.min(1, elements / maxElements) : null };
}
