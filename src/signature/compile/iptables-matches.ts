/** A branch as the matches of iptables rules: several where one rule cannot say "or". */
import { formatPrefix } from '../../format/address.js';
import type { Branch, FieldTest } from './branches.js';
import { Protocol } from './packet-places.js';
import type { Range } from './predicate-values.js';
import { needsPreconditions, U32_MAX_RANGES, U32_MAX_TESTS, u32Preconditions, u32Test } from './u32.js';

/** "Up to 15 ports can be specified. A port range counts as two." */
const MULTIPORT_MAX = 15;
/** More source prefixes than this go into an ipset. */
export const MAX_INLINE_SOURCES = 8;

/** Each item is one rule's arguments. `sourceSet`: the ipset that holds the branch's sources, when there are too many for rules. */
export function matchesOf(branch: Branch, sourceSet: string | null): string[][] {
  return slotsOf(branch, sourceSet).flatMap(({ matches, u32 }) => product([...matches, u32Matches(u32)]));
}

/** How many those are, without writing them: a clause of several long sets would be millions. */
export function countMatches(branch: Branch, sourceSet: string | null): number {
  const count = ({ matches, u32 }: Slots) => [...matches, ...u32].reduce((all, { length }) => all * length, 1);
  return slotsOf(branch, sourceSet).reduce((sum, slots) => sum + count(slots), 0);
}

/** A rule takes one alternative of each: of the matches its arguments, of u32 its tests. */
interface Slots {
  readonly matches: readonly (readonly string[][])[];
  readonly u32: readonly (readonly string[])[];
}

function slotsOf(branch: Branch, sourceSet: string | null): Slots[] {
  if (isOutOfReach(branch)) return [];
  return perProtocol(branch).map((one) => {
    const { matches, u32 } = testSlots(one);
    return { matches: [sourceMatches(one, sourceSet), protocolMatches(one), ...matches], u32 };
  });
}

/** u32 finds a header behind IPv6's fixed one only, and there the fragment header is. */
function isOutOfReach(branch: Branch): boolean {
  const isFragmented = branch.fragmentHeader !== null && branch.fragmentHeader !== 'absent';
  return isFragmented && branch.tests.some((test) => needsPreconditions(test) && nativeMatches(branch, test) === null);
}

/** `-p` names one protocol; ports of three are three rules. */
function perProtocol(branch: Branch): Branch[] {
  return branch.transports === null
    ? [branch]
    : branch.transports.map((number) => ({ ...branch, transports: [number] }));
}

function product(slots: readonly (readonly string[][])[]): string[][] {
  return slots.reduce<string[][]>(
    (rules, slot) => rules.flatMap((rule) => slot.map((match) => [...rule, ...match])),
    [[]],
  );
}

function sourceMatches({ sources }: Branch, sourceSet: string | null): string[][] {
  if (sources === null) return [[]];
  if (sourceSet !== null) return [['-m', 'set', '--match-set', sourceSet, 'src']];
  return sources.map((prefix) => ['-s', formatPrefix(prefix)]);
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'ipv6-icmp',
  132: 'sctp',
};
/** Naming the match makes later fragments fail: they have the protocol, but not its header. */
const MATCH_NAMES: Readonly<Record<number, readonly string[]>> = { 6: ['-m', 'tcp'], 17: ['-m', 'udp'] };

function protocolMatches({ transports, tests, mss }: Branch): string[][] {
  if (transports === null) return [[]];
  const named = tests.some(isPort) && mss === null ? [] : (MATCH_NAMES[transports[0]] ?? []);
  return [['-p', PROTOCOL_NAMES[transports[0]], ...named]];
}

function testSlots(branch: Branch): Slots {
  const matches: string[][][] = [];
  const u32: string[][] = [];
  const tests = branch.protocol === null ? branch.tests : [branch.protocol, ...branch.tests];
  for (const test of tests) {
    const native = nativeMatches(branch, test);
    if (native !== null) matches.push(native);
    else u32.push(chunks(test.ranges, U32_MAX_RANGES).map((part) => u32Test(branch, test.place, part)));
  }
  if (branch.mss !== null)
    matches.push(
      branch.mss.map(([low, high]) => ['-m', 'tcpmss', '--mss', low === high ? `${low}` : `${low}:${high}`]),
    );
  if (tests.some((test) => needsPreconditions(test) && nativeMatches(branch, test) === null))
    u32.unshift(...u32Preconditions(branch).map((text) => [text]));
  u32.push(...fragmentTests(branch));
  return { matches, u32 };
}

/** Every combination of the alternatives, in matches of ten tests. */
function u32Matches(tests: readonly (readonly string[])[]): string[][] {
  const combinations = product(tests.map((alternatives) => alternatives.map((text) => [text])));
  return combinations.map((texts) =>
    chunks(texts, U32_MAX_TESTS).flatMap((part) => ['-m', 'u32', '--u32', part.join(' && ')]),
  );
}

/** Where iptables has a word of its own that a reader knows. */
function nativeMatches({ family, transports }: Branch, test: FieldTest): string[][] | null {
  const { attribute, ranges, place } = test;
  const [[low, high]] = ranges;
  const isOne = ranges.length === 1;
  if (isPort(test)) return portMatches(attribute === 'port.src' ? '--sports' : '--dports', ranges);
  if (attribute === 'ip.length' && isOne) {
    const text = (number: number) => `${Math.min(number + place.add, 65_535)}`;
    return [['-m', 'length', '--length', low === high ? text(low) : `${text(low)}:${text(high)}`]];
  }
  if (attribute === 'ip.ttl' && isOne && low === high) {
    return [family === 4 ? ['-m', 'ttl', '--ttl-eq', `${low}`] : ['-m', 'hl', '--hl-eq', `${low}`]];
  }
  // A zero means "any" to -p.
  if (attribute === 'ip.proto' && family === 4 && isOne && low === high && low !== 0 && transports === null)
    return [['-p', PROTOCOL_NAMES[low] ?? `${low}`]];
  return null;
}

function isPort({ attribute }: FieldTest): boolean {
  return attribute === 'port.src' || attribute === 'port.dst';
}

function portMatches(option: '--sports' | '--dports', ranges: readonly Range[]): string[][] {
  const rules: string[][] = [];
  let items: string[] = [];
  let places = 0;
  const close = () => {
    rules.push(['-m', 'multiport', option, items.join(',')]);
    items = [];
    places = 0;
  };
  for (const [low, high] of ranges) {
    const needed = low === high ? 1 : 2;
    if (places + needed > MULTIPORT_MAX) close();
    items.push(low === high ? `${low}` : `${low}:${high}`);
    places += needed;
  }
  close();
  return rules;
}

/** The fragment header where it comes first behind IPv6's; see FRAGMENT_TESTS of the BPF compiler. */
function fragmentTests({ family, fragmentHeader }: Branch): string[][] {
  if (family === 4 || fragmentHeader === null) return [];
  const next = (ranges: string) => [`3&0xFF=${ranges}`];
  if (fragmentHeader === 'absent') return [next(`0:${Protocol.fragment - 1},${Protocol.fragment + 1}:255`)];
  const word = { atomic: '40&0xFFF9=0', first: '40&0xFFF9=1', later: '40&0xFFF8=8:0xFFF8' }[fragmentHeader];
  return [next(`${Protocol.fragment}`), [word]];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
