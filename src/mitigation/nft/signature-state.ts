/** Signatures in our table as the kernel tells them: what they say, what they have counted, and whether they are whole. */
import type { NftChain, NftCounter, NftRule } from '../../platform/nft-json.js';
import { parseChainName, parseRuleComment, type SignatureChain } from './signature-rules.js';
import { DROPS_CHAIN } from './table-layout.js';

export interface LiveSignature {
  readonly id: string;
  readonly words: string;
  readonly why: string;
  readonly limitPps: number | null;
  /** Dropped so far. */
  readonly counted: NftCounter;
  /** Of the rules that jump to it. */
  readonly jumpHandles: readonly number[];
  readonly chains: readonly SignatureChain[];
  readonly hasLease: boolean;
  /** It has a jump, something that matches and something that drops. Without a rule that matches it was undone. */
  readonly isWhole: boolean;
  readonly hasMatches: boolean;
}

/** `leases`: ids that have a set. Rules of others in our chains are no part of it. */
export function readSignatures(
  chains: readonly NftChain[],
  rules: readonly NftRule[],
  leases: ReadonlySet<string>,
): ReadonlyMap<string, LiveSignature> {
  const ids = new Set(leases);
  for (const { name } of chains) {
    const id = parseChainName(name)?.id;
    if (id !== undefined) ids.add(id);
  }
  return new Map([...ids].map((id) => [id, readSignature(id, chains, rules, leases.has(id))]));
}

/** A rule of ours: in one of our chains, with the comment of the signature it belongs to. */
export function isSignatureRule({ chain, comment }: NftRule): boolean {
  const id = parseRuleComment(comment)?.id;
  return id !== undefined && (chain === DROPS_CHAIN || parseChainName(chain)?.id === id);
}

function readSignature(
  id: string,
  chains: readonly NftChain[],
  rules: readonly NftRule[],
  hasLease: boolean,
): LiveSignature {
  const own = rules.filter((rule) => isSignatureRule(rule) && parseRuleComment(rule.comment)?.id === id);
  const inChain = (chain: SignatureChain) => own.filter((rule) => parseChainName(rule.chain)?.chain === chain);
  const textOf = (rule: NftRule | undefined) => parseRuleComment(rule?.comment ?? null)?.text ?? '';
  const jumps = own.filter((rule) => rule.chain === DROPS_CHAIN);
  const acts = inChain('act');
  const hasMatches = inChain('match').length > 0;
  const limit = /^limit=([0-9]{1,7})$/.exec(textOf(acts[0]))?.[1];
  return {
    id,
    words: inChain('words').map(textOf).join(''),
    why: /^why=([A-Za-z0-9._-]{1,24})$/.exec(textOf(jumps[0]))?.[1] ?? '',
    limitPps: limit === undefined ? null : Number(limit),
    counted: acts[0]?.counter ?? { packets: 0, bytes: 0 },
    jumpHandles: jumps.map(({ handle }) => handle).filter((handle) => handle !== null),
    chains: chains
      .map(({ name }) => parseChainName(name))
      .filter((name) => name?.id === id)
      .map((name) => (name as { chain: SignatureChain }).chain),
    hasLease,
    isWhole: jumps.length > 0 && acts.length > 0 && hasMatches,
    hasMatches,
  };
}
