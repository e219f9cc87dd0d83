/**
 * Whether a signature would cut off what must not be cut: the operator's sessions, answers of resolvers, the gateway's messages, neighbour
 * discovery; or good traffic as such. And the nearest one that would not. The chain accepts guards and neighbour discovery above every drop; this is
 * asked all the same, so that a plan says what it is about.
 */
import { formatPrefix, overlaps, parsePrefix } from '../../format/address.js';
import { Protocol } from '../../signature/compile/packet-places.js';
import { rangesOf } from '../../signature/compile/predicate-values.js';
import type { Clause, Predicate, RuleMatch } from '../../signature/rule.js';
import type { NormalRequest } from '../plan/normal-request.js';
import type { NormalRules } from '../plan/normal-rules.js';
import type { MitigationPlan, MitigationRequest } from '../types.js';
import { bareReason } from './bare-clause.js';
import { isSpared, narrowBy } from './narrow.js';
import { canMatch, type KnownPacket } from './possible-match.js';
import type { Protected } from './protected-addresses.js';

type NormalSignature = Extract<NormalRules, { kind: 'signature' }>;
type Refused = NonNullable<MitigationPlan['refused']>;

const MAX_NAMED = 3;
/** RFC 4861 §6.1, §7.1: anything else is no neighbour discovery. */
const ND_HOP_LIMIT = 255;
const DNS_PORT = 53;
const DNS_TLS_PORT = 853; // RFC 7858
const NO_PORTS = { sourcePort: null, targetPort: null, ttl: null, icmpTypes: null } as const;
const DISCOVERY: KnownPacket = {
  ...NO_PORTS,
  version: 6,
  source: null,
  protocol: Protocol.icmp6,
  ttl: ND_HOP_LIMIT,
  icmpTypes: [133, 137],
};

/** Null: it may be applied. */
export function judgeSignature(
  request: MitigationRequest,
  normal: NormalRequest,
  protectedList: readonly Protected[],
): Refused | null {
  const { rules } = normal;
  if (rules?.kind !== 'signature' || rules.sample !== null) return null;
  return judgeBare(request, rules) ?? judgeProtected(request, normal, rules, protectedList);
}

function judgeBare(request: MitigationRequest, { rule, limitPps }: NormalSignature): Refused | null {
  const reasons = rule.clauses.map((clause) => bareReason(clause, limitPps !== null));
  const [first] = reasons.filter((reason) => reason !== null);
  if (first === undefined) return null;
  const clauses = rule.clauses.filter((_, i) => reasons[i] === null);
  return {
    code: 'SIGNATURE_BARE',
    message: `it would drop good traffic: ${first}`,
    narrowed: clauses.length === 0 ? null : withRule(request, { ...rule, clauses }),
  };
}

function judgeProtected(
  request: MitigationRequest,
  normal: NormalRequest,
  { rule }: NormalSignature,
  protectedList: readonly Protected[],
): Refused | null {
  const hit = protectedList.filter((by) => !isSpared(by, normal) && hits(rule, by, protectedList));
  const isOfDiscovery = rule.clauses.map((clause) => matchesDiscovery(rule, clause));
  const hasDiscovery = isOfDiscovery.some(Boolean);
  if (hit.length === 0 && !hasDiscovery) return null;
  const named = hit.slice(0, MAX_NAMED).map(({ prefix, why }) => `packets of ${formatPrefix(prefix)} (${why})`);
  if (hit.length > MAX_NAMED) named.push(`${hit.length - MAX_NAMED} more`);
  if (hasDiscovery) named.push('neighbour discovery, ICMPv6 133 to 137, without which IPv6 is cut off');
  const clauses = rule.clauses.map((clause, i) => (isOfDiscovery[i] ? withoutDiscovery(clause) : clause));
  const left = clauses.filter((clause) => clause !== null);
  return {
    code: hit.length > 0 ? 'PROTECTED_ADDRESS' : 'PROTECTED_PACKETS',
    message: `the signature may match ${named.join('; ')}`,
    narrowed: left.length === 0 ? null : narrowBy(withRule(request, { ...rule, clauses: left }), normal, hit),
  };
}

function withRule(request: MitigationRequest, rule: RuleMatch): MitigationRequest {
  if (request.signature == null) return request;
  const isSame = JSON.stringify(rule) === JSON.stringify(request.signature.rule);
  // Another rule than was measured.
  const signature = isSame
    ? request.signature
    : { ...request.signature, rule, recall: null, collateral: null, goodHits: [] };
  return { ...request, signature };
}

function hits(rule: RuleMatch, by: Protected, protectedList: readonly Protected[]): boolean {
  if (!reachesThisHost(rule, protectedList)) return false;
  const clauses = rule.clauses.filter((clause) => names(clause, by));
  return packetsOf(by).some((packet) => clauses.some((clause) => canMatch(clause, packet)));
}

/** Of a session the doubt is enough; what else is protected has to be meant, or every rule of UDP would be about the resolver. */
function names({ predicates }: Clause, { is }: Protected): boolean {
  if (is === 'session') return true;
  return predicates.some(({ attribute }) => attribute === 'ip.src' || (is === 'resolver' && attribute === 'port.src'));
}

/** Packets to others than this host are no session with it. Without a list of its own addresses it may be any. */
function reachesThisHost({ target }: RuleMatch, protectedList: readonly Protected[]): boolean {
  const prefix = target === null ? null : parsePrefix(target);
  if (prefix === null) return true;
  const own = protectedList.filter(({ is }) => is === 'own');
  return own.length === 0 || own.some((address) => overlaps(address.prefix, prefix));
}

/** What is known to come from there; nothing does from own addresses, and fixed ranges are of the link. */
function packetsOf({ prefix, is, sessions = [] }: Protected): KnownPacket[] {
  const from = { ...NO_PORTS, version: prefix.version, source: prefix };
  switch (is) {
    case 'session':
      return sessions.map(([targetPort, sourcePort]) => ({ ...from, protocol: Protocol.tcp, targetPort, sourcePort }));
    case 'resolver':
      return [
        { ...from, protocol: Protocol.udp, sourcePort: DNS_PORT },
        { ...from, protocol: Protocol.tcp, sourcePort: DNS_PORT },
        { ...from, protocol: Protocol.tcp, sourcePort: DNS_TLS_PORT },
      ];
    case 'gateway':
      return [{ ...from, protocol: prefix.version === 4 ? Protocol.icmp : Protocol.icmp6 }];
    default:
      return [];
  }
}

function matchesDiscovery({ target }: RuleMatch, clause: Clause): boolean {
  if (target !== null && parsePrefix(target)?.version === 4) return false;
  return canMatch(clause, DISCOVERY);
}

/** The same without a hop limit of 255, which no router lets through. Null: nothing is left. */
function withoutDiscovery({ predicates }: Clause): Clause | null {
  const others = predicates.filter(({ attribute }) => attribute !== 'ip.ttl');
  const own = predicates.find(({ attribute }) => attribute === 'ip.ttl');
  const ttl =
    own === undefined ? { attribute: 'ip.ttl', operator: 'range' as const, value: [0, 254] as const } : below255(own);
  return ttl === null ? null : { predicates: [...others, ttl] };
}

function below255(predicate: Predicate): Predicate | null {
  const values = (rangesOf(predicate, 255) ?? []).flatMap(([low, high]) =>
    Array.from({ length: high - low + 1 }, (_, i) => low + i),
  );
  const left = values.filter((ttl) => ttl < ND_HOP_LIMIT);
  const [first] = left;
  if (first === undefined) return null;
  if (predicate.operator === 'range') return { ...predicate, value: [first, left.at(-1) ?? first] };
  const { attribute } = predicate;
  return left.length === 1 ? { attribute, operator: 'eq', value: first } : { attribute, operator: 'in', value: left };
}
