/**
 * Rules of one mitigation, in chains named after it, in force while a lease lives; the same in iptables and ip6tables.
 *   DDOSTOP-GROUPS:      [-d T] -m set --match-set ddostop-lease4-k3f9a src  -j DDOSTOP-k3f9a   comment "ddostop:k3f9a why=udp-rand"
 *   DDOSTOP-k3f9a:       one rule a branch or limit, -g DDOSTOP-k3f9a-act                       comment "ddostop:k3f9a"
 *   DDOSTOP-k3f9a-act:   [above a rate] -j DROP                                                 comment "ddostop:k3f9a [limit=500 | sample]"
 *   DDOSTOP-k3f9a-words: never jumped to; its comments say the rules in words, a piece each
 * The lease is a hash:net of the two halves of all addresses, with kernel timeouts. Without them nothing is jumped to; the rest is swept later.
 */
import type { CompiledRules } from '../backend.js';
import { isMitigationId } from '../mitigation-id.js';
import { createLine } from './layout.js';
import {
  type Family,
  GROUP_CHAINS,
  GROUPS_CHAIN,
  type GroupChain,
  type GroupSetStem,
  groupChain,
  leaseSet,
  listSet,
} from './names.js';
import { aboveWords } from './rule-words.js';
import { restoreWords } from './transaction-text.js';

/** Addresses that belong to the rules. */
export interface GroupList {
  readonly stem: GroupSetStem;
  readonly version: Family;
  readonly members: readonly string[];
}

export interface IptablesRules extends CompiledRules {
  /** Packets to any address: null. */
  readonly target: string | null;
  /** What matches, in arguments, with `setPlace(n)` for the name of the n-th of `lists` and `limitName(n)` for one of the n-th limit. */
  readonly lines: Readonly<Record<Family, readonly (readonly string[])[]>>;
  /** Of what matches so many pass. */
  readonly limitPps: number | null;
  /** Counts and drops nothing. */
  readonly isSample: boolean;
  /** Sets of good sources, as `setPlace`. */
  readonly good: Readonly<Partial<Record<Family, string>>>;
  readonly lists: readonly GroupList[];
}

const COMMENT_PATTERN = /^ddostop:([a-z2-7]{5})(?: (.*))?$/;
/** iptables takes comments of 255 bytes. */
const PIECE = 200;
/** Of words: 10 pieces. */
const MAX_WORDS = 2000;
const ROOM_OF_LEASE = 4;

/** What a comment of a group's rule says; null when it is none. */
export function parseRuleComment(comment: string | null): { readonly id: string; readonly text: string } | null {
  const match = COMMENT_PATTERN.exec(comment ?? '');
  return match !== null && isMitigationId(match[1] as string) ? { id: match[1] as string, text: match[2] ?? '' } : null;
}

/** The group's own sets, all but the lease's elements. */
export function groupSetLines(id: string, { families, lists }: IptablesRules): string[] {
  return [
    ...families.map((family) => createLine(leaseSet(id, family), 'hash:net', family, ROOM_OF_LEASE)),
    ...lists.flatMap(({ stem, version, members }, number) => {
      const name = listSet(id, stem, version, number);
      const create = createLine(name, 'hash:net', version, Math.max(members.length, 64), '');
      return [create, ...members.map((member) => `add ${name} ${member} -exist`)];
    }),
  ];
}

export function groupSetNames(id: string, { families, lists }: IptablesRules): string[] {
  return [
    ...families.map((family) => leaseSet(id, family)),
    ...lists.map(({ stem, version }, number) => listSet(id, stem, version, number)),
  ];
}

/** Lines of one restore; fails where chains of that name are there. Empty: the rules are not about this family. */
export function groupRuleLines(id: string, rules: IptablesRules, why: string, family: Family): string[] {
  if (!rules.families.includes(family)) return [];
  const act = groupChain(id, 'act');
  const rule = (chain: GroupChain, words: readonly string[], note: string, to: readonly string[]) =>
    `-A ${groupChain(id, chain)} ${named(id, rules, [...words, ...commentWords(id, note), ...to])}`;
  return [
    ...GROUP_CHAINS.map((chain) => `-N ${groupChain(id, chain)}`),
    ...actRules(rules, family).map(({ words, note, to }) => rule('act', words, note, to)),
    ...rules.lines[family].map((words) => rule('match', words, '', ['-g', act])),
    ...piecesOf(rules.words).map((piece) => rule('words', [], piece, ['-j', 'RETURN'])),
    `-A ${GROUPS_CHAIN} ${jumpText(id, rules, why, family)}`,
  ];
}

/** The jump, as iptables prints it too. */
export function jumpText(id: string, { target }: IptablesRules, why: string, family: Family): string {
  const scope = target === null ? [] : ['-d', target.includes('/') ? target : `${target}/${family === 4 ? 32 : 128}`];
  const lease = ['-m', 'set', '--match-set', leaseSet(id, family), 'src'];
  return restoreWords([...scope, ...lease, ...commentWords(id, `why=${why}`), '-j', groupChain(id, 'match')]);
}

interface ActRule {
  readonly words: readonly string[];
  readonly note: string;
  readonly to: readonly string[];
}

function actRules({ limitPps, isSample, good }: IptablesRules, family: Family): ActRule[] {
  if (isSample) {
    const set = good[family];
    const known = { words: ['-m', 'set', '--match-set', set ?? '', 'src'], note: 'good', to: [] };
    return [...(set === undefined ? [] : [known]), { words: [], note: 'sample', to: [] }];
  }
  const to = ['-j', 'DROP'];
  return [
    limitPps === null ? { words: [], note: '', to } : { words: aboveWords(limitPps, 0), note: `limit=${limitPps}`, to },
  ];
}

function commentWords(id: string, note: string): string[] {
  return ['-m', 'comment', '--comment', `ddostop:${id}${note === '' ? '' : ` ${note}`}`];
}

/** Names of hashlimit tables: old ones take 15 characters. */
function named(id: string, { lists }: IptablesRules, words: readonly string[]): string {
  const own = words.map((word) =>
    word
      .replace(/^SET\(([0-9]+)\)$/, (_, n: string) => {
        const list = lists[Number(n)] as GroupList;
        return listSet(id, list.stem, list.version, Number(n));
      })
      .replace(/^LIMIT\(([0-9]+)\)$/, (_, n: string) => `ddos-${id}-${n}`),
  );
  return restoreWords(own);
}

/** Quotes, backslashes and what is not plain text would make another line of it. */
function piecesOf(words: string): string[] {
  const plain = words.replaceAll(/[^ !#-[\]-~]/g, '?');
  const text = plain.length > MAX_WORDS ? `${plain.slice(0, MAX_WORDS - 4)} ...` : plain;
  return text.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
}
