/**
 * Attributes of packets, by the outer IP header; what lies behind a tunnel's is not a firewall's to match. Ports, flags and all behind
 * them are absent in later fragments. Sources: reference in the field are RFC 791, 8200, 9293, 768, 792, 1035, 5905, 9000; p0f v3.
 */
import type { AttributeInfo, AttributeType } from '../attribute.js';
import { Can } from '../backend.js';

const ALL = Can.bpf | Can.nft | Can.iptables | Can.networkFirewall | Can.flowspec;
const NOT_FLOWSPEC = Can.bpf | Can.nft | Can.iptables | Can.networkFirewall;
const SHOWN_ONLY = 0;

function attribute(
  name: string,
  title: string,
  type: AttributeType,
  backends: number,
  { cost = 1, hasRanges = type === 'ordered' }: { cost?: number; hasRanges?: boolean } = {},
): AttributeInfo {
  return { name, kind: 'packet', title, type, hasRanges, cost, backends };
}

export const PACKET_ATTRIBUTES: readonly AttributeInfo[] = [
  attribute('ip.version', 'IP version', 'category', ALL, { cost: 0.5 }),
  attribute('ip.src', 'source', 'prefix', ALL, { cost: 1.5 }),
  attribute('ip.country', 'source country', 'text', Can.networkFirewall, { cost: 1.5 }),
  attribute('ip.asn', 'source network (ASN)', 'category', Can.networkFirewall, { cost: 1.5 }),
  /** Local lists that hold the source, as the user gave them: "firehol_level1", of several "abuse + firehol_level1"; absent: none does. */
  attribute('ip.list', 'source is on list', 'text', SHOWN_ONLY),
  /** The protocol field, or next header of the fixed IPv6 header. */
  attribute('ip.proto', 'protocol', 'category', ALL, { cost: 0.5 }),
  /** IPv4 total length; IPv6 payload length + 40. */
  attribute('ip.length', 'IP length', 'ordered', ALL),
  attribute('ip.ttl', 'TTL', 'ordered', NOT_FLOWSPEC),
  /** 32, 64, 128, 255: the usual initial value at or above the TTL. */
  attribute('ip.initialTtl', 'initial TTL', 'category', SHOWN_ONLY),
  /** IPv4 only. */
  attribute('ip.id', 'IP id', 'ordered', NOT_FLOWSPEC, { cost: 1.5 }),
  /** "constant", "rising", "zero" or "random" within the source: against its sampled row before. */
  attribute('ip.idClass', 'IP id is', 'text', SHOWN_ONLY),
  /** The whole byte: DSCP and ECN. */
  attribute('ip.tos', 'TOS', 'category', NOT_FLOWSPEC),
  /** IPv4 only; 1 when set. */
  attribute('ip.df', "don't fragment", 'category', NOT_FLOWSPEC),
  /** 0 whole, 1 first fragment, 2 later one. An IPv6 atomic fragment is whole. */
  attribute('ip.fragment', 'fragment', 'category', ALL),
  /** IPv4 only, bytes; above 20 there are options. */
  attribute('ip.headerLength', 'IP header length', 'ordered', NOT_FLOWSPEC),
  /** TCP, UDP, SCTP. */
  attribute('port.src', 'source port', 'category', ALL, { hasRanges: true }),
  attribute('port.dst', 'target port', 'category', ALL, { hasRanges: true }),
  /** "0", "known reflector", "well-known", "registered", "ephemeral" (RFC 6335 §6: from 49 152 on). */
  attribute('port.srcClass', 'source port is', 'text', SHOWN_ONLY),
  /** Eight bits, CWR to FIN. */
  attribute('tcp.flags', 'TCP flags', 'category', ALL),
  attribute('tcp.window', 'TCP window', 'ordered', NOT_FLOWSPEC),
  /** Bytes; 20: no options. */
  attribute('tcp.headerLength', 'TCP header length', 'ordered', NOT_FLOWSPEC),
  /** Value of the option where it is there. */
  attribute('tcp.mss', 'MSS', 'ordered', Can.nft | Can.iptables),
  /** p0f's tokens: "mss,nop,ws". Empty: none. */
  attribute('tcp.options', 'TCP options', 'text', SHOWN_ONLY),
  /** Of SYNs, p0f's format. */
  attribute('tcp.signature', 'SYN signature', 'text', SHOWN_ONLY),
  /** 1: an acknowledgment number without the ACK flag. */
  attribute('tcp.strayAck', 'number without ACK', 'category', NOT_FLOWSPEC, { cost: 1.5 }),
  /** 1: sequence number 0. */
  attribute('tcp.zeroSequence', 'sequence number 0', 'category', NOT_FLOWSPEC, { cost: 1.5 }),
  attribute('tcp.urgentPointer', 'urgent pointer', 'ordered', NOT_FLOWSPEC, { cost: 1.5 }),
  /** The UDP header's length field. */
  attribute('udp.length', 'UDP length', 'ordered', NOT_FLOWSPEC),
  /** Bytes behind TCP, UDP, ICMP header by the IP length. */
  attribute('payload.length', 'payload length', 'ordered', SHOWN_ONLY),
  /** The first four payload bytes of TCP and UDP, big-endian. */
  attribute('payload.first4', 'payload begins', 'category', NOT_FLOWSPEC, { cost: 2 }),
  /** Bytes 4 to 8. */
  attribute('payload.next4', 'payload goes on', 'category', NOT_FLOWSPEC, { cost: 2 }),
  /** Bits a byte over the first 64 bytes, in halves (0, 0.5, ... 8); with 16 bytes at least. */
  attribute('payload.entropy', 'payload entropy', 'ordered', SHOWN_ONLY),
  /** Share of printable bytes in tenths. */
  attribute('payload.printable', 'payload printable', 'ordered', SHOWN_ONLY),
  /** Printable characters up to the first byte that is none, or a space; 2 to 24. */
  attribute('payload.word', 'payload word', 'text', SHOWN_ONLY),
  attribute('icmp.type', 'ICMP type', 'category', ALL),
  attribute('icmp.code', 'ICMP code', 'category', ALL),
  /** 0 query, 1 response. */
  attribute('dns.response', 'DNS response', 'category', NOT_FLOWSPEC, { cost: 1.5 }),
  attribute('dns.type', 'DNS type', 'category', SHOWN_ONLY),
  /** The last two labels. */
  attribute('dns.zone', 'DNS zone', 'text', SHOWN_ONLY),
  attribute('dns.recursion', 'DNS recursion desired', 'category', SHOWN_ONLY),
  /** Length of the first label. */
  attribute('dns.labelLength', 'DNS first label', 'ordered', SHOWN_ONLY),
  /** Advertised size of EDNS; 0: no EDNS. */
  attribute('dns.edns', 'EDNS size', 'ordered', SHOWN_ONLY),
  /** What an application says it is: "ntp mode 7 code 42", "memcached VALUE", "ssdp response", "snmp response", "cldap entry", "stun success", "quic initial 1". */
  attribute('app.message', 'message', 'text', SHOWN_ONLY),
];
