/** Rules of a request -> nft's words, for chains of our table. Nothing is widened: what nft cannot say is refused. */
import { UserError } from '../../errors.js';
import { formatAddress, formatPrefix, type Prefix } from '../../format/address.js';
import { nftMatches, nftVerdict } from '../../signature/compile/nft.js';
import { PACKET_PLACES } from '../../signature/compile/packet-places.js';
import type { RuleMatch } from '../../signature/rule.js';
import { hostLength } from '../entry.js';
import type { NormalLimit, NormalRules } from '../plan/normal-rules.js';
import { PrefixIndex } from '../plan/prefix-index.js';
import { refuseLeft } from '../plan/refuse-left.js';
import type { NormalSynProxy } from '../plan/syn-proxy.js';
import type { GroupSet, GroupSetStem, NftRules } from './group-rules.js';
import { compileSynProxy, synProxyFamilies, synProxyWarnings } from './synproxy-rules.js';

/** Rules of one group: each packet of the target passes them in turn, and long lists are what makes netfilter slow. */
const MAX_LINES = 64;
/** Sources a set of limits remembers; 65 535 of 100 B are 6.5 MB of kernel memory. */
const DYNAMIC_SIZE = 65_535;
/** Listing 16 000 elements takes nft 0.2 s. */
const SENDERS_SIZE = 16_384;
/** One customer's addresses of IPv6 are a /64 at least (RFC 6177): per address would be no limit at all. */
const EACH_MASK6 = 'ffff:ffff:ffff:ffff::';

/** What most rules have nothing of. */
const PLAIN = {
  warnings: [],
  target: '',
  act: [],
  note: '',
  sets: [],
  isAfterConntrack: false,
  synProxy: null,
} as const;

export function compileNftRules(rules: NormalRules): NftRules {
  const compiled = compileKind(rules);
  return rules.sample === null ? compiled : asSample(compiled, rules.sample.good);
}

function compileKind(rules: NormalRules): NftRules {
  switch (rules.kind) {
    case 'signature':
      return compileSignature(rules.rule, rules.limitPps, rules.words);
    case 'limits':
      return compileLimits(rules.limits, rules.words);
    case 'senders':
      return compileSenders(rules.targets, rules.words);
    case 'synproxy':
      return compileProxies(rules.proxies, rules.words);
    case 'prefixes':
      return compilePrefixes(rules.sources, rules.targets, rules.words);
  }
}

function compileSignature(rule: RuleMatch, limitPps: number | null, words: string): NftRules {
  refuseLeft(rule, 'nft', 'Take it out and measure again, or use the rule in another backend ("ddostop diff").');
  const { target, lines, families, notes } = nftMatches(rule);
  if (lines.length === 0) {
    throw new UserError(
      'SIGNATURE_EMPTY',
      'no packet can match the signature: its predicates exclude each other, or the target',
      'Look at it with "ddostop diff", or take a value out.',
    );
  }
  if (lines.length > MAX_LINES) {
    throw new UserError(
      'SIGNATURE_TOO_LONG',
      `expected a signature of at most ${MAX_LINES} nft rules, got ${lines.length}`,
      'Leave a clause out.',
    );
  }
  return {
    ...PLAIN,
    families,
    words,
    warnings: [...notes, ...fragmentNotes(rule)],
    target,
    lines,
    act: [nftVerdict(limitPps === null ? 'drop' : { limitPps })],
    note: limitPps === null ? '' : `limit=${limitPps}`,
  };
}

/** Our chain runs at -310; connection tracking, where it is on, puts fragments together at -400 (NF_IP_PRI_CONNTRACK_DEFRAG). */
function fragmentNotes({ clauses }: RuleMatch): string[] {
  const has = (test: (attribute: string) => boolean) =>
    clauses.some(({ predicates }) => predicates.some(({ attribute }) => test(attribute)));
  if (has((name) => name === 'ip.fragment'))
    return ['where connection tracking is on, fragments are put together before: "ip.fragment" then finds none'];
  const isBehind = (name: string) =>
    name === 'dns.response' || name.startsWith('tcp.') || PACKET_PLACES[name]?.protocols != null;
  return has(isBehind)
    ? ['later fragments have no ports, flags or payload: they pass, and without the first are never put together']
    : [];
}

function compileLimits(limits: readonly NormalLimit[], words: string): NftRules {
  const sets: GroupSet[] = [];
  const lines = limits.flatMap((limit) => versionsOf(limit.prefix).map((version) => limitLine(limit, version, sets)));
  const families = ([4, 6] as const).filter((version) =>
    limits.some((limit) => versionsOf(limit.prefix).includes(version)),
  );
  const hasConnections = limits.some(({ of }) => of === 'connections');
  if (hasConnections && limits.some(({ of }) => of !== 'connections'))
    throw new UserError(
      'USAGE',
      'limits of connections and of packets in one mitigation: they act at different places',
      'Apply them one after the other.',
    );
  const warnings =
    sets.length === 0 ? [] : [`at most ${DYNAMIC_SIZE} sources are told apart: above that new ones pass`];
  if (hasConnections) warnings.push('connections are counted by connection tracking: it is turned on where it was off');
  return { ...PLAIN, families, words, warnings, lines, act: ['counter drop'], sets, isAfterConntrack: hasConnections };
}

function limitLine(limit: NormalLimit, version: 4 | 6, sets: GroupSet[]): string {
  const ip = version === 4 ? 'ip' : 'ip6';
  const at = (side: 'saddr' | 'daddr') => (limit.prefix === null ? '' : `${ip} ${side} ${formatPrefix(limit.prefix)} `);
  const perSource = (stem: GroupSetStem) => {
    sets.push({ stem, version, number: sets.length, size: DYNAMIC_SIZE, elements: [] });
    return `@SET(${sets.length - 1}) { ${ip} saddr${version === 6 ? ` & ${EACH_MASK6}` : ''}`;
  };
  switch (limit.of) {
    case 'prefix':
      return `${at('saddr')}${overText(limit.pps)}`;
    case 'target':
      return `${at('daddr')}${overText(limit.pps)}`;
    case 'each-source':
      return `meta nfproto ipv${version} ${at('saddr')}update ${perSource('each')} ${overText(limit.pps)} }`;
    case 'connections':
      // nft 1.0.6 takes the key of a family only behind the port.
      return `meta nfproto ipv${version} ${at('daddr')}tcp dport ${limit.port} ct state new add ${perSource('conn')} ct count over ${limit.most} }`;
  }
}

function overText(pps: number): string {
  return `limit rate over ${pps}/second burst ${pps} packets`;
}

/** Each sender an element with a counter; above the bound new ones are not counted, and all are forgotten a while after they fell silent. */
function compileSenders(targets: readonly Prefix[], words: string): NftRules {
  const sets: GroupSet[] = [];
  const lines = targets.map((target) => {
    const { version } = target;
    const ip = version === 4 ? 'ip' : 'ip6';
    sets.push({ stem: 'top', version, number: sets.length, size: SENDERS_SIZE, elements: [] });
    return `${ip} daddr ${formatPrefix(target)} update @SET(${sets.length - 1}) { ${ip} saddr }`;
  });
  const families = ([4, 6] as const).filter((version) => targets.some((target) => target.version === version));
  const warnings = [`at most ${SENDERS_SIZE} senders are counted: against forged sources it shows the first ones only`];
  return { ...PLAIN, families, words, warnings, lines, sets };
}

function compileProxies(proxies: readonly NormalSynProxy[], words: string): NftRules {
  return {
    ...PLAIN,
    families: synProxyFamilies(proxies),
    words,
    warnings: synProxyWarnings(proxies),
    lines: [],
    act: ['counter drop'],
    sets: [{ stem: 'alive', version: 4, number: 0, size: 2, elements: [] }],
    synProxy: compileSynProxy(proxies),
  };
}

function compilePrefixes(sources: readonly Prefix[], targets: readonly Prefix[], words: string): NftRules {
  const sets: GroupSet[] = [];
  const lines: string[] = [];
  for (const [stem, side, prefixes] of [
    ['src', 'saddr', sources],
    ['dst', 'daddr', targets],
  ] as const) {
    for (const version of [4, 6] as const) {
      const own = prefixes.filter((prefix) => prefix.version === version);
      if (own.length === 0) continue;
      lines.push(`${version === 4 ? 'ip' : 'ip6'} ${side} @SET(${sets.length})`);
      sets.push(intervalSet(stem, version, sets.length, own));
    }
  }
  const families = ([4, 6] as const).filter((version) => sets.some((set) => set.version === version));
  return { ...PLAIN, families, words, lines, sets };
}

/** The same matches, counted: those of known good sources apart, then all. A packet goes on behind it as if it had not been looked at. */
function asSample(rules: NftRules, good: readonly Prefix[]): NftRules {
  const sets = [...rules.sets];
  const act: string[] = [];
  for (const version of rules.families) {
    const own = good.filter((prefix) => prefix.version === version);
    if (own.length === 0) continue;
    act.push(`${version === 4 ? 'ip' : 'ip6'} saddr @SET(${sets.length}) counter`);
    sets.push(intervalSet('good', version, sets.length, withoutInner(own)));
  }
  return { ...rules, sets, act: [...act, 'counter'], note: 'sample' };
}

/** An interval set takes no element inside another. */
function withoutInner(prefixes: readonly Prefix[]): Prefix[] {
  const kept = new PrefixIndex();
  const widestFirst = [...prefixes].sort((a, b) => a.length - b.length);
  return widestFirst.filter((prefix) => kept.covering(prefix) === null && kept.add(prefix));
}

function intervalSet(stem: GroupSetStem, version: 4 | 6, number: number, prefixes: readonly Prefix[]): GroupSet {
  const elements = prefixes.map((prefix) => {
    const addr = formatAddress(prefix.version, ...prefix.words);
    return prefix.length === hostLength(version) ? addr : { prefix: { addr, len: prefix.length } };
  });
  return { stem, version, number, size: null, elements };
}

function versionsOf(prefix: Prefix | null): readonly (4 | 6)[] {
  return prefix === null ? [4, 6] : [prefix.version];
}
