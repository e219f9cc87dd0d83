/**
 * A packet rule as BGP flow specifications (RFC 8955, RFC 8956), for ExaBGP's API and GoBGP's command line. A route has one prefix a side, so
 * several sources are several routes. Bit operators: `=x` all bits of x, `!x` none of them, `&` and, blank or (RFC 8955 §4.2.1.2).
 */
import { parsePrefix } from '../../format/address.js';
import type { RuleMatch } from '../rule.js';
import { type Branch, branchesOf, type FieldTest, familiesOf } from './branches.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { FRAGMENT_WORD } from './packet-places.js';
import { prefixWithLength, type Range } from './predicate-values.js';
import { shellLine } from './shell-quote.js';

export const MAX_ROUTES = 64;
const EXABGP_FLAGS = ['fin', 'syn', 'rst', 'push', 'ack', 'urgent', 'ece', 'cwr'] as const;
const GOBGP_FLAGS = ['F', 'S', 'R', 'P', 'A', 'U', 'E', 'C'] as const;
const NUMBERS: Readonly<Record<string, string>> = {
  'ip.length': 'packet-length',
  'port.src': 'source-port',
  'port.dst': 'destination-port',
  'icmp.type': 'icmp-type',
  'icmp.code': 'icmp-code',
};
const FRAGMENT_WORDS = {
  absent: '!is-fragment&!first-fragment',
  atomic: '',
  first: 'first-fragment',
  later: 'is-fragment',
};

interface Route {
  readonly version: 4 | 6;
  /** Component and its operators, once for each dialect. */
  readonly components: readonly { readonly name: string; readonly exabgp: string; readonly gobgp: string }[];
}

export function compileFlowspec(rule: RuleMatch, { action = 'drop' }: CompileOptions): Emitted {
  const branches = rule.clauses.flatMap((clause) => branchesOf(clause, familiesOf(rule.target) ?? []));
  const routes = branches.flatMap((branch) => routesOf(branch, rule.target));
  const notes: string[] = [];
  if (branches.some(({ family }) => family === 6) && rule.target === null)
    notes.push('IPv6: a route without any prefix is written for 2000::/3 as its target.');
  if (typeof action === 'object')
    notes.push(
      'flowspec limits bytes a second, not packets: routes are written with discard; put a rate-limit in its place.',
    );
  if (action === 'count') notes.push('flowspec has no counting action: routes are written with discard.');
  return { text: [...routes.map(exabgpLine), ...routes.map(gobgpLine)], notes };
}

export function routesOf(branch: Branch, target: string | null): Route[] {
  const { family, sources, fragmentHeader, protocol, transports, tests } = branch;
  // An atomic fragment is none to a router that looks at offset and M.
  if (fragmentHeader === 'atomic') return [];
  const destination = target === null ? null : prefixWithLength(parsePrefix(target)!);
  const common: Route['components'][number][] = [];
  const same = (name: string, text: string, exabgp = name) =>
    common.push({
      name,
      exabgp: `${exabgp} [ ${text} ]`,
      gobgp: text.replaceAll(/(^| )=/g, '$1==').replaceAll('&=', '&=='),
    });
  const protocolName = family === 4 ? 'protocol' : 'next-header';
  if (transports !== null) same('protocol', transports.map((number) => `=${number}`).join(' '), protocolName);
  else if (protocol !== null) same('protocol', numericText(protocol.ranges), protocolName);
  for (const test of tests) {
    if (test.attribute === 'tcp.flags') common.push(flagsComponent(test));
    else if (test.place === FRAGMENT_WORD) common.push(fragmentComponent(fragmentText(test.ranges)));
    else same(NUMBERS[test.attribute], numericText(shifted(test)));
  }
  if (fragmentHeader !== null) common.push(fragmentComponent(FRAGMENT_WORDS[fragmentHeader]));
  const addresses = (sources ?? [null]).map((source) =>
    prefixComponents(family, destination, source && prefixWithLength(source)),
  );
  return addresses.map((components) => ({ version: family, components: [...components, ...common] }));
}

function prefixComponents(family: 4 | 6, destination: string | null, source: string | null): Route['components'] {
  // Without an address nothing says that the route is IPv6's.
  const target = destination ?? (family === 6 && source === null ? '2000::/3' : null);
  const of = (name: string, prefix: string | null) =>
    prefix === null ? [] : [{ name, exabgp: `${name} ${prefix}`, gobgp: prefix }];
  return [...of('destination', target), ...of('source', source)];
}

function shifted({ place, ranges }: FieldTest): Range[] {
  return ranges.map(([low, high]) => [low + place.add, high + place.add]);
}

function numericText(ranges: readonly Range[]): string {
  return ranges.map(([low, high]) => (low === high ? `=${low}` : `>=${low}&<=${high}`)).join(' ');
}

/** All eight bits: RFC 8955 compares under a mask, so those that are to be clear are named too. */
function flagsComponent({ ranges }: FieldTest): Route['components'][number] {
  const values = ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
  const text = (names: readonly string[]) =>
    values.map((value) => names.map((name, bit) => `${(value >> bit) & 1 ? '=' : '!'}${name}`).join('&')).join(' ');
  return { name: 'tcp-flags', exabgp: `tcp-flags [ ${text(EXABGP_FLAGS)} ]`, gobgp: text(GOBGP_FLAGS) };
}

/** IsF: an offset other than 0. FF: offset 0 and MF (RFC 8955 §4.2.2.12). */
function fragmentText(ranges: readonly Range[]): string {
  const has = (number: number) => ranges.some(([low, high]) => low <= number && number <= high);
  return [
    ...(has(0) ? [FRAGMENT_WORDS.absent] : []),
    ...(has(0x2000) ? [FRAGMENT_WORDS.first] : []),
    ...(has(1) ? [FRAGMENT_WORDS.later] : []),
  ].join(' ');
}

function fragmentComponent(text: string): Route['components'][number] {
  return { name: 'fragment', exabgp: `fragment [ ${text} ]`, gobgp: text };
}

function exabgpLine({ components }: Route): string {
  return `announce flow route { match { ${components.map(({ exabgp }) => `${exabgp};`).join(' ')} } then { discard; } }`;
}

function gobgpLine({ version, components }: Route): string {
  const match = components.flatMap(({ name, gobgp }) => [name, gobgp]);
  return shellLine([
    'gobgp',
    'global',
    'rib',
    '-a',
    `ipv${version}-flowspec`,
    'add',
    'match',
    ...match,
    'then',
    'discard',
  ]);
}
