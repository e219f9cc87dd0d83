/** Our table as `nft -j list table` tells it. */
import type { NftListing } from '../../platform/nft-json.js';
import { byEntryKey, type FirewallState, liveElement } from '../firewall-state.js';
import { parseChainName, parseGroupSetName } from './group-rules.js';
import { isGroupRule, type NftGroup, readGroups } from './group-state.js';
import { entryOf, parseSetName } from './set-names.js';
import {
  ALLOWS_CHAIN,
  BASE_CHAIN,
  BASE_PRIORITY,
  BASE_RULES,
  DROPS_CHAIN,
  FAMILY,
  FAST_CHAIN,
  isIngressChain,
  RULE_COMMENT,
  TABLE,
} from './table-layout.js';

export interface NftState extends FirewallState<NftGroup> {
  /** Sets that are looked up on the hooks of devices; null: there are no such. */
  readonly fastSets: ReadonlySet<string> | null;
}

export const ABSENT_TABLE: NftState = {
  isPresent: false,
  isForeign: false,
  elements: [],
  byKey: new Map(),
  wiredSets: new Set(),
  groups: new Map(),
  strangers: [],
  fastSets: null,
};

/** `listing` null = the kernel has no such table. */
export function readNftState(listing: NftListing | null): NftState {
  if (listing === null) return ABSENT_TABLE;
  const ours = <T extends { family: string; table: string }>(item: T) => item.family === FAMILY && item.table === TABLE;
  const chains = listing.chains.filter(ours);
  const rules = listing.rules.filter(ours);
  const sets = listing.sets.filter(ours);
  const base = chains.find((chain) => chain.name === BASE_CHAIN);
  const isForeign = base?.hook !== 'prerouting' || base.priority !== BASE_PRIORITY;
  const baseRules = rules.filter((rule) => rule.chain === BASE_CHAIN && rule.comment === RULE_COMMENT);

  const elements = sets.flatMap((set) => {
    const kind = parseSetName(set.name);
    return kind === null
      ? []
      : set.elements.map((element) => liveElement(set.name, entryOf(kind, element.value), element));
  });
  const kinds = sets.map((set) => parseSetName(set.name));
  const leases = new Set(kinds.flatMap((kind) => (kind?.role === 'lease' ? [kind.id] : [])));
  const groups = readGroups(chains, rules, sets, leases);
  const wiredSets = new Set<string>();
  for (const set of sets) {
    const kind = parseSetName(set.name);
    if (kind === null || baseRules.length < BASE_RULES) continue; // without the jumps no rule behind them is reached
    if (kind.role === 'lease') {
      if (groups.get(kind.id)?.isWhole) wiredSets.add(set.name);
      continue;
    }
    const chain = kind.role === 'guard' ? BASE_CHAIN : kind.role === 'allow' ? ALLOWS_CHAIN : DROPS_CHAIN;
    if (rules.some((rule) => rule.chain === chain && rule.comment === RULE_COMMENT && rule.sets.includes(set.name))) {
      wiredSets.add(set.name);
    }
  }
  const ownChains = [BASE_CHAIN, ALLOWS_CHAIN, DROPS_CHAIN];
  const strangers = [
    ...chains
      .filter(({ name }) => !ownChains.includes(name) && !isIngressChain(name) && parseChainName(name) === null)
      .map((chain) => `chain ${chain.name}`),
    ...sets
      .filter((set) => parseSetName(set.name) === null && parseGroupSetName(set.name) === null)
      .map((set) => `set ${set.name}`),
    ...rules
      .filter((rule) => rule.comment !== RULE_COMMENT && !isGroupRule(rule))
      .map((rule) => `rule in chain ${rule.chain}`),
  ];
  const fastSets = chains.some(({ name }) => name === FAST_CHAIN)
    ? new Set(rules.filter(({ chain }) => chain === FAST_CHAIN).flatMap((rule) => rule.sets))
    : null;
  const byKey = byEntryKey(elements);
  return { isPresent: true, isForeign, elements, byKey, wiredSets, groups, strangers, fastSets };
}
