/**
 * A clause of a packet rule as a list of branches: each is of one IP version and an AND of simple tests; a packet matches the clause when it
 * matches any of them. What several backends have to know about IP is decided here, once: which versions a clause can be about, which
 * protocols have the attributes it names, and that later fragments have neither ports nor flags nor payload.
 */
import { covers, type Prefix, parsePrefix } from '../../format/address.js';
import type { Clause, Predicate } from '../rule.js';
import {
  ACK_FLAG,
  ACK_NUMBER,
  DNS_RESPONSE,
  type Family,
  FRAGMENT_WORD,
  PACKET_PLACES,
  type Place,
  Protocol,
  SEQUENCE_NUMBER,
  UDP_LENGTH,
} from './packet-places.js';
import { joinRanges, prefixesOf, type Range, rangesOf } from './predicate-values.js';

export interface FieldTest {
  readonly attribute: string;
  readonly place: Place;
  /** Of the field's number (`Place`), ascending. */
  readonly ranges: readonly Range[];
}

/** What an IPv6 packet's fragment header says (RFC 8200 §4.5, RFC 6946). */
export type FragmentHeader = 'absent' | 'atomic' | 'first' | 'later';

export interface Branch {
  readonly family: Family;
  /** Null: any source of this version. */
  readonly sources: readonly Prefix[] | null;
  /** Of the protocol field, or of the fixed header's next header. Null: any, or said by `transports` already. */
  readonly protocol: FieldTest | null;
  /** The header behind IP's (and behind extension headers) is one of these, and the packet is no later fragment. Null: no matter. */
  readonly transports: readonly number[] | null;
  readonly tests: readonly FieldTest[];
  readonly mss: readonly Range[] | null;
  /** IPv6 only. */
  readonly fragmentHeader: FragmentHeader | null;
}

type Part = Partial<Pick<Branch, 'tests' | 'mss' | 'fragmentHeader' | 'transports'>>;

const WORD = 2 ** 32 - 1;
/** DNS header behind UDP's: below it a datagram has no DNS message. */
const DNS_LEAST_UDP_LENGTH = 20;
/** Next headers of IPv6 that another header can stand behind (IANA, IPv6 Extension Header Types). */
const EXTENSIONS = [0, 43, 44, 50, 51, 60, 135, 139, 140] as const;
const NOTHING: Part = {};
/** IPv4's 14 bits: MF is the upper one. Any other number has an offset. */
const WHOLE = 0;
const FIRST = 0x2000;

/** No branch: nothing can match (a source of one version and a header of the other, say). Predicates must be sound (`isSound`). */
export function branchesOf(clause: Clause, families: readonly Family[]): Branch[] {
  return families.flatMap((family) => branchesOfFamily(clause, family));
}

/** Versions that a target allows; an unreadable one is null. */
export function familiesOf(target: string | null): readonly Family[] | null {
  if (target === null) return [4, 6];
  const prefix = parsePrefix(target);
  return prefix === null ? null : [prefix.version];
}

/** The predicate holds what its attribute can be. */
export function isSound(predicate: Predicate): boolean {
  switch (predicate.attribute) {
    case 'ip.src':
      return prefixesOf(predicate) !== null;
    case 'ip.version':
      return rangesOf(predicate, 6)?.every(([low, high]) => low >= 4 && high <= 6) ?? false;
    case 'ip.fragment':
      return rangesOf(predicate, 2) !== null;
    case 'tcp.mss':
      return rangesOf(predicate, 65_535) !== null;
    case 'dns.response':
    case 'tcp.strayAck':
    case 'tcp.zeroSequence':
      return rangesOf(predicate, 1) !== null;
    default: {
      const known = PACKET_PLACES[predicate.attribute];
      return known !== undefined && rangesOf(predicate, known.max) !== null;
    }
  }
}

function branchesOfFamily(clause: Clause, family: Family): Branch[] {
  let sources: readonly Prefix[] | null = null;
  let protocol: FieldTest | null = null;
  let parts: Part[] = [NOTHING];
  for (const predicate of clause.predicates) {
    if (predicate.attribute === 'ip.version') {
      if (!rangesOf(predicate, 6)!.some(([low, high]) => low <= family && family <= high)) return [];
    } else if (predicate.attribute === 'ip.src') {
      const own = prefixesOf(predicate)!.filter(({ version }) => version === family);
      if (own.length === 0) return [];
      sources = own.some(({ length }) => length === 0) ? null : withoutCovered(own);
    } else if (predicate.attribute === 'ip.proto') {
      protocol = fieldTest(predicate, PACKET_PLACES['ip.proto'][family === 4 ? 'v4' : 'v6']);
    } else parts = product(parts, partsOf(predicate, family));
  }
  return parts.flatMap((part) => {
    const branch = { family, sources, protocol, transports: null, tests: [], mss: null, fragmentHeader: null, ...part };
    return settled(branch);
  });
}

/** A branch without contradictions, one for each protocol where the payload's place depends on it. */
function settled(branch: Branch): Branch[] {
  const { family, protocol, transports, fragmentHeader } = branch;
  if (transports === null) return [branch];
  const isLater = fragmentHeader === 'later' || branch.tests.some(isLaterOnly);
  const isDirect = protocol !== null && (family === 4 || !EXTENSIONS.some((number) => holds(protocol.ranges, number)));
  const allowed = isDirect ? transports.filter((number) => holds(protocol.ranges, number)) : transports;
  if (isLater || allowed.length === 0) return [];
  const own = { ...branch, transports: allowed, protocol: family === 4 ? null : protocol };
  const dependsOnIt = branch.tests.some(({ place }) => place.base === 'payload');
  return dependsOnIt ? allowed.map((number) => ({ ...own, transports: [number] })) : [own];
}

/** nft refuses sets whose prefixes overlap. */
function withoutCovered(prefixes: readonly Prefix[]): Prefix[] {
  return prefixes.filter(
    (prefix, i) =>
      !prefixes.some((other, j) => j !== i && covers(other, prefix) && (other.length < prefix.length || j < i)),
  );
}

function isLaterOnly({ place, ranges }: FieldTest): boolean {
  return place === FRAGMENT_WORD && !holds(ranges, WHOLE) && !holds(ranges, FIRST);
}

export function holds(ranges: readonly Range[], number: number): boolean {
  return ranges.some(([low, high]) => low <= number && number <= high);
}

function product(left: readonly Part[], right: readonly Part[]): Part[] {
  return left.flatMap((a) => right.flatMap((b) => both(a, b) ?? []));
}

/** Null: no protocol has both. */
function both(a: Part, b: Part): Part | null {
  const transports =
    a.transports && b.transports
      ? a.transports.filter((number) => b.transports!.includes(number))
      : (a.transports ?? b.transports ?? null);
  if (transports?.length === 0) return null;
  return { ...a, ...b, tests: [...(a.tests ?? []), ...(b.tests ?? [])], transports };
}

/** Alternatives of one predicate. */
function partsOf(predicate: Predicate, family: Family): Part[] {
  const { attribute } = predicate;
  const test = (place: Place, low: number, high = low): FieldTest => ({ attribute, place, ranges: [[low, high]] });
  const tcp = [Protocol.tcp];
  const isOne = (one: Part[], zero: Part[]) => {
    const ranges = rangesOf(predicate, 1)!;
    return [...(holds(ranges, 1) ? one : []), ...(holds(ranges, 0) ? zero : [])];
  };
  switch (attribute) {
    case 'ip.fragment':
      return fragmentParts(predicate, family);
    case 'tcp.mss':
      return [{ mss: rangesOf(predicate, 65_535)!, transports: tcp }];
    case 'tcp.strayAck':
      return isOne(
        [{ tests: [test(ACK_FLAG, 0), test(ACK_NUMBER, 1, WORD)], transports: tcp }],
        [
          { tests: [test(ACK_FLAG, 1)], transports: tcp },
          { tests: [test(ACK_FLAG, 0), test(ACK_NUMBER, 0)], transports: tcp },
        ],
      );
    case 'tcp.zeroSequence':
      return isOne(
        [{ tests: [test(SEQUENCE_NUMBER, 0)], transports: tcp }],
        [{ tests: [test(SEQUENCE_NUMBER, 1, WORD)], transports: tcp }],
      );
    case 'dns.response': {
      const qr = { attribute, place: DNS_RESPONSE, ranges: rangesOf(predicate, 1)! };
      return [{ tests: [test(UDP_LENGTH, DNS_LEAST_UDP_LENGTH, 65_535), qr], transports: [Protocol.udp] }];
    }
    default: {
      const { v4, v6, protocols } = PACKET_PLACES[attribute];
      const own = fieldTest(predicate, family === 4 ? v4 : v6);
      return own === null ? [] : [{ tests: [own], transports: protocols?.[family] ?? null }];
    }
  }
}

/** Null: this version has no such field, or it never holds such a value. */
function fieldTest(predicate: Predicate, place: Place | null): FieldTest | null {
  if (place === null) return null;
  const { scale, add, mask } = place;
  const ranges = rangesOf(predicate, 2 ** 33)!
    .map(([low, high]) => [Math.ceil((low - add) / scale), Math.floor((high - add) / scale)] as const)
    .map(([low, high]) => [Math.max(low, 0), Math.min(high, mask)] as const)
    .filter(([low, high]) => low <= high);
  return ranges.length === 0 ? null : { attribute: predicate.attribute, place, ranges: joinRanges(ranges) };
}

/** Whole, first, later: of the 14 bits MF and offset; of IPv6 by the fragment header. */
function fragmentParts(predicate: Predicate, family: Family): Part[] {
  const wanted = rangesOf(predicate, 2)!;
  const has = (value: number) => holds(wanted, value);
  if (family === 6) {
    const headers: FragmentHeader[] = [
      ...(has(0) ? (['absent', 'atomic'] as const) : []),
      ...(has(1) ? (['first'] as const) : []),
      ...(has(2) ? (['later'] as const) : []),
    ];
    return headers.map((fragmentHeader) => ({ fragmentHeader }));
  }
  const ranges: Range[] = [];
  if (has(0)) ranges.push([WHOLE, WHOLE]);
  if (has(1)) ranges.push([FIRST, FIRST]);
  if (has(2)) ranges.push([1, 0x1fff], [0x2001, 0x3fff]);
  return [{ tests: [{ attribute: 'ip.fragment', place: FRAGMENT_WORD, ranges: joinRanges(ranges) }] }];
}
