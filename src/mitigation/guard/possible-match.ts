/** Could a clause match a packet of which only some is known? What is not known may be anything: when in doubt it matches. */
import { covers, type Prefix } from '../../format/address.js';
import { Protocol } from '../../signature/compile/packet-places.js';
import { prefixesOf, type Range, rangesOf } from '../../signature/compile/predicate-values.js';
import type { Clause, Predicate } from '../../signature/rule.js';

/** Null: not known. */
export interface KnownPacket {
  readonly version: 4 | 6;
  readonly source: Prefix | null;
  readonly protocol: number;
  readonly sourcePort: number | null;
  readonly targetPort: number | null;
  readonly ttl: number | null;
  readonly icmpTypes: Range | null;
}

const SYN = 0x02;
const FIN = 0x01;
const RST = 0x04;
const ACK = 0x10;
/** What arrives at a server in a session: SYN, ACK, FIN+ACK, RST, RST+ACK, whatever PSH, URG, ECE and CWR say. */
const SESSION_FLAGS = new Set([SYN, ACK, FIN | ACK, RST, RST | ACK]);

export function canMatch({ predicates }: Clause, packet: KnownPacket): boolean {
  return predicates.every((predicate) => canHold(predicate, packet));
}

function canHold(predicate: Predicate, packet: KnownPacket): boolean {
  const { attribute } = predicate;
  const { version, protocol } = packet;
  const isPossible = (value: number | null, max: number) => value === null || holdsAny(predicate, max, [value, value]);
  switch (attribute) {
    case 'ip.version':
      return isPossible(version, 255);
    case 'ip.proto':
      return isPossible(protocol, 255);
    case 'ip.src':
      return (prefixesOf(predicate) ?? []).some((prefix) =>
        packet.source === null ? prefix.version === version : covers(prefix, packet.source),
      );
    case 'ip.ttl':
      return isPossible(packet.ttl, 255);
    case 'ip.id':
    case 'ip.df':
    case 'ip.headerLength':
      return version === 4;
    case 'port.src':
      return hasPorts(protocol) && isPossible(packet.sourcePort, 65_535);
    case 'port.dst':
      return hasPorts(protocol) && isPossible(packet.targetPort, 65_535);
    case 'tcp.flags':
      return protocol === Protocol.tcp && hasSessionFlags(predicate);
    case 'icmp.type':
      return isIcmp(protocol) && (packet.icmpTypes === null || holdsAny(predicate, 255, packet.icmpTypes));
    case 'icmp.code':
      return isIcmp(protocol);
    case 'payload.first4':
    case 'payload.next4':
      return protocol === Protocol.tcp || protocol === Protocol.udp;
    default:
      if (attribute.startsWith('tcp.')) return protocol === Protocol.tcp;
      if (attribute.startsWith('udp.') || attribute.startsWith('dns.')) return protocol === Protocol.udp;
      return true;
  }
}

function hasPorts(protocol: number): boolean {
  return protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp;
}

function isIcmp(protocol: number): boolean {
  return protocol === Protocol.icmp || protocol === Protocol.icmp6;
}

function hasSessionFlags(predicate: Predicate): boolean {
  const ranges = rangesOf(predicate, 255);
  if (ranges === null) return true;
  for (const [low, high] of ranges) {
    for (let byte = low; byte <= high; byte += 1) if (SESSION_FLAGS.has(byte & (SYN | FIN | RST | ACK))) return true;
  }
  return false;
}

function holdsAny(predicate: Predicate, max: number, [from, to]: Range): boolean {
  return rangesOf(predicate, max)?.some(([low, high]) => low <= to && from <= high) ?? true;
}
