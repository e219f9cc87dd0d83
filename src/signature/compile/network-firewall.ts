/**
 * A packet rule as an expression of Cloudflare Network Firewall. Fields and functions are those of its reference
 * (developers.cloudflare.com/cloudflare-network-firewall/reference): where none names what is wanted, bits are read from `ip`, `tcp`, `udp` with
 * bit_slice(header, start, end), which takes 32 at most, below 2040.
 */
import { formatPrefix, parsePrefix } from '../../format/address.js';
import type { Clause, Predicate, RuleMatch } from '../rule.js';
import { type Branch, branchesOf, type FieldTest, familiesOf, holds } from './branches.js';
import { type Alternative, expressionsOf, type Term, termText } from './cloudflare-expression.js';
import { quoteText } from './cloudflare-text.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { type Family, type Place, Protocol } from './packet-places.js';
import { type Range, rangesOf, textsOf } from './predicate-values.js';

export const MAX_INLINE_PREFIXES = 64;
const MAX_ASN = 2 ** 32 - 1;
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };
const FIELDS: Readonly<Record<string, string>> = {
  'ip.length': 'ip.len',
  'ip.ttl': 'ip.ttl',
  'tcp.flags': 'tcp.flags',
};
const GEOGRAPHY = { 'ip.country': 'ip.src.country', 'ip.asn': 'ip.src.asnum' } as const;
/** There is no field of the IP version. */
const EVERYWHERE: Readonly<Record<Family, string>> = { 4: '0.0.0.0/0', 6: '::/0' };
const FRAGMENT = 'bit_slice(ip, 48, 56) eq 44';
const FRAGMENT_TESTS = {
  absent: 'bit_slice(ip, 48, 56) ne 44',
  atomic: `${FRAGMENT} and bit_slice(ip, 336, 349) eq 0 and bit_slice(ip, 351, 352) eq 0`,
  first: `${FRAGMENT} and bit_slice(ip, 336, 349) eq 0 and bit_slice(ip, 351, 352) eq 1`,
  later: `${FRAGMENT} and bit_slice(ip, 336, 349) ne 0`,
} as const;

export function compileNetworkFirewall(rule: RuleMatch, { id = 'rule', action = 'drop' }: CompileOptions): Emitted {
  const lists = new Lists(id);
  const alternatives = rule.clauses.flatMap((clause) => alternativesOf(clause, rule.target, lists));
  const text = expressionsOf(scopeOf(rule.target), alternatives) ?? [];
  const notes = [...lists.notes];
  if (text.some((one) => one.includes('ip.src.asnum'))) notes.push('ip.src.asnum takes the advanced features.');
  if (
    rule.clauses.some(
      ({ predicates }) => hasPorts(predicates) && !predicates.some(({ attribute }) => attribute === 'ip.proto'),
    )
  )
    notes.push('There is no field of SCTP ports: where a clause names no protocol, TCP and UDP are matched.');
  if (action !== 'drop') notes.push('The expression only matches: the action is the rule’s (block, or log).');
  return { text, notes };
}

function hasPorts(predicates: readonly Predicate[]): boolean {
  return predicates.some(({ attribute }) => attribute.startsWith('port.'));
}

export function scopeOf(target: string | null): string | null {
  return target === null ? null : termText({ field: 'ip.dst', items: [formatPrefix(parsePrefix(target)!)] });
}

export function isGeography({ attribute }: Predicate): boolean {
  return attribute in GEOGRAPHY;
}

export function isSoundGeography(predicate: Predicate): boolean {
  return (predicate.attribute === 'ip.asn' ? rangesOf(predicate, MAX_ASN) : textsOf(predicate)) !== null;
}

export function alternativesOf(clause: Clause, target: string | null, lists: Lists): Alternative[] {
  const geography = clause.predicates.filter(isGeography).map(geographyTerm);
  const rest = { predicates: clause.predicates.filter((predicate) => !isGeography(predicate)) };
  const perFamily = new Map<string, { readonly terms: Alternative; readonly families: Set<Family> }>();
  for (const branch of branchesOf(rest, familiesOf(target) ?? [])) {
    for (const terms of branchTerms(branch, lists)) {
      const key = JSON.stringify(terms);
      const known = perFamily.get(key) ?? { terms, families: new Set<Family>() };
      known.families.add(branch.family);
      perFamily.set(key, known);
    }
  }
  return [...perFamily.values()].map(({ terms, families }) => {
    const own = [...geography, ...terms];
    const isPinned = own.length > 0 && (families.size === 2 || target !== null || namesSources(terms));
    return isPinned ? own : [{ field: 'ip.src', items: [...families].map((family) => EVERYWHERE[family]) }, ...own];
  });
}

function namesSources(terms: Alternative): boolean {
  return terms.some((term) => termText(term).startsWith('ip.src '));
}

function geographyTerm(predicate: Predicate): Term {
  const field = GEOGRAPHY[predicate.attribute as keyof typeof GEOGRAPHY];
  const items =
    predicate.attribute === 'ip.asn' ? rangeItems(rangesOf(predicate, MAX_ASN)!) : textsOf(predicate)!.map(quoteText);
  return { field, items };
}

/** One for each protocol that has what the branch names; protocols without a field of theirs have none. */
function branchTerms(branch: Branch, lists: Lists): Alternative[] {
  const { family, sources, protocol, transports, tests, fragmentHeader } = branch;
  const terms: Term[] = [];
  if (sources !== null) terms.push(lists.termOf(family, sources.map(formatPrefix)));
  if (protocol !== null && !transports?.every((number) => holds(protocol.ranges, number)))
    terms.push(protocolTerm(branch, protocol));
  if (fragmentHeader !== null) terms.push(FRAGMENT_TESTS[fragmentHeader]);
  if (transports === null) return [[...terms, ...tests.map((test) => fieldTerm(test, null))]];
  return transports
    .filter((number) => number in PROTOCOLS && isReadable(number, tests))
    .map((number) => [
      ...terms,
      `ip.proto eq "${PROTOCOLS[number]}"`,
      ...tests.map((test) => fieldTerm(test, number, tests)),
    ]);
}

function protocolTerm({ transports }: Branch, { ranges, place }: FieldTest): Term {
  const isNamed = ranges.every(([low, high]) => low === high && low in PROTOCOLS && low !== Protocol.icmp);
  if (isNamed && transports === null)
    return { field: 'ip.proto', items: ranges.map(([number]) => `"${PROTOCOLS[number]}"`) };
  return { field: slice('ip', place, 0), items: rangeItems(ranges) };
}

function fieldTerm(
  { attribute, place, ranges }: FieldTest,
  protocol: number | null,
  tests: readonly FieldTest[] = [],
): Term {
  const known = FIELDS[attribute];
  if (known !== undefined) {
    const { add } = place;
    return { field: known, items: rangeItems(ranges.map(([low, high]) => [low + add, high + add])) };
  }
  const name = protocol === null ? '' : PROTOCOLS[protocol];
  const items = rangeItems(ranges);
  if (attribute === 'port.src') return { field: `${name}.srcport`, items };
  if (attribute === 'port.dst') return { field: `${name}.dstport`, items };
  if (attribute === 'icmp.type' || attribute === 'icmp.code') return { field: attribute, items };
  if (place.base === 'network') return { field: slice('ip', place, 0), items };
  const header = protocol === Protocol.tcp ? 4 * (pinnedDataOffset(tests) ?? 0) : 8;
  return { field: slice(name, place, place.base === 'payload' ? header : 0), items };
}

function isReadable(protocol: number, tests: readonly FieldTest[]): boolean {
  const isPayload = tests.some(({ place }) => place.base === 'payload');
  return protocol !== Protocol.tcp || !isPayload || pinnedDataOffset(tests) !== null;
}

/** TCP payload lies at a fixed bit only where the clause says how long the header is. Words of four bytes. */
function pinnedDataOffset(tests: readonly FieldTest[]): number | null {
  const ranges = tests.find(({ attribute }) => attribute === 'tcp.headerLength')?.ranges;
  return ranges?.length === 1 && ranges[0][0] === ranges[0][1] ? ranges[0][0] : null;
}

function slice(header: string, { at, size, shift, mask }: Place, behind: number): string {
  const end = (behind + at + size) * 8 - shift;
  return `bit_slice(${header}, ${end - Math.log2(mask + 1)}, ${end})`;
}

function rangeItems(ranges: readonly Range[]): string[] {
  return ranges.map(([low, high]) => (low === high ? `${low}` : `${low}..${high}`));
}

/** Long source lists are IP lists, which Network Firewall has for IPv4 only. */
export class Lists {
  readonly notes: string[] = [];
  readonly #names = new Map<string, string>();

  constructor(readonly id: string) {}

  termOf(family: number, prefixes: readonly string[]): Term {
    if (family === 6 || prefixes.length <= MAX_INLINE_PREFIXES) return { field: 'ip.src', items: prefixes };
    const key = prefixes.join(' ');
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `ddostop_${this.id}_${this.#names.size}`;
      this.#names.set(key, name);
      this.notes.push(`Make the IP list ${name} of ${prefixes.length} prefixes first: ${key}`);
    }
    return `ip.src in $${name}`;
  }
}
