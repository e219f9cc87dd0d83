/**
 * Rules that lost their handle to a reload, found again: by chain and words, equal ones in their order; of ours by the mitigation they belong to.
 * (iptables-restore and a reload of nft renumber every rule; "-R" keeps the number and changes the words.)
 */
import { chainOf, type RuleItem } from './rule-item.js';

/** `lost`: those known before and missing now, in the order of the firewall. Gives for each of `fresh` the one it continues, or null. */
export function matchAgain<T extends { readonly item: RuleItem }>(
  lost: readonly T[],
  fresh: readonly RuleItem[],
): (T | null)[] {
  const words = new Pool(lost, ({ rule }) => `${chainOf(rule, rule.chain)}\0${rule.text}\0${rule.comment}`);
  const ids = new Pool(lost, ({ rule }) =>
    rule.mitigationId === null ? null : `${chainOf(rule, rule.chain)}\0${rule.mitigationId}`,
  );
  const taken = new Set<T>();
  const found = fresh.map((item) => words.take(item, taken));
  return found.map((match, at) => match ?? ids.take(fresh[at] as RuleItem, taken));
}

class Pool<T extends { readonly item: RuleItem }> {
  readonly #name: (item: RuleItem) => string | null;
  readonly #lists = new Map<string, T[]>();

  constructor(lost: readonly T[], name: (item: RuleItem) => string | null) {
    this.#name = name;
    for (const each of lost) {
      const key = name(each.item);
      if (key === null) continue;
      const list = this.#lists.get(key) ?? [];
      list.push(each);
      this.#lists.set(key, list);
    }
    for (const list of this.#lists.values()) list.reverse();
  }

  take(item: RuleItem, taken: Set<T>): T | null {
    const key = this.#name(item);
    const list = key === null ? undefined : this.#lists.get(key);
    let next = list?.pop();
    while (next !== undefined && taken.has(next)) next = list?.pop();
    if (next === undefined) return null;
    taken.add(next);
    return next;
  }
}
