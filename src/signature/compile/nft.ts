/**
 * A packet rule as nft commands: table `inet ddostop_rule`, three chains a rule. `pre_<id>` hangs on the hook and looks at the target, `match_<id>`
 * has a rule for each branch, and the first that matches goes to `act_<id>`, so a packet is counted and acted upon once.
 * nft finds the header behind IP options and extension headers itself.
 */
import { formatPrefix, parsePrefix } from '../../format/address.js';
import type { RuleMatch } from '../rule.js';
import { type Branch, branchesOf, type FieldTest, familiesOf } from './branches.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { type Place, Protocol } from './packet-places.js';
import { numberText, type Range } from './predicate-values.js';
import { shellLine } from './shell-quote.js';

const TABLE = 'inet ddostop_rule';
/** Before raw (-300) and before fragments are put together (-400, where connection tracking is on): the packets of the capture. */
const PRIORITY = -450;
/** Linux 6.18 reads "ports" out of IPv4's later fragments too (seen with `th sport`); of IPv6's it does not. */
const NO_LATER_FRAGMENT = 'ip frag-off & 0x1fff 0';
const FRAGMENT_TESTS = {
  absent: 'exthdr frag missing',
  atomic: 'frag frag-off 0 frag more-fragments 0',
  first: 'frag frag-off 0 frag more-fragments 1',
  later: 'frag frag-off != 0',
} as const;

/** A rule without the chains it hangs in, for a caller with a table of its own. */
export interface NftMatches {
  /** Comes first, with a blank behind it; "" for any target. */
  readonly target: string;
  /** One a branch; a packet of the target that matches any of them is meant. Empty: none can. */
  readonly lines: readonly string[];
  /** Versions they are about. */
  readonly families: readonly (4 | 6)[];
  readonly notes: readonly string[];
}

/** `rule`: what `fitToBackend` gives. */
export function nftMatches(rule: RuleMatch): NftMatches {
  const branches = rule.clauses.flatMap((clause) => branchesOf(clause, familiesOf(rule.target) ?? []));
  return {
    target: rule.target === null ? '' : `${addressText('daddr', rule.target)} `,
    lines: mergeFamilies(branches),
    families: ([4, 6] as const).filter((family) => branches.some((branch) => branch.family === family)),
    notes: branches.some(readsTcpPayload) ? ['Payload behind a TCP header takes Linux 5.16 and nft 1.0.1 (@ih).'] : [],
  };
}

export function compileNft(rule: RuleMatch, { id = 'rule', action = 'drop' }: CompileOptions): Emitted {
  const { target, lines, notes } = nftMatches(rule);
  if (lines.length === 0) return { text: [] };
  const comment = `comment "ddostop:${id}"`;
  const act = `act_${id}`;
  const match = `match_${id}`;
  const pre = `pre_${id}`;
  const commands = [
    `add table ${TABLE}`,
    `add chain ${TABLE} ${act}`,
    `add chain ${TABLE} ${match}`,
    `add rule ${TABLE} ${act} ${nftVerdict(action)} ${comment}`,
    ...lines.map((text) => `add rule ${TABLE} ${match} ${text} counter goto ${act} ${comment}`),
    `add chain ${TABLE} ${pre} { type filter hook prerouting priority ${PRIORITY} ; policy accept ; }`,
    `add rule ${TABLE} ${pre} ${target}jump ${match} ${comment}`,
  ];
  const argv = commands.map((command) => ['nft', command]);
  return {
    text: argv.map(shellLine),
    argv,
    undo: [pre, match, act].map((chain) =>
      shellLine(['nft', `flush chain ${TABLE} ${chain} ; delete chain ${TABLE} ${chain}`]),
    ),
    notes,
  };
}

/** What the one rule says that every match leads to. */
export function nftVerdict(action: NonNullable<CompileOptions['action']>): string {
  if (action === 'drop') return 'counter drop';
  if (action === 'count') return 'counter';
  return `limit rate over ${action.limitPps}/second burst ${action.limitPps} packets counter drop`;
}

/** Where a branch says the same of both versions, one rule without the version is enough. */
function mergeFamilies(branches: readonly Branch[]): string[] {
  const families = new Map<string, Set<number>>();
  for (const branch of branches) {
    const text = branchText(branch);
    families.set(text, (families.get(text) ?? new Set()).add(branch.family));
  }
  return [...families].map(([text, of]) => (of.size === 2 ? text : `meta nfproto ipv${[...of][0]} ${text}`));
}

function branchText(branch: Branch): string {
  const { family, sources, protocol, transports, tests, mss, fragmentHeader } = branch;
  const terms: string[] = [];
  if (sources !== null) terms.push(sourcesText(sources.map(formatPrefix)));
  if (protocol !== null) terms.push(protocolText(branch, protocol));
  if (transports !== null) {
    terms.push(`meta l4proto ${setText(transports.map((number) => `${number}`))}`);
    if (family === 4) terms.push(NO_LATER_FRAGMENT);
  }
  if (fragmentHeader !== null) terms.push(FRAGMENT_TESTS[fragmentHeader]);
  for (const test of tests) terms.push(fieldText(branch, test));
  if (mss !== null) terms.push(`tcp option maxseg size ${rangesText(mss)}`);
  return terms.join(' ');
}

/** nft refuses `ip6 nexthdr` beside another `meta l4proto`, though extension headers lie between the two: raw bits then. */
function protocolText(branch: Branch, test: FieldTest): string {
  return branch.transports === null ? fieldText(branch, test) : `@nh,48,8 ${rangesText(test.ranges)}`;
}

function addressText(end: 'saddr' | 'daddr', prefix: string): string {
  const { version } = parsePrefix(prefix)!;
  return `${version === 4 ? 'ip' : 'ip6'} ${end} ${formatPrefix(parsePrefix(prefix)!)}`;
}

function sourcesText(prefixes: readonly string[]): string {
  return `${prefixes[0].includes(':') ? 'ip6' : 'ip'} saddr ${setText(prefixes)}`;
}

function fieldText(branch: Branch, { attribute, place, ranges }: FieldTest): string {
  if (attribute === 'tcp.flags') return flagsText(ranges);
  const number = (value: number) => numberText(place, value);
  return `${wordOf(branch, place)} ${rangesText(ranges, number)}`;
}

/** `tcp flags 2` without == means "any bit of": ranges are left to raw bits. */
function flagsText(ranges: readonly Range[]): string {
  const [[low, high]] = ranges;
  const isOne = ranges.length === 1 && low === high;
  return isOne ? `tcp flags == ${low}` : `@th,104,8 ${rangesText(ranges)}`;
}

/** nft's own word, or raw bits: base, first bit, number of bits (nft(8), RAW PAYLOAD EXPRESSION). */
function wordOf({ transports }: Branch, place: Place): string {
  if (place.nft !== null) return place.nft;
  const bits = Math.log2(place.mask + 1);
  const fromHere = place.at * 8 + place.size * 8 - place.shift - bits;
  if (place.base !== 'payload') return `@th,${fromHere},${bits}`;
  return transports![0] === Protocol.tcp ? `@ih,${fromHere},${bits}` : `@th,${64 + fromHere},${bits}`;
}

function readsTcpPayload({ transports, tests }: Branch): boolean {
  return transports?.[0] === Protocol.tcp && tests.some(({ place }) => place.base === 'payload');
}

function rangesText(ranges: readonly Range[], text: (number: number) => string = String): string {
  return setText(ranges.map(([low, high]) => (low === high ? text(low) : `${text(low)}-${text(high)}`)));
}

function setText(items: readonly string[]): string {
  return items.length === 1 ? items[0] : `{ ${items.join(', ')} }`;
}
