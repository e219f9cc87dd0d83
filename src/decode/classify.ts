/** The class of a packet (src/records/traffic-class.ts), by the simplest predicate of each vector. Allocates nothing. */
import {
  ACK,
  DNS_QUERY,
  ESP,
  FIN,
  GRE,
  HTTP_GET,
  HTTP_POST,
  ICMP_ECHO,
  ICMP_OTHER,
  ICMP_REPLY,
  ICMP_UNREACHABLE,
  IP_OTHER,
  LAND,
  PSH_ACK,
  RST,
  SYN,
  SYN_ACK,
  SYN_DATA,
  SYN_ECN,
  SYN_FIN,
  TCP_FRAGMENT,
  TCP_NULL,
  TLS_HELLO,
  UDP,
  UDP_EMPTY,
  UDP_FRAGMENT,
  UDP_PORT_0,
  WEIRD,
  XMAS,
} from '../kernel/class-numbers.js';
import { classTable } from '../kernel/class-table.js';
import { Has, type HeaderColumns, type PacketBatch } from '../records/packet-batch.js';

const { reflectorOfPort: REFLECTOR_OF_PORT, isOrdinary: ORDINARY } = classTable();

const TCP = 6;
const UDP_PROTOCOL = 17;
const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 };
/** A SYN longer than this carries data: the longest header pair without is 60 + 60 bytes, the usual 60. */
const SYN_DATA_IP_LEN = 120;
const DNS_PORT = 53;
/** The first four bytes of a request line, big-endian: "GET ", "HEAD", "POST", "PUT ". */
const GET_WORD = 0x47455420;
const HEAD_WORD = 0x48454144;
const POST_WORD = 0x504f5354;
const PUT_WORD = 0x50555420;

export function classOf(batch: PacketBatch, columns: HeaderColumns, row: number): number {
  const has = columns.has[row] as number;
  const transport = columns.transport[row] as number;
  if ((has & Has.laterFragment) !== 0) return fragmentClass(columns, row);
  if (isLand(columns, row)) return LAND;
  if (transport === TCP) return (has & Has.tcpFlags) === 0 ? IP_OTHER : tcpClass(batch, columns, row);
  if (transport === UDP_PROTOCOL) return (has & Has.ports) === 0 ? IP_OTHER : udpClass(columns, row);
  if ((has & Has.icmp) !== 0) return icmpClass(columns.version[row] as number, columns.icmpType[row] as number);
  const protocol = columns.protocol[row] as number;
  if (protocol === 47) return GRE;
  if (protocol === 50) return ESP;
  return columns.version[row] === 4 && ORDINARY[protocol] === 0 ? WEIRD : IP_OTHER;
}

/**
 * A later fragment of a reflector's answer is part of the answer. IPv6 names its fragment header (44) as the protocol, so what is
 * inside one whose first was not seen is unknown: UDP is what floods are made of.
 */
function fragmentClass(columns: HeaderColumns, row: number): number {
  const protocol = columns.protocol[row] as number;
  const transport = columns.transport[row] as number;
  if (transport === UDP_PROTOCOL) {
    const reflector = reflectorOf(columns.srcPort[row] as number, columns.dstPort[row] as number);
    if (reflector !== 0) return reflector;
  }
  if (transport === TCP) return TCP_FRAGMENT;
  return protocol === TCP ? TCP_FRAGMENT : protocol === UDP_PROTOCOL || protocol === 44 ? UDP_FRAGMENT : IP_OTHER;
}

/** LAND (1997): a packet from its own target; loopback and the unspecified address talk to themselves lawfully. */
function isLand(columns: HeaderColumns, row: number): boolean {
  const { src, dst } = columns;
  const at = row * 4;
  if (
    src[at + 3] !== dst[at + 3] ||
    src[at] !== dst[at] ||
    src[at + 1] !== dst[at + 1] ||
    src[at + 2] !== dst[at + 2]
  ) {
    return false;
  }
  const last = src[at + 3] as number;
  if (columns.version[row] === 4) return last !== 0 && last >>> 24 !== 127;
  return !(src[at] === 0 && src[at + 1] === 0 && src[at + 2] === 0 && (last === 0 || last === 1));
}

function tcpClass(batch: PacketBatch, columns: HeaderColumns, row: number): number {
  const flags = (columns.tcpFlags[row] as number) & 0xff;
  if ((flags & FLAG.syn) !== 0) {
    if ((flags & (FLAG.fin | FLAG.rst)) !== 0) return SYN_FIN;
    if ((flags & FLAG.ack) !== 0) return SYN_ACK;
    if ((columns.ipLen[row] as number) > SYN_DATA_IP_LEN) return SYN_DATA;
    return (flags & (FLAG.ece | FLAG.cwr)) === (FLAG.ece | FLAG.cwr) ? SYN_ECN : SYN;
  }
  const control = flags & (FLAG.fin | FLAG.rst | FLAG.psh | FLAG.ack | FLAG.urg);
  if (control === 0) return TCP_NULL;
  if ((control & (FLAG.fin | FLAG.psh | FLAG.urg)) === (FLAG.fin | FLAG.psh | FLAG.urg)) return XMAS;
  if ((control & FLAG.rst) !== 0) return RST;
  const app = ((columns.has[row] as number) & Has.payload) === 0 ? -1 : appClass(batch, row);
  if (app >= 0) return app;
  if ((control & FLAG.fin) !== 0) return FIN;
  return (control & FLAG.psh) !== 0 ? PSH_ACK : ACK;
}

/** A request that starts in this segment, or -1. */
function appClass(batch: PacketBatch, row: number): number {
  const at = batch.payloadAt[row] as number;
  if ((batch.payloadEnd[row] as number) - at < 6) return -1;
  const word = batch.view.getInt32(at);
  if (word === GET_WORD || word === HEAD_WORD) return HTTP_GET;
  if (word === POST_WORD || word === PUT_WORD) return HTTP_POST;
  // TLS record: handshake (22), version 3.x, then handshake type ClientHello (1) (RFC 8446 §5.1, §4).
  return word >>> 16 === 0x1603 && batch.bytes[at + 5] === 1 ? TLS_HELLO : -1;
}

function udpClass(columns: HeaderColumns, row: number): number {
  const srcPort = columns.srcPort[row] as number;
  const dstPort = columns.dstPort[row] as number;
  if (srcPort === 0 || dstPort === 0) return UDP_PORT_0;
  const reflector = reflectorOf(srcPort, dstPort);
  if (reflector !== 0) return reflector;
  if (dstPort === DNS_PORT) return DNS_QUERY;
  const headers = columns.version[row] === 4 ? 20 : 40;
  return (columns.ipLen[row] as number) <= headers + 9 ? UDP_EMPTY : UDP;
}

/** Peers of the same service talk from port to port (NTP, NetBIOS, mDNS, IKE); a reflector answers a random port. 0: none. */
function reflectorOf(srcPort: number, dstPort: number): number {
  return srcPort !== dstPort || srcPort === DNS_PORT ? (REFLECTOR_OF_PORT[srcPort] as number) : 0;
}

function icmpClass(version: number, type: number): number {
  if (version === 4)
    return type === 8 ? ICMP_ECHO : type === 0 ? ICMP_REPLY : type === 3 ? ICMP_UNREACHABLE : ICMP_OTHER;
  return type === 128 ? ICMP_ECHO : type === 129 ? ICMP_REPLY : type === 1 ? ICMP_UNREACHABLE : ICMP_OTHER;
}
