/** Why a backend cannot say a predicate, in words; null when it can. */

import { PACKET_ATTRIBUTES } from '../attributes/packet-attributes.js';
import { HELLO_ATTRIBUTES, REQUEST_ATTRIBUTES } from '../attributes/request-attributes.js';
import { type Backend, Can } from '../backend.js';
import type { Clause, Predicate, RowKind } from '../rule.js';
import { isSound } from './branches.js';
import { MAX_EXPRESSION_LENGTH } from './cloudflare-expression.js';
import { quoteText } from './cloudflare-text.js';
import { isGeography, isSoundGeography } from './network-firewall.js';
import { PACKET_PLACES, Protocol } from './packet-places.js';
import { type Range, rangesOf, textsOf, valuesOf } from './predicate-values.js';
import { wafReason } from './waf.js';

const ATTRIBUTES = { packet: PACKET_ATTRIBUTES, request: REQUEST_ATTRIBUTES, hello: HELLO_ATTRIBUTES } as const;
/** Room for the target and for a term beside it. */
const MAX_LITERAL = MAX_EXPRESSION_LENGTH - 160;
/** Of one predicate. In nft a rule is one argument of a shell, which ends at 128 KiB; nowhere else are longer lists any use. */
const MAX_VALUES = 2000;
/** A route's NLRI ends at 4095 bytes (RFC 8955 §4.1); a flag byte takes 16. */
const MAX_FLAG_BYTES = 64;

/** Packets are matched by firewalls, requests and hellos by the WAF. */
export function isForBackend(kind: RowKind, backend: Backend): boolean {
  return (kind === 'packet') !== (backend === 'waf');
}

export function cannotExpress(predicate: Predicate, clause: Clause, kind: RowKind, backend: Backend): string | null {
  const { attribute } = predicate;
  const info = ATTRIBUTES[kind].find(({ name }) => name === attribute);
  if (info === undefined) return `"${attribute}" is no attribute of ${kind}s`;
  if (!isForBackend(kind, backend) || (info.backends & Can[backend]) === 0)
    return `${backend} cannot match ${attribute}`;
  if (!isWellFormed(predicate)) return 'no predicate: expected eq with a value, in with several, or range with two';
  const { length } = valuesOf(predicate);
  if (length > MAX_VALUES) return `${length} values; ${MAX_VALUES} is the most`;
  if (backend === 'waf') return wafReason(predicate) ?? tooLong(predicate);
  if (isGeography(predicate)) return isSoundGeography(predicate) ? tooLong(predicate) : `no value of ${attribute}`;
  if (!isSound(predicate)) return `no value of ${attribute}`;
  if (backend === 'flowspec' && attribute === 'tcp.flags' && countOf(rangesOf(predicate, 255)!) > MAX_FLAG_BYTES)
    return `${MAX_FLAG_BYTES} flag bytes are the most for a route: each names all eight bits`;
  return backend === 'networkFirewall' ? networkFirewallReason(predicate, clause) : null;
}

/** Rules come from files too. */
function isWellFormed({ operator, value }: Predicate): boolean {
  const isList = Array.isArray(value);
  return operator === 'eq' ? !isList : (operator === 'in' || operator === 'range') && isList;
}

function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0);
}

function tooLong(predicate: Predicate): string | null {
  const lengths = (textsOf(predicate) ?? []).map((text) => quoteText(text).length);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return longest > MAX_LITERAL ? `a value takes ${longest} of the ${MAX_EXPRESSION_LENGTH} characters` : null;
}

/** bit_slice reads at fixed bits, and fields of protocols are those of TCP, UDP and ICMP. */
function networkFirewallReason({ attribute }: Predicate, clause: Clause): string | null {
  const protocols = clause.predicates.find((other) => other.attribute === 'ip.proto');
  const has = (number: number) =>
    protocols === undefined || rangesOf(protocols, 255)?.some(([low, high]) => low <= number && number <= high);
  if (attribute.startsWith('payload.') && has(Protocol.tcp) && !pinsHeaderLength(clause) && !impliesUdp(clause))
    return 'the payload of TCP lies at a variable bit, bit_slice reads at fixed ones; with udp, or one tcp.headerLength, it can';
  if (attribute.startsWith('port.') && !has(Protocol.tcp) && !has(Protocol.udp))
    return 'Network Firewall has ports of TCP and UDP only';
  return null;
}

function impliesUdp(clause: Clause): boolean {
  return clause.predicates.some(
    ({ attribute }) => PACKET_PLACES[attribute]?.protocols?.[4].join() === `${Protocol.udp}`,
  );
}

function pinsHeaderLength(clause: Clause): boolean {
  return clause.predicates.some(({ attribute, operator }) => attribute === 'tcp.headerLength' && operator === 'eq');
}
