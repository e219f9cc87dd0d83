/** Rules of a request -> arguments of iptables rules, for chains of ours. Nothing is widened: what iptables cannot say is refused. */
import { UserError } from '../../errors.js';
import { formatPrefix, type Prefix } from '../../format/address.js';
import { iptablesMatches } from '../../signature/compile/iptables.js';
import { PACKET_PLACES } from '../../signature/compile/packet-places.js';
import type { RuleMatch } from '../../signature/rule.js';
import type { NormalRules } from '../plan/normal-rules.js';
import { refuseLeft } from '../plan/refuse-left.js';
import { compileLimits } from './compile-limits.js';
import type { GroupList, IptablesRules } from './group-rules.js';
import { FAMILIES, type Family, type GroupSetStem } from './names.js';
import { setPlace } from './rule-words.js';
import { isTooLong, restoreWords } from './transaction-text.js';

/** Rules of one group and family: each packet of the target passes them in turn, and long lists are what makes netfilter slow. */
const MAX_LINES = 64;

export function compileIptablesRules(rules: NormalRules): IptablesRules {
  const compiled = compileKind(rules);
  return rules.sample === null ? compiled : asSample(compiled, rules.sample.good);
}

function compileKind(rules: NormalRules): IptablesRules {
  switch (rules.kind) {
    case 'signature':
      return compileSignature(rules.rule, rules.limitPps, rules.words);
    case 'limits':
      return compileLimits(rules.limits, rules.words);
    case 'senders':
      throw new UserError(
        'BACKEND_LEFT',
        'the iptables backend does not count senders: its sets have no bound that forgets the silent ones',
        'Use --backend nft.',
      );
    case 'synproxy':
      throw new UserError(
        'BACKEND_LEFT',
        'the iptables backend makes no SYN proxy: its chains stand before connection tracking, and a proxy stands behind',
        'Use --backend nft.',
      );
    case 'prefixes':
      return compilePrefixes(rules.sources, rules.targets, rules.words);
  }
}

function compileSignature(rule: RuleMatch, limitPps: number | null, words: string): IptablesRules {
  refuseLeft(rule, 'iptables', 'Take it out and measure again, or use --backend nft.');
  const lists: GroupList[] = [];
  const numbers = new Map<string, number>();
  const { target, lines, sets, notes } = iptablesMatches(rule, (family, n) => {
    const key = `${family}/${n}`;
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return setPlace(numbers.get(key) as number);
  });
  for (const { family, members } of sets) lists.push({ stem: 'src', version: family, members });
  const families = FAMILIES.filter((family) => lines[family].length > 0);
  refuseSize(families.map((family) => lines[family]));
  const twice = limitPps !== null && families.length > 1;
  return {
    families,
    words,
    warnings: [
      ...notes,
      ...fragmentNotes(rule),
      ...(twice ? [`IPv4 and IPv6 are counted apart: ${limitPps} packets a second of each pass`] : []),
    ],
    target,
    lines,
    limitPps,
    isSample: false,
    good: {},
    lists,
  };
}

function refuseSize(families: readonly (readonly (readonly string[])[])[]): void {
  if (families.length === 0) {
    throw new UserError(
      'SIGNATURE_EMPTY',
      'no packet can match the signature: its predicates exclude each other, or the target',
      'Look at it with "ddostop diff", or take a value out.',
    );
  }
  const most = Math.max(...families.map(({ length }) => length));
  if (most > MAX_LINES || families.flat().some((words) => isTooLong(restoreWords(words)))) {
    throw new UserError(
      'SIGNATURE_TOO_LONG',
      `expected a signature of at most ${MAX_LINES} iptables rules of 10 kB, got ${most}`,
      'Leave a clause out, or use --backend nft.',
    );
  }
}

function fragmentNotes({ clauses }: RuleMatch): string[] {
  const isBehind = clauses.some(({ predicates }) =>
    predicates.some(
      ({ attribute }) =>
        attribute === 'dns.response' || attribute.startsWith('tcp.') || PACKET_PLACES[attribute]?.protocols != null,
    ),
  );
  return isBehind
    ? ['later fragments have no ports, flags or payload: they pass, and without the first are never put together']
    : [];
}

function compilePrefixes(sources: readonly Prefix[], targets: readonly Prefix[], words: string): IptablesRules {
  const lists: GroupList[] = [];
  const lines: Record<Family, string[][]> = { 4: [], 6: [] };
  for (const [stem, prefixes] of [
    ['src', sources],
    ['dst', targets],
  ] as const) {
    for (const family of FAMILIES) {
      const place = addList(lists, stem, family, prefixes);
      if (place !== null) lines[family].push(['-m', 'set', '--match-set', place, stem]);
    }
  }
  const families = FAMILIES.filter((family) => lines[family].length > 0);
  return { families, words, warnings: [], target: null, lines, limitPps: null, isSample: false, good: {}, lists };
}

/** The same matches, counted: those of known good sources apart, then all. A packet goes on behind it as if it had not been looked at. */
function asSample(rules: IptablesRules, good: readonly Prefix[]): IptablesRules {
  const lists = [...rules.lists];
  const places: Partial<Record<Family, string>> = {};
  for (const family of rules.families) {
    const place = addList(lists, 'good', family, good);
    if (place !== null) places[family] = place;
  }
  return { ...rules, lists, isSample: true, good: places };
}

/** The place of its name; null where none of the prefixes is of the family. */
function addList(lists: GroupList[], stem: GroupSetStem, family: Family, prefixes: readonly Prefix[]): string | null {
  const members = prefixes.filter(({ version }) => version === family).map(formatPrefix);
  if (members.length === 0) return null;
  lists.push({ stem, version: family, members });
  return setPlace(lists.length - 1);
}
