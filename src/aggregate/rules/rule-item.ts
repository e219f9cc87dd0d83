/** Everything of a sample that counts by itself (rules, policies of chains, named counters) as rows of one kind, in the order of the firewall. */
import type { ChainCounter, CounterSample, NamedCounter, RuleCounter } from '../../records/counter-sample.js';

export interface RuleItem {
  readonly kind: 'rule' | 'policy' | 'counter';
  readonly rule: RuleCounter;
}

/** At most `most`; rules come before the policy of their chain, named counters last. */
export function ruleItems(sample: CounterSample, most: number): RuleItem[] {
  const items: RuleItem[] = [];
  const policies = new Map<string, ChainCounter>();
  for (const chain of sample.chains) if (hasPolicyRow(chain)) policies.set(chainOf(chain, chain.name), chain);
  let position = 0;
  let open = '';
  const close = () => {
    const chain = policies.get(open);
    policies.delete(open);
    if (chain !== undefined) items.push(policyItem(chain, position + 1));
  };
  for (const rule of sample.rules) {
    const name = chainOf(rule, rule.chain);
    if (name !== open) close();
    open = name;
    position = rule.position;
    items.push({ kind: 'rule', rule });
  }
  close();
  for (const chain of policies.values()) items.push(policyItem(chain, 1));
  for (const counter of sample.counters) items.push(counterItem(counter));
  return items.length > most ? items.slice(0, most) : items;
}

/** Chain with its table, as text that tells it from every other. */
export function chainOf(place: { family: string; table: string; by: RuleCounter['by'] }, chain: string): string {
  return `${place.by === 'iptables-legacy' ? 'legacy ' : ''}${place.family} ${place.table} ${chain}`;
}

export function tableOf({ family, table }: { readonly family: string; readonly table: string }): string {
  return `${family} ${table}`;
}

/** nft counts no policies; one that drops is worth its row all the same. */
function hasPolicyRow({ policy, counter }: ChainCounter): boolean {
  return policy !== null && (counter !== null || policy === 'drop');
}

function policyItem(chain: ChainCounter, position: number): RuleItem {
  const { by, family, table, name, policy, counter } = chain;
  const rule: RuleCounter = {
    key: `${chain.key}\0policy`,
    handle: null,
    by,
    family,
    table,
    chain: name,
    position,
    text: `policy ${policy}`,
    comment: '',
    verdict: policy === 'drop' ? 'drop' : 'accept',
    counter,
    sets: [],
    mitigationId: null,
  };
  return { kind: 'policy', rule };
}

function counterItem({ key, family, table, name, packets, bytes }: NamedCounter): RuleItem {
  const rule: RuleCounter = {
    key,
    handle: null,
    by: 'nft',
    family,
    table,
    chain: '',
    position: 0,
    text: `counter ${name}`,
    comment: '',
    verdict: 'continue',
    counter: { packets, bytes },
    sets: [],
    mitigationId: null,
  };
  return { kind: 'counter', rule };
}
