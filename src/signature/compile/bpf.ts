/**
 * A packet rule as a filter of pcap-filter(7). libpcap has no tcp[] and udp[] for IPv6, so there the bytes behind the fixed header are
 * read: a packet with extension headers does not match. A load behind the captured end makes the whole filter say no, whatever
 * stands behind an "or": branches with payload are guarded by the IP length and come last.
 */
import { formatPrefix, type Prefix, parsePrefix } from '../../format/address.js';
import type { RuleMatch } from '../rule.js';
import { type Branch, branchesOf, type FieldTest, familiesOf, holds } from './branches.js';
import type { CompileOptions, Emitted } from './compiled.js';
import { type Place, Protocol } from './packet-places.js';
import { numberText, type Range } from './predicate-values.js';

const NAMES: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 132: 'sctp' };
const IP6_HEADER = 40;
const FRAGMENT = `ip6[6] = ${Protocol.fragment}`;
/** Offset, reserved bits left out, and M: RFC 8200 §4.5, at byte 2 of the fragment header. */
const FRAGMENT_TESTS = {
  absent: `ip6[6] != ${Protocol.fragment}`,
  atomic: `${FRAGMENT} and ip6[42:2] & 0xfff9 = 0`,
  first: `${FRAGMENT} and ip6[42:2] & 0xfff9 = 1`,
  later: `${FRAGMENT} and ip6[42:2] & 0xfff8 != 0`,
} as const;
const NO_EXTENSIONS = 'IPv6 packets with extension headers are not matched by ports, flags or payload.';

export function compileBpf(rule: RuleMatch, { vlan = false }: CompileOptions): Emitted {
  const branches = rule.clauses.flatMap((clause) => branchesOf(clause, familiesOf(rule.target) ?? [])).sort(byDepth);
  const texts = branches.flatMap((branch) => branchText(branch) ?? []);
  if (texts.length === 0) return { text: [] };
  const target = rule.target === null ? [] : [addressText('dst', parsePrefix(rule.target)!)];
  const any = or(texts);
  const filter = target.length > 0 ? and([...target, any]) : withoutBrackets(any, texts);
  const isBlind = branches.some(({ family, transports }) => family === 6 && transports !== null);
  return { text: [vlan ? `vlan and (${filter})` : filter], notes: isBlind ? [NO_EXTENSIONS] : [] };
}

const DEPTH = { network: 0, transport: 1, payload: 2 } as const;

function byDepth(a: Branch, b: Branch): number {
  const depth = ({ transports, tests }: Branch) =>
    Math.max(transports === null ? 0 : 1, ...tests.map(({ place }) => DEPTH[place.base]));
  return depth(a) - depth(b);
}

/** Null: only a packet with extension headers could match. */
function branchText(branch: Branch): string | null {
  const { family, sources, protocol, transports, tests, fragmentHeader } = branch;
  const terms = [family === 4 ? 'ip' : 'ip6'];
  if (sources !== null) terms.push(or(sources.map((prefix) => addressText('src', prefix))));
  if (protocol !== null && transports === null) terms.push(fieldText(branch, protocol));
  if (transports !== null) {
    const fixed = transports.filter((number) => protocol === null || holds(protocol.ranges, number));
    const isFragmented = fragmentHeader !== null && fragmentHeader !== 'absent';
    if (family === 6 && (isFragmented || fixed.length === 0)) return null;
    terms.push(or(fixed.map((number) => (family === 4 ? NAMES[number] : `ip6[6] = ${number}`))));
  } else if (fragmentHeader !== null) {
    const isPossible = protocol === null || fragmentHeader === 'absent' || holds(protocol.ranges, Protocol.fragment);
    if (!isPossible) return null;
    terms.push(FRAGMENT_TESTS[fragmentHeader]);
  }
  for (const test of tests) terms.push(...testTerms(branch, test));
  return and([...new Set(terms)]);
}

function addressText(end: 'src' | 'dst', prefix: Prefix): string {
  const text = formatPrefix(prefix);
  return text.includes('/') ? `${end} net ${text}` : `${end} host ${text}`;
}

function testTerms(branch: Branch, test: FieldTest): string[] {
  if (test.attribute === 'port.src') return [portText('src', test.ranges)];
  if (test.attribute === 'port.dst') return [portText('dst', test.ranges)];
  if (test.place.base === 'payload') return [payloadGuard(branch, test.place), fieldText(branch, test)];
  return [fieldText(branch, test)];
}

function portText(end: 'src' | 'dst', ranges: readonly Range[]): string {
  return or(ranges.map(([low, high]) => (low === high ? `${end} port ${low}` : `${end} portrange ${low}-${high}`)));
}

/** Values are compared in their place, unshifted: `ip6[0:2] & 0xff0 = 0x100`. */
function fieldText(branch: Branch, { place, ranges }: FieldTest): string {
  const load = loadText(branch, place);
  const inPlace = (number: number) => numberText(place, number * 2 ** place.shift);
  const mask = place.mask * 2 ** place.shift;
  const masked = mask === 2 ** (place.size * 8) - 1 ? load : `${load} & 0x${mask.toString(16)}`;
  return or(
    ranges.map(([low, high]) => {
      if (low === high) return `${masked} = ${inPlace(low)}`;
      if (high === place.mask) return low === 1 ? `${masked} != 0` : `${masked} >= ${inPlace(low)}`;
      return low === 0
        ? `${masked} <= ${inPlace(high)}`
        : `${masked} >= ${inPlace(low)} and ${masked} <= ${inPlace(high)}`;
    }),
  );
}

function loadText({ family, transports }: Branch, { base, at, size }: Place): string {
  const width = size === 1 ? '' : `:${size}`;
  if (base === 'network') return `${family === 4 ? 'ip' : 'ip6'}[${at}${width}]`;
  const isTcp = transports![0] === Protocol.tcp;
  const offset = base === 'transport' ? at : isTcp ? at : 8 + at;
  const isBehindOptions = base === 'payload' && isTcp;
  if (family === 4) {
    const accessor = NAMES[transports![0]];
    return isBehindOptions ? `tcp[${plus(TCP4_HEADER, offset)}${width}]` : `${accessor}[${offset}${width}]`;
  }
  return isBehindOptions
    ? `ip6[${plus(TCP6_HEADER, IP6_HEADER + offset)}${width}]`
    : `ip6[${IP6_HEADER + offset}${width}]`;
}

/** Bytes of the TCP header: the data offset, times 4. */
const TCP4_HEADER = '((tcp[12] & 0xf0) >> 2)';
const TCP6_HEADER = '((ip6[52] & 0xf0) >> 2)';
const plus = (text: string, number: number) => (number === 0 ? text : `${text} + ${number}`);

/** Also keeps Ethernet's padding from being taken for payload. */
function payloadGuard({ family, transports }: Branch, { at, size }: Place): string {
  const isTcp = transports![0] === Protocol.tcp;
  const needed = at + size + (isTcp ? 0 : 8);
  if (family === 4) return `ip[2:2] >= ((ip[0] & 0xf) << 2) + ${isTcp ? `${TCP4_HEADER} + ` : ''}${needed}`;
  return `ip6[4:2] >= ${isTcp ? `${TCP6_HEADER} + ` : ''}${needed}`;
}

function and(terms: readonly string[]): string {
  return terms.join(' and ');
}

/** In brackets unless it is one term without an "and". */
function or(terms: readonly string[]): string {
  if (terms.length === 1 && !terms[0].includes(' and ')) return terms[0];
  return `(${terms.map((term) => (term.includes(' and ') && terms.length > 1 ? `(${term})` : term)).join(' or ')})`;
}

function withoutBrackets(text: string, terms: readonly string[]): string {
  return text === terms[0] ? text : text.slice(1, -1);
}
