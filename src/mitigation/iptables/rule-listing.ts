/**
 * What `iptables-save -c -t raw` prints, as far as it is ours. Corner cases seen with 1.8.9: the nft variant prints nothing for a table that is not there,
 * "# Table `raw' is incompatible" and no rules where somebody wrote native ones into it, and half a table without COMMIT where it cannot translate one.
 */
import { UserError } from '../../errors.js';
import type { NftCounter } from '../../platform/nft-json.js';
import { type Family, MAIN_CHAIN } from './names.js';

export interface ListedRule {
  readonly chain: string;
  /** All behind the chain's name, as printed. */
  readonly text: string;
  readonly comment: string | null;
  /** Of -j or -g; null: it only counts. */
  readonly target: string | null;
  readonly sets: readonly string[];
  readonly counter: NftCounter;
}

export interface RawListing {
  readonly chains: ReadonlySet<string>;
  /** Of PREROUTING those that jump to a chain of our name, with their place (from 1); and all of chains of our name. */
  readonly rules: readonly (ListedRule & { readonly place: number })[];
}

const RULE = /^\[([0-9]{1,20}):([0-9]{1,20})\] -A (\S{1,64})(?: (.*))?$/;
const CHAIN = /^:(\S{1,64}) \S+ /;

export function parseRaw(text: string, family: Family): RawListing {
  if (/^# Table `raw' is incompatible/m.test(text)) throw incompatible(family);
  const chains = new Set<string>();
  const rules: (ListedRule & { place: number })[] = [];
  const places = new Map<string, number>();
  let isOpen = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) isOpen = true;
    else if (line === 'COMMIT') isOpen = false;
    const chain = CHAIN.exec(line)?.[1];
    if (chain !== undefined) chains.add(chain);
    const match = RULE.exec(line);
    if (match === null) continue;
    const [, packets, bytes, name = '', words = ''] = match;
    const place = (places.get(name) ?? 0) + 1;
    places.set(name, place);
    const isOurs = name.startsWith(MAIN_CHAIN);
    if (!isOurs && (name !== 'PREROUTING' || !words.includes(MAIN_CHAIN))) continue;
    rules.push({ ...readRule(name, words), counter: { packets: Number(packets), bytes: Number(bytes) }, place });
  }
  if (isOpen) throw cut(family);
  return { chains, rules };
}

/** The rule's words with those of quotes taken apart; only what we look for. */
function readRule(chain: string, text: string): Omit<ListedRule, 'counter'> {
  const words = wordsOf(text);
  const after = (option: string) => words.flatMap((word, i) => (word === option ? [words[i + 1] ?? ''] : []));
  return {
    chain,
    text,
    comment: after('--comment')[0] ?? null,
    target: after('-j')[0] ?? after('-g')[0] ?? null,
    sets: after('--match-set'),
  };
}

/** Quoted as iptables prints them: backslashes before `"`, `'` and itself. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
    words.push(match[1] === undefined ? (match[2] as string) : match[1].replaceAll(/\\(.)/g, '$1'));
  }
  return words;
}

function incompatible(family: Family): UserError {
  return new UserError(
    'IPTABLES_INCOMPATIBLE',
    `table raw of IPv${family} holds rules of nft's own, which iptables cannot read`,
    'Use --backend nft.',
  );
}

function cut(family: Family): UserError {
  return new UserError(
    'IPTABLES_PARTIAL',
    `the listing of table raw of IPv${family} ends in the middle: expected "COMMIT"`,
    'Look at "sudo iptables-save -t raw"; a rule there may be one of nft that iptables cannot say: use --backend nft.',
  );
}
