/**
 * A signature in our table: the compiler's own rules, in chains named after the mitigation, in force while a lease lives.
 *   drops:        [ip daddr T] meta nfproto @lease_k3f9a jump match_k3f9a   comment "ddostop:k3f9a why=udp-rand"
 *   match_k3f9a:  one rule a branch … counter goto act_k3f9a                comment "ddostop:k3f9a"
 *   act_k3f9a:    [limit rate over …] counter drop                          comment "ddostop:k3f9a [limit=500]"
 *   words_k3f9a:  never jumped to; its comments say the rule in words, a piece each
 * The lease is a set of IP versions with kernel timeouts: two elements hold any rule, where protocols would need one each (a rule may name none;
 * nft 1.0.6 cannot create the range 0-255: "File exists"). With the lease gone nothing is jumped to; the rest is swept later.
 */
import { type NftMatches, nftVerdict } from '../../signature/compile/nft.js';
import { isMitigationId } from '../mitigation-id.js';
import { LEASE_PREFIX } from './entry.js';
import { addSet, DROPS_CHAIN, type NftCommand, scope } from './table-layout.js';

export interface SignatureRules {
  readonly matches: NftMatches;
  readonly words: string;
  /** Packets a second that pass; null: none. */
  readonly limitPps: number | null;
}

export type SignatureChain = 'match' | 'act' | 'words';
const SIGNATURE_CHAINS: readonly SignatureChain[] = ['match', 'act', 'words'];
const CHAIN_PATTERN = /^(match|act|words)_([a-z2-7]{5})$/;
const COMMENT_PATTERN = /^ddostop:([a-z2-7]{5})(?: (.*))?$/;
/** nft takes comments of 128 bytes; ours stay below 120, of which the name takes 14. */
const PIECE = 100;
/** Of words: 20 pieces. */
const MAX_WORDS = 2000;

export function chainName(id: string, chain: SignatureChain): string {
  return `${chain}_${id}`;
}

/** Null: not a chain of a signature. */
export function parseChainName(name: string): { readonly chain: SignatureChain; readonly id: string } | null {
  const match = CHAIN_PATTERN.exec(name);
  return match === null ? null : { chain: match[1] as SignatureChain, id: match[2] as string };
}

/** What a comment of a signature's rule says; null when it is none. */
export function parseRuleComment(comment: string | null): { readonly id: string; readonly text: string } | null {
  const match = COMMENT_PATTERN.exec(comment ?? '');
  return match !== null && isMitigationId(match[1] as string) ? { id: match[1] as string, text: match[2] ?? '' } : null;
}

/** Everything but the lease's elements. `create`: chains of that name must not be there yet. */
export function signatureCommands(id: string, { matches, words, limitPps }: SignatureRules, why: string): NftCommand[] {
  const lease = `${LEASE_PREFIX}${id}`;
  const verdict = nftVerdict(limitPps === null ? 'drop' : { limitPps });
  const limit = limitPps === null ? '' : `limit=${limitPps}`;
  return [
    addSet(lease, { role: 'lease', id }),
    ...SIGNATURE_CHAINS.map((chain) => ({ create: { chain: { ...scope, name: chainName(id, chain) } } })),
    rule(id, chainName(id, 'act'), verdict, limit),
    ...matches.lines.map((line) => rule(id, chainName(id, 'match'), `${line} counter goto ${chainName(id, 'act')}`)),
    ...piecesOf(words).map((piece) => rule(id, chainName(id, 'words'), 'return', piece)),
    rule(id, DROPS_CHAIN, `${matches.target}meta nfproto @${lease} jump ${chainName(id, 'match')}`, `why=${why}`),
  ];
}

/** Nothing of it acts afterwards. What is left is empty, and goes with `sweepCommands`. */
export function emptyCommands(id: string): NftCommand[] {
  return [
    { flush: { set: { ...scope, name: `${LEASE_PREFIX}${id}` } } },
    ...SIGNATURE_CHAINS.map((chain) => ({ flush: { chain: { ...scope, name: chainName(id, chain) } } })),
  ];
}

/** Handles are used up for good within a table; should the table be another one by now, the chains are not there and the transaction fails as a whole. */
export function sweepCommands(left: {
  readonly id: string;
  readonly jumpHandles: readonly number[];
  readonly chains: readonly SignatureChain[];
  readonly hasLease: boolean;
}): NftCommand[] {
  const { id, jumpHandles, chains, hasLease } = left;
  const names = SIGNATURE_CHAINS.filter((chain) => chains.includes(chain)).map((chain) => chainName(id, chain));
  return [
    ...jumpHandles.map((handle) => ({ delete: { rule: { ...scope, chain: DROPS_CHAIN, handle } } })),
    ...names.flatMap((name) => [{ flush: { chain: { ...scope, name } } }, { delete: { chain: { ...scope, name } } }]),
    ...(hasLease ? [{ delete: { set: { ...scope, name: `${LEASE_PREFIX}${id}` } } }] : []),
  ];
}

/** `text`: the rule in nft's own language, which is how the compiler writes it. */
function rule(id: string, chain: string, text: string, note = ''): NftCommand {
  const comment = `ddostop:${id}${note === '' ? '' : ` ${note}`}`;
  return { add: { rule: { ...scope, chain, text, comment } } };
}

/** Quotes, backslashes and what is not plain text would make a listing that nft cannot load again. */
function piecesOf(words: string): string[] {
  const plain = words.replaceAll(/[^ !#-[\]-~]/g, '?');
  const text = plain.length > MAX_WORDS ? `${plain.slice(0, MAX_WORDS - 4)} ...` : plain;
  return text.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
}
