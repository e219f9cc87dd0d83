/** Groups of rules as iptables and ip6tables list them: what they say, what they have counted, and whether they are whole. */
import type { NftCounter } from '../../platform/nft-json.js';
import type { LiveGroup } from '../firewall-state.js';
import { parseRuleComment } from './group-rules.js';
import {
  FAMILIES,
  type Family,
  GROUP_CHAINS,
  GROUPS_CHAIN,
  type GroupChain,
  groupChain,
  leaseSet,
  parseGroupChain,
  parseSetName,
} from './names.js';
import type { ListedRule, RawListing } from './rule-listing.js';

/** What one family holds of a group. */
export interface GroupPart {
  /** Rules that jump to it, as they are deleted. */
  readonly jumps: readonly string[];
  /** In the order in which they can be deleted. */
  readonly chains: readonly string[];
  readonly isWhole: boolean;
}

export interface IptablesGroup extends LiveGroup {
  readonly parts: Readonly<Record<Family, GroupPart>>;
  readonly setNames: readonly string[];
}

export const NO_PART: GroupPart = { jumps: [], chains: [], isWhole: false };
const NOTHING: NftCounter = { packets: 0, bytes: 0 };
/** Ours, as iptables prints it; whatever else jumps there was written by somebody else. */
const JUMP_PATTERN =
  /^(?:-d [0-9a-f.:/]{2,50} )?-m set --match-set ddostop-lease[46]-[a-z2-7]{5} src -m comment --comment "[A-Za-z0-9 :=._-]{1,60}" -j DDOSTOP-[a-z2-7]{5}$/;

export function readGroups(
  listings: Readonly<Record<Family, RawListing>>,
  setNames: readonly string[],
): ReadonlyMap<string, IptablesGroup> {
  const ids = new Set<string>();
  for (const name of setNames) {
    const kind = parseSetName(name);
    if (kind?.role === 'lease' || kind?.role === 'list') ids.add(kind.id);
  }
  for (const family of FAMILIES) {
    for (const name of listings[family].chains) {
      const id = parseGroupChain(name)?.id;
      if (id !== undefined) ids.add(id);
    }
  }
  return new Map([...ids].map((id) => [id, readGroup(id, listings, setNames)]));
}

/** A rule of ours: in one of the group's chains, or the jump to it. */
export function isGroupRule({ chain, comment, text, target }: ListedRule): boolean {
  const id = parseRuleComment(comment)?.id;
  if (id === undefined) return false;
  if (chain === GROUPS_CHAIN) return target === groupChain(id, 'match') && JUMP_PATTERN.test(text);
  return parseGroupChain(chain)?.id === id;
}

function readGroup(
  id: string,
  listings: Readonly<Record<Family, RawListing>>,
  setNames: readonly string[],
): IptablesGroup {
  const own = FAMILIES.map((family) =>
    listings[family].rules.filter((rule) => isGroupRule(rule) && parseRuleComment(rule.comment)?.id === id),
  );
  const inChain = (rules: readonly ListedRule[], chain: GroupChain) =>
    rules.filter((rule) => rule.chain === groupChain(id, chain));
  const textOf = (rule: ListedRule | undefined) => parseRuleComment(rule?.comment ?? null)?.text ?? '';
  const acts = own.map((rules) => inChain(rules, 'act'));
  const lasts = acts.map((rules) => rules.at(-1)).filter((rule) => rule !== undefined);
  const words = own.map((rules) => inChain(rules, 'words').map(textOf).join(''));
  const why = own.flat().find((rule) => rule.chain === GROUPS_CHAIN);
  const limit = /^limit=([0-9]{1,7})$/.exec(textOf(lasts[0]))?.[1];
  const good = acts.flat().filter((rule) => textOf(rule) === 'good');
  const parts = Object.fromEntries(
    FAMILIES.map((family, i) => [family, readPart(id, family, own[i] ?? [], listings[family])]),
  ) as Record<Family, GroupPart>;
  return {
    id,
    words: words.find((text) => text !== '') ?? '',
    why: /^why=([A-Za-z0-9._-]{1,24})$/.exec(textOf(why))?.[1] ?? '',
    limitPps: limit === undefined ? null : Number(limit),
    sample: textOf(lasts[0]) === 'sample' ? { good: sumOf(good) } : null,
    counted: sumOf(lasts),
    hasLease: FAMILIES.some((family) => setNames.includes(leaseSet(id, family))),
    isWhole: FAMILIES.some((family) => parts[family].isWhole),
    hasMatches: own.some((rules) => inChain(rules, 'match').length > 0),
    parts,
    setNames: setNames.filter((name) => {
      const kind = parseSetName(name);
      return (kind?.role === 'lease' || kind?.role === 'list') && kind.id === id;
    }),
  };
}

function readPart(id: string, family: Family, own: readonly ListedRule[], { chains }: RawListing): GroupPart {
  const has = (chain: GroupChain) => own.some((rule) => rule.chain === groupChain(id, chain));
  const jumps = own.filter(({ chain }) => chain === GROUPS_CHAIN);
  return {
    jumps: jumps.map(({ text }) => text),
    chains: GROUP_CHAINS.map((chain) => groupChain(id, chain)).filter((name) => chains.has(name)),
    isWhole: jumps.some(({ sets }) => sets.includes(leaseSet(id, family))) && has('match') && has('act'),
  };
}

function sumOf(rules: readonly ListedRule[]): NftCounter {
  return rules.reduce(
    (sum, { counter }) => ({ packets: sum.packets + counter.packets, bytes: sum.bytes + counter.bytes }),
    NOTHING,
  );
}
