/** One group of packets. The edge fills what a packet does not have with 0 or an empty text, so what it can have is decided by its protocol. */
import type { EdgeNetworkRow } from '../../../src/records/edge-network-rows.js';
import type { AnalyticsNode } from './analytics-nodes.js';
import { addressOf, type Fields, flagsOfText, numberUpTo, textOf, wholeOf } from './field-values.js';
import type { Group } from './read-rows.js';

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const ICMP = new Set([1, 58]);

export function readNetworkRow({ values, sec }: Group, { system }: AnalyticsNode): EdgeNetworkRow | null {
  const packets = wholeOf(values['packets']);
  const bits = wholeOf(values['bits']);
  if (packets === null || packets < 1 || bits === null || system === null) return null;
  const protocol = numberUpTo(values['ipProtocol'], 255);
  const outcome = textOf(values['outcome']);
  return {
    system,
    sec,
    packets,
    bits,
    isDropped: outcome === null ? null : outcome === 'drop',
    source: addressOf(values['ipSourceAddress'] ?? values['ipSourceSubnet']),
    target: addressOf(values['ipDestinationAddress'] ?? values['ipDestinationSubnet']),
    protocol,
    ...transportOf(values, protocol),
    ...headerOf(values),
    country: textOf(values['sourceCountry']),
    // AS 0 is nobody's (RFC 7607).
    asn: numberUpTo(values['sourceAsn'], 0xffff_ffff) || null,
    asnName: textOf(values['sourceAsnName']),
    colo: textOf(values['coloCode']),
    attackId: textOf(values['attackId']),
    vector: textOf(values['attackVector']),
    ruleId: textOf(values['ruleId']),
    ruleName: textOf(values['ruleName']),
    reason: textOf(values['mitigationReason']),
    verdict: textOf(values['verdict']),
    mitigationSystem: textOf(values['mitigationSystem']),
  };
}

/** A later fragment has no ports, whatever stands there. */
function transportOf(values: Fields, protocol: number | null) {
  const isWhole = fragmentOf(values) !== 2;
  const having = (has: boolean, name: string, most: number) => (has && isWhole ? numberUpTo(values[name], most) : null);
  const hasPorts = protocol === TCP || protocol === UDP || protocol === SCTP;
  const hasIcmp = protocol !== null && ICMP.has(protocol);
  const isTcp = protocol === TCP;
  return {
    sourcePort: having(hasPorts, 'sourcePort', 65_535),
    targetPort: having(hasPorts, 'destinationPort', 65_535),
    tcpFlags: isTcp && isWhole ? (numberUpTo(values['tcpFlags'], 255) ?? flagsOfText(values['tcpFlagsString'])) : null,
    tcpWindow: having(isTcp, 'tcpWindowSize', 65_535),
    tcpMss: having(isTcp, 'tcpMss', 65_535) || null,
    udpPayloadLength: having(protocol === UDP, 'udpPayloadLength', 65_535),
    icmpType: having(hasIcmp, 'icmpType', 255),
    icmpCode: having(hasIcmp, 'icmpCode', 255),
  };
}

/** A whole value, or the lower bound of its bucket where only that is available. */
function headerOf(values: Fields) {
  const ttl = numberUpTo(values['ipTtl'], 255);
  // No packet is shorter than its header.
  const length = numberUpTo(values['ipTotalLength'], 65_575) || null;
  return {
    ttl: ttl ?? numberUpTo(values['ipTtlBuckets'], 255),
    isTtlBucket: ttl === null && values['ipTtlBuckets'] !== undefined,
    length: length ?? numberUpTo(values['ipTotalLengthBuckets'], 65_575),
    isLengthBucket: length === null && values['ipTotalLengthBuckets'] !== undefined,
    fragment: fragmentOf(values),
  };
}

function fragmentOf(values: Fields): 0 | 1 | 2 | null {
  const offset = numberUpTo(values['ipFragmentOffset'], 65_535);
  const more = numberUpTo(values['ipMoreFragments'], 1);
  if (offset === null || more === null) return offset !== null && offset > 0 ? 2 : null;
  if (offset > 0) return 2;
  return more === 1 ? 1 : 0;
}
