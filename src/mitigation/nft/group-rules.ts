/**
 * Rules of one mitigation in our table, in chains named after it, in force while a lease lives.
 *   drops:        [ip daddr T] meta nfproto @lease_k3f9a jump match_k3f9a   comment "ddostop:k3f9a why=udp-rand"
 *   match_k3f9a:  one rule a branch or limit … counter goto act_k3f9a       comment "ddostop:k3f9a"
 *   act_k3f9a:    [limit rate over …] counter drop                          comment "ddostop:k3f9a [limit=500 | sample]"
 *   words_k3f9a:  never jumped to; its comments say the rules in words, a piece each
 *   input_k3f9a, forward_k3f9a: instead of it for a SYN proxy, see synproxy-rules.ts
 *   late_k3f9a:   instead of the jump in `drops`, for what needs connection tracking: a base chain behind it, with guards and allows of its own
 * The lease is a set of IP versions with kernel timeouts: two elements hold any rule, where protocols would need one each (a rule may name none;
 * nft 1.0.6 cannot create the range 0-255: "File exists"). With the lease gone nothing is jumped to; the rest is swept later.
 */
import type { CompiledRules } from '../backend.js';
import { isMitigationId } from '../mitigation-id.js';
import { LEASE_PREFIX } from './set-names.js';
import { ALIVE_SEC, type NftSynProxy, SYN_PROXY_PRIORITY, synProxyGuards } from './synproxy-rules.js';
import { ALLOWS_CHAIN, addSet, DROPS_CHAIN, GUARD_TEXTS, type NftCommand, scope } from './table-layout.js';

/** A set that belongs to the rules; `name` is written with the id by `groupSetName`. */
export interface GroupSet {
  readonly stem: GroupSetStem;
  readonly version: 4 | 6;
  /** One more of the kind has another number. */
  readonly number: number;
  /** Dynamic ones are filled by packets, up to `size`; the others hold `elements`: addresses and prefixes, none inside another. */
  readonly size: number | null;
  readonly elements: readonly unknown[];
}

export type GroupSetStem = 'each' | 'conn' | 'top' | 'good' | 'src' | 'dst' | 'alive';

export interface NftRules extends CompiledRules {
  /** Before the jump, with a blank behind it; "" for packets to any address. */
  readonly target: string;
  /** What matches, with `SET(n)` for the name of the n-th of `sets`. */
  readonly lines: readonly string[];
  /** What becomes of a match: rules in order, the last one counts it. */
  readonly act: readonly string[];
  /** "limit=500", "sample" or "". */
  readonly note: string;
  readonly sets: readonly GroupSet[];
  readonly isAfterConntrack: boolean;
  /** In place of `lines`; null for all else. */
  readonly synProxy: NftSynProxy | null;
}

export type GroupChain = 'match' | 'act' | 'words' | 'late' | 'input' | 'forward';
/** In the order in which they can be deleted: who jumps goes first. */
const GROUP_CHAINS: readonly GroupChain[] = ['late', 'input', 'forward', 'match', 'act', 'words'];
const CHAIN_PATTERN = /^(match|act|words|late|input|forward)_([a-z2-7]{5})$/;
const SET_PATTERN = /^(each|conn|top|good|src|dst|alive)(4|6)_([a-z2-7]{5})_([0-9]{1,2})$/;
const COMMENT_PATTERN = /^ddostop:([a-z2-7]{5})(?: (.*))?$/;
/** nft takes comments of 128 bytes; ours stay below 120, of which the name takes 14. */
const PIECE = 100;
/** Of words: 20 pieces. */
const MAX_WORDS = 2000;
/** Behind connection tracking (-200), before addresses are rewritten (-100). */
const LATE_PRIORITY = -190;
/** A source that sends nothing for so long is forgotten, so that a set fills with those of now. */
const DYNAMIC_TIMEOUT_SEC = 60;

export function chainName(id: string, chain: GroupChain): string {
  return `${chain}_${id}`;
}

/** Null: not a chain of a group. */
export function parseChainName(name: string): { readonly chain: GroupChain; readonly id: string } | null {
  const match = CHAIN_PATTERN.exec(name);
  return match === null ? null : { chain: match[1] as GroupChain, id: match[2] as string };
}

export function groupSetName(id: string, { stem, version, number }: GroupSet): string {
  return `${stem}${version}_${id}_${number}`;
}

/** Null: not a set of a group. */
export function parseGroupSetName(
  name: string,
): { readonly id: string; readonly stem: GroupSetStem; readonly isDynamic: boolean } | null {
  const match = SET_PATTERN.exec(name);
  if (match === null) return null;
  const stem = match[1] as GroupSetStem;
  return { id: match[3] as string, stem, isDynamic: stem === 'each' || stem === 'conn' || stem === 'top' };
}

/** What a comment of a group's rule says; null when it is none. */
export function parseRuleComment(comment: string | null): { readonly id: string; readonly text: string } | null {
  const match = COMMENT_PATTERN.exec(comment ?? '');
  return match !== null && isMitigationId(match[1] as string) ? { id: match[1] as string, text: match[2] ?? '' } : null;
}

/** Everything but the lease's elements. `create`: chains of that name must not be there yet. */
export function groupCommands(id: string, rules: NftRules, why: string): NftCommand[] {
  const { target, lines, act, note, sets, words, isAfterConntrack, synProxy } = rules;
  const names = sets.map((set) => groupSetName(id, set));
  const named = (text: string) => text.replace(/SET\(([0-9]+)\)/g, (_, n: string) => names[Number(n)] as string);
  const jump = `${target}meta nfproto @${LEASE_PREFIX}${id} jump ${chainName(id, 'match')}`;
  const chains = (['match', 'act', 'words'] as const).map((chain) => ({
    create: { chain: { ...scope, name: chainName(id, chain) } },
  }));
  return [
    addSet(`${LEASE_PREFIX}${id}`, { role: 'lease', id }),
    ...sets.flatMap((set) => groupSetCommands(id, set)),
    ...chains,
    ...act.map((text, i) => rule(id, chainName(id, 'act'), named(text), i === act.length - 1 ? note : 'good')),
    ...lines.map((line) => rule(id, chainName(id, 'match'), `${named(line)} counter goto ${chainName(id, 'act')}`)),
    ...piecesOf(words).map((piece) => rule(id, chainName(id, 'words'), 'return', piece)),
    ...(synProxy === null ? [] : synProxyCommands(id, synProxy, named)),
    ...(isAfterConntrack ? lateCommands(id) : []),
    ...jumpingChains(rules).map((chain) =>
      rule(id, chain === null ? DROPS_CHAIN : chainName(id, chain), jump, `why=${why}`),
    ),
  ];
}

/** Where the group is jumped to from; null: the chain all share. */
function jumpingChains({ isAfterConntrack, synProxy }: NftRules): readonly (GroupChain | null)[] {
  if (synProxy !== null) return ['input', 'forward'];
  return [isAfterConntrack ? 'late' : null];
}

export function chainsOf(rules: NftRules): readonly GroupChain[] {
  return ['match', 'act', 'words', ...jumpingChains(rules).filter((chain) => chain !== null)];
}

/** Nothing of it acts afterwards, and connections made through it go on. */
export function disarmCommands(id: string): NftCommand[] {
  return [{ flush: { set: { ...scope, name: `${LEASE_PREFIX}${id}` } } }];
}

/** Nothing of it acts afterwards. What is left is empty, and goes with `sweepCommands`. */
export function emptyCommands(id: string, chains: readonly GroupChain[]): NftCommand[] {
  return [
    ...disarmCommands(id),
    ...GROUP_CHAINS.filter((chain) => chains.includes(chain)).map((chain) => ({
      flush: { chain: { ...scope, name: chainName(id, chain) } },
    })),
  ];
}

/** Handles are used up for good within a table; should the table be another one by now, the chains are not there and the transaction fails as a whole. */
export function sweepCommands(left: {
  readonly id: string;
  readonly jumpHandles: readonly number[];
  readonly chains: readonly GroupChain[];
  readonly setNames: readonly string[];
  readonly hasLease: boolean;
}): NftCommand[] {
  const { id, jumpHandles, chains, setNames, hasLease } = left;
  const names = GROUP_CHAINS.filter((chain) => chains.includes(chain)).map((chain) => chainName(id, chain));
  const sets = [...setNames, ...(hasLease ? [`${LEASE_PREFIX}${id}`] : [])];
  return [
    ...jumpHandles.map((handle) => ({ delete: { rule: { ...scope, chain: DROPS_CHAIN, handle } } })),
    ...names.flatMap((name) => [{ flush: { chain: { ...scope, name } } }, { delete: { chain: { ...scope, name } } }]),
    ...sets.map((name) => ({ delete: { set: { ...scope, name } } })),
  ];
}

function lateCommands(id: string): NftCommand[] {
  const name = chainName(id, 'late');
  const hook = { type: 'filter', hook: 'prerouting', prio: LATE_PRIORITY, policy: 'accept' };
  return [
    { create: { chain: { ...scope, name, ...hook } } },
    ...['iif lo accept', ...GUARD_TEXTS, `jump ${ALLOWS_CHAIN}`].map((text) => rule(id, name, text)),
  ];
}

/** The base chains without the jump, which comes last, and what they jump to. */
function synProxyCommands(id: string, { held, matches }: NftSynProxy, named: (text: string) => string): NftCommand[] {
  const act = chainName(id, 'act');
  const bases = (['input', 'forward'] as const).flatMap((hook) => {
    const name = chainName(id, hook);
    const place = { type: 'filter', hook, prio: SYN_PROXY_PRIORITY, policy: 'accept' };
    const texts = synProxyGuards(hook, held.map(named));
    return [{ create: { chain: { ...scope, name, ...place } } }, ...texts.map((text) => rule(id, name, text))];
  });
  const rules = matches.map(({ text, isSyn }) =>
    rule(id, chainName(id, 'match'), text.replace('ACT', act), isSyn ? 'syn' : ''),
  );
  return [...rules, ...bases];
}

function groupSetCommands(id: string, set: GroupSet): NftCommand[] {
  const name = groupSetName(id, set);
  if (set.stem === 'alive')
    return [
      { add: { set: { ...scope, name, type: 'nf_proto', flags: ['dynamic'], size: set.size, timeout: ALIVE_SEC } } },
    ];
  const type = set.version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  if (set.size !== null) {
    // A set of connections forgets an address with its last connection; a timeout would forget it earlier.
    const timeout = set.stem === 'conn' ? {} : { timeout: DYNAMIC_TIMEOUT_SEC };
    const counter = set.stem === 'top' ? { stmt: [{ counter: null }] } : {};
    return [{ add: { set: { ...scope, name, type, flags: ['dynamic'], size: set.size, ...timeout, ...counter } } }];
  }
  const add = { add: { set: { ...scope, name, type, flags: ['interval'] } } };
  const { elements } = set;
  return elements.length === 0 ? [add] : [add, { add: { element: { ...scope, name, elem: elements } } }];
}

/** `text`: the rule in nft's own language, which is how the compilers write it. */
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
