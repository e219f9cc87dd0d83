/** Groups of rules in our table as the kernel tells them: what they say, what they have counted, and whether they are whole. */
import type { NftChain, NftCounter, NftRule, NftSet } from '../../platform/nft-json.js';
import type { LiveGroup } from '../firewall-state.js';
import { type GroupChain, parseChainName, parseGroupSetName, parseRuleComment } from './group-rules.js';
import { DROPS_CHAIN } from './table-layout.js';

export interface NftGroup extends LiveGroup {
  /** Of the rules in the shared chain that jump to it. */
  readonly jumpHandles: readonly number[];
  readonly chains: readonly GroupChain[];
  readonly setNames: readonly string[];
  /** Connections made through it need its rules, also after its end. */
  readonly isSynProxy: boolean;
}

const NOTHING: NftCounter = { packets: 0, bytes: 0 };

/** `leases`: ids that have a set. Rules of others in our chains are no part of it. */
export function readGroups(
  chains: readonly NftChain[],
  rules: readonly NftRule[],
  sets: readonly NftSet[],
  leases: ReadonlySet<string>,
): ReadonlyMap<string, NftGroup> {
  const ids = new Set(leases);
  for (const { name } of chains) {
    const id = parseChainName(name)?.id;
    if (id !== undefined) ids.add(id);
  }
  return new Map([...ids].map((id) => [id, readGroup(id, chains, rules, sets, leases.has(id))]));
}

/** A rule of ours: in one of our chains, with the comment of the mitigation it belongs to. */
export function isGroupRule({ chain, comment }: NftRule): boolean {
  const id = parseRuleComment(comment)?.id;
  return id !== undefined && (chain === DROPS_CHAIN || parseChainName(chain)?.id === id);
}

function readGroup(
  id: string,
  chains: readonly NftChain[],
  rules: readonly NftRule[],
  sets: readonly NftSet[],
  hasLease: boolean,
): NftGroup {
  const own = rules.filter((rule) => isGroupRule(rule) && parseRuleComment(rule.comment)?.id === id);
  const inChain = (chain: GroupChain) => own.filter((rule) => parseChainName(rule.chain)?.chain === chain);
  const textOf = (rule: NftRule | undefined) => parseRuleComment(rule?.comment ?? null)?.text ?? '';
  const bases = [inChain('late'), inChain('input'), inChain('forward')].flat();
  const jumps = [...own.filter((rule) => rule.chain === DROPS_CHAIN), ...bases].filter((rule) =>
    textOf(rule).startsWith('why='),
  );
  const alive = sets.find(({ name }) => isAliveSetOf(name, id));
  const syns = inChain('match').filter((rule) => textOf(rule) === 'syn');
  const acts = inChain('act');
  const last = acts.at(-1);
  const hasMatches = inChain('match').length > 0;
  const limit = /^limit=([0-9]{1,7})$/.exec(textOf(last))?.[1];
  const good = acts.filter((rule) => textOf(rule) === 'good').map(({ counter }) => counter ?? NOTHING);
  return {
    id,
    words: inChain('words').map(textOf).join(''),
    why: /^why=([A-Za-z0-9._-]{1,24})$/.exec(textOf(jumps[0]))?.[1] ?? '',
    limitPps: limit === undefined ? null : Number(limit),
    sample: textOf(last) === 'sample' ? { good: sumOf(good) } : null,
    counted: alive === undefined ? (last?.counter ?? NOTHING) : sumOf(syns.map(({ counter }) => counter ?? NOTHING)),
    jumpHandles: jumps
      .filter(({ chain }) => chain === DROPS_CHAIN)
      .map(({ handle }) => handle)
      .filter((handle) => handle !== null),
    chains: chains
      .map(({ name }) => parseChainName(name))
      .filter((name) => name?.id === id)
      .map((name) => (name as { chain: GroupChain }).chain),
    setNames: sets.map(({ name }) => name).filter((name) => parseGroupSetName(name)?.id === id),
    hasLease,
    isWhole: jumps.length >= (alive === undefined ? 1 : 2) && acts.length > 0 && hasMatches,
    hasMatches,
    isSynProxy: alive !== undefined,
    ...(alive !== undefined && alive.elements.length > 0
      ? { keeps: 'its rules stay for connections that were made through it' }
      : {}),
  };
}

function isAliveSetOf(name: string, of: string): boolean {
  const set = parseGroupSetName(name);
  return set?.id === of && set.stem === 'alive';
}

function sumOf(counters: readonly NftCounter[]): NftCounter {
  return counters.reduce(
    (sum, { packets, bytes }) => ({ packets: sum.packets + packets, bytes: sum.bytes + bytes }),
    NOTHING,
  );
}
