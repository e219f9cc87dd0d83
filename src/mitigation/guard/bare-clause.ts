/** Whether a clause says more than the name of an attack: what good traffic has as well must not be dropped whole. */
import { parsePrefix } from '../../format/address.js';
import { PACKET_PLACES, Protocol } from '../../signature/compile/packet-places.js';
import { type Range, rangesOf, valuesOf } from '../../signature/compile/predicate-values.js';
import type { Clause, Predicate } from '../../signature/rule.js';
import { VECTORS } from '../../signature/vectors/catalogue.js';
import { isKnownBad, type Vector } from '../../signature/vectors/vector.js';
import { clauseWords } from '../../signature/words.js';

/** Alone or together they are a service or a kind of packet, not an attack. */
const PLAIN = new Set([
  'ip.version',
  'ip.proto',
  'ip.df',
  'ip.fragment',
  'port.dst',
  'tcp.flags',
  'icmp.type',
  'icmp.code',
  'dns.response',
]);
/** They only say where, not what. */
const PLACE = new Set(['ip.version', 'ip.proto', 'port.dst']);
/** Protocols that alone have attributes of this name. */
const IMPLIED: Readonly<Record<string, readonly number[]>> = {
  tcp: [Protocol.tcp],
  udp: [Protocol.udp],
  dns: [Protocol.udp],
  icmp: [Protocol.icmp, Protocol.icmp6],
};
/** Packets are seldom longer. */
const USUAL_LENGTH = 1500;
/** A predicate that leaves more than this of what a field can be does not narrow. */
const WIDE = 0.5;

/** Why the clause must not be dropped, or null. `isLimited`: only what is above a rate is. */
export function bareReason(clause: Clause, isLimited: boolean): string | null {
  if (VECTORS.some((vector) => isKnownBad(vector) && isInside(clause, vector))) return null;
  if (isLimited && VECTORS.some((vector) => mayBeLimited(vector) && isInside(clause, vector))) return null;
  const vector = VECTORS.find((candidate) => !isKnownBad(candidate) && isAllOf(clause, candidate));
  const what = `"${clauseWords(clause)}"`;
  if (vector !== undefined) return `${what} is all that names a ${vector.name}: ${reasonOf(vector)}`;
  if (clause.predicates.some(narrows)) return null;
  return `${what} fits good traffic as well: it names no length, TTL, window, source port, payload or source`;
}

function reasonOf({ needsState, rateOnly }: Vector): string {
  if (needsState) return 'only a filter that follows connections can tell it from good traffic';
  return rateOnly ? 'good traffic looks the same, only its rate is wrong' : 'dropping all of it would cut a service';
}

function mayBeLimited({ rateOnly, needsState }: Vector): boolean {
  return rateOnly && !needsState;
}

/** Every packet of the clause is one of the vector's. */
function isInside({ predicates }: Clause, { recognise }: Vector): boolean {
  const own = new Map(predicates.map((predicate) => [predicate.attribute, predicate]));
  const implied = predicates.flatMap(({ attribute }) => IMPLIED[attribute.split('.')[0] as string] ?? []);
  const isWithin = (wanted: Predicate) => {
    const predicate = own.get(wanted.attribute);
    if (predicate === undefined)
      return wanted.attribute === 'ip.proto' && implied.some((number) => wanted.value === number);
    return isSubset(predicate, wanted);
  };
  return recognise.some((alternative) => alternative.length > 0 && alternative.every(isWithin));
}

/** The clause says nothing that the vector's own predicates do not: every attribute is one of theirs, and no length or the like is narrower. */
function isAllOf({ predicates }: Clause, { recognise }: Vector): boolean {
  return recognise.some((alternative) => {
    const theirs = new Map(alternative.map((predicate) => [predicate.attribute, predicate]));
    return (
      alternative.length > 0 &&
      predicates.some(({ attribute }) => theirs.has(attribute)) &&
      predicates.every((predicate) => {
        const wanted = theirs.get(predicate.attribute);
        if (wanted === undefined) return PLACE.has(predicate.attribute);
        return wanted.operator === 'range' ? isSubset(usual(wanted), predicate) : overlapsWith(predicate, wanted);
      })
    );
  });
}

/** What there is of a range of lengths: "1001 and more" is 1001 to 1500. */
function usual(predicate: Predicate): Predicate {
  if (predicate.operator !== 'range' || !predicate.attribute.endsWith('.length')) return predicate;
  const [low, high] = predicate.value;
  return { ...predicate, value: [low, Math.max(low, Math.min(high, USUAL_LENGTH))] };
}

function isSubset(inner: Predicate, outer: Predicate): boolean {
  const [a, b] = [numbersOf(inner), numbersOf(outer)];
  if (a === null || b === null) return JSON.stringify(valuesOf(inner)) === JSON.stringify(valuesOf(outer));
  return a.every(([low, high]) => b.some(([from, to]) => from <= low && high <= to));
}

function overlapsWith(one: Predicate, other: Predicate): boolean {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if (a === null || b === null) return JSON.stringify(valuesOf(one)) === JSON.stringify(valuesOf(other));
  return a.some(([low, high]) => b.some(([from, to]) => low <= to && from <= high));
}

function numbersOf(predicate: Predicate): Range[] | null {
  return rangesOf(predicate, 2 ** 32 - 1);
}

function narrows(predicate: Predicate): boolean {
  const { attribute } = predicate;
  if (PLAIN.has(attribute)) return false;
  if (attribute === 'ip.src') return shareOfSources(predicate) <= WIDE;
  const ranges = numbersOf(predicate);
  if (ranges === null) return false;
  const most = Math.min(
    PACKET_PLACES[attribute]?.max ?? 65_535,
    attribute.endsWith('.length') ? USUAL_LENGTH : Infinity,
  );
  const held = ranges.reduce((sum, [low, high]) => sum + Math.max(0, Math.min(high, most) - low + 1), 0);
  return held <= (most + 1) * WIDE;
}

function shareOfSources(predicate: Predicate): number {
  const prefixes = valuesOf(predicate).map((value) => parsePrefix(String(value)));
  return prefixes.reduce((sum, prefix) => sum + 2 ** -(prefix?.length ?? 0), 0);
}
