/**
 * Which tool tells which chain. nft lists everything, but of what iptables made only that something is there; iptables-save prints those whole, but
 * of native rules it prints a wrong one, stops half way, or says it cannot. So, for each chain of a table in which nft sees opaque expressions:
 * as many rules in both listings = the same rules, and each is told by the tool that made it, under nft's handle, which survives insertions.
 */
import type { ChainCounter, RuleCounter, RuleFamily } from '../../src/records/counter-sample.js';
import { type IptablesSave, type SavedChain, type SavedTable, verdictOf } from './iptables/save-parser.js';
import type { NftRule } from './nft/rule-list.js';
import type { NftRuleset } from './nft/ruleset-parser.js';
import { keyOf } from './spec-hash.js';

export interface ChosenRules {
  readonly rules: readonly RuleCounter[];
  readonly chains: readonly ChainCounter[];
  /** Tables some rule of which is shown by nft although iptables made it, so that its text is not whole. */
  readonly opaque: readonly string[];
  /** Nothing was taken from nft but handles: while nobody changes rules, iptables-save alone says all. */
  readonly isAllSaved: boolean;
}

/** Tables iptables makes; nft shows no opaque expression in one whose rules are all plain ("-p tcp --dport 22"), and no counters of its policies. */
const STANDARD_TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);
const BUILT_IN = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/** Tables by "ip filter" that iptables-save is asked about. */
export function tablesOfIptables({ rules, chains }: NftRuleset): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { rule, facts } of rules) if (facts.hasXt) found.add(`${rule.family} ${rule.table}`);
  for (const { family, table, name, hook } of chains) {
    if (STANDARD_TABLES.has(table) && BUILT_IN.has(name) && hook !== null) found.add(`${family} ${table}`);
  }
  return found;
}

/** `saves`: by family, of iptables-nft only; a family without one is told by nft alone. `silent`: tables ("ip filter") to be left out. */
export function chooseRules(
  nft: NftRuleset,
  saves: ReadonlyMap<RuleFamily, IptablesSave>,
  silent: ReadonlySet<string> = new Set(),
): ChosenRules {
  const asked = tablesOfIptables(nft);
  const rules: RuleCounter[] = [];
  const chains = new Map<string, ChainCounter>();
  const opaque = new Set<string>();
  let isAllSaved = nft.counters.length === 0 && nft.leftOut === 0;
  const byChain = groupByChain(nft.rules);
  for (const chain of nft.chains) {
    const own = byChain.get(chain.key) ?? [];
    const name = `${chain.family} ${chain.table}`;
    if (silent.has(name)) {
      isAllSaved = false;
      continue;
    }
    const table = asked.has(name) ? saves.get(chain.family)?.tables.get(chain.table) : undefined;
    const saved = table?.chains.get(chain.name);
    const isPaired = table !== undefined && saved !== undefined && saved.rules.length === own.length;
    chains.set(keyOf(chain.family, chain.table, chain.name), isPaired ? withPolicy(chain, saved) : chain);
    if (!isPaired && own.some(({ facts }) => facts.hasXt)) opaque.add(name);
    isAllSaved &&= isPaired && own.every(({ facts }) => !facts.isNativeOnly);
    for (const [at, rule] of own.entries()) rules.push(isPaired ? pair(rule, table, saved, at) : rule.rule);
  }
  for (const [family, save] of saves) addVirtualChains(family, save, asked, chains);
  return { rules, chains: [...chains.values()], opaque: [...opaque], isAllSaved };
}

/** All tables of one save, for where nft says nothing about them: legacy ones, and a machine without nft. */
export function savedRules(save: IptablesSave, family: RuleFamily, by: 'iptables' | 'iptables-legacy'): ChosenRules {
  const rules: RuleCounter[] = [];
  const chains: ChainCounter[] = [];
  for (const table of save.tables.values()) {
    for (const chain of table.chains.values()) {
      chains.push(savedChain(by, family, table.name, chain));
      const seen = new Map<string, number>();
      for (let at = 0; at < chain.rules.length; at += 1) {
        const hash = (chain.rules[at] as SavedChain['rules'][number]).spec.hash;
        const ordinal = (seen.get(hash) ?? 0) + 1;
        seen.set(hash, ordinal);
        const key = keyOf(by, family, table.name, chain.name, `${hash}~${ordinal}`);
        rules.push(savedRule({ by, family, key, handle: null }, table, chain, at));
      }
    }
  }
  return { rules, chains, opaque: [], isAllSaved: true };
}

function groupByChain(rules: readonly NftRule[]): ReadonlyMap<string, NftRule[]> {
  const groups = new Map<string, NftRule[]>();
  let last: NftRule[] = [];
  let lastRule: RuleCounter | null = null;
  for (const each of rules) {
    const { family, table, chain } = each.rule;
    if (chain !== lastRule?.chain || table !== lastRule.table || family !== lastRule.family) {
      const key = keyOf('nft', family, table, chain);
      last = groups.get(key) ?? [];
      groups.set(key, last);
    }
    lastRule = each.rule;
    last.push(each);
  }
  return groups;
}

/** The words of the tool that made it, the key of nft. Counters of both are the kernel's; iptables-save's, since nft may be an older listing. */
function pair({ rule, facts }: NftRule, table: SavedTable, chain: SavedChain, at: number): RuleCounter {
  if (facts.isNativeOnly && !facts.hasXt) return rule;
  const { family, handle } = rule;
  const hash = chain.rules[at]?.spec.hash ?? '';
  return savedRule({ by: 'iptables', family, key: keyOf(rule.key, hash), handle }, table, chain, at);
}

type Identity = Pick<RuleCounter, 'by' | 'family' | 'key' | 'handle'>;

function savedRule(identity: Identity, table: SavedTable, chain: SavedChain, at: number): RuleCounter {
  const { spec, counter } = chain.rules[at] as SavedChain['rules'][number];
  // Written out, in the order of every other rule: with a spread V8 makes objects that are ten times as slow to read.
  return {
    key: identity.key,
    handle: identity.handle,
    by: identity.by,
    family: identity.family,
    table: table.name,
    chain: chain.name,
    position: at + 1,
    text: spec.text,
    comment: spec.comment,
    verdict: verdictOf(spec, table.chains),
    counter,
    sets: spec.sets,
    mitigationId: spec.mitigationId,
  };
}

function withPolicy(chain: ChainCounter, { policy, counter }: SavedChain): ChainCounter {
  return policy === null ? { ...chain, by: 'iptables' } : { ...chain, by: 'iptables', policy: lower(policy), counter };
}

/** iptables-save prints every chain of a table it knows, nft only those that were made. */
function addVirtualChains(
  family: RuleFamily,
  save: IptablesSave,
  asked: ReadonlySet<string>,
  chains: Map<string, ChainCounter>,
): void {
  for (const table of save.tables.values()) {
    if (!asked.has(`${family} ${table.name}`)) continue;
    for (const chain of table.chains.values()) {
      const key = keyOf(family, table.name, chain.name);
      if (!chains.has(key)) chains.set(key, savedChain('iptables', family, table.name, chain));
    }
  }
}

function savedChain(
  by: 'iptables' | 'iptables-legacy',
  family: RuleFamily,
  table: string,
  { name, policy, counter }: SavedChain,
): ChainCounter {
  return {
    key: keyOf(by, family, table, name),
    by,
    family,
    table,
    name,
    hook: policy === null ? null : name.toLowerCase(),
    priority: null,
    policy: policy === null ? null : lower(policy),
    counter,
  };
}

function lower(policy: 'ACCEPT' | 'DROP'): 'accept' | 'drop' {
  return policy === 'ACCEPT' ? 'accept' : 'drop';
}
