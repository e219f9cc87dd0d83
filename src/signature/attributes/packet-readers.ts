/** What each attribute of packets is in sampled rows. Called for every row of a diff: one number, no allocation. */
import { initialTtlOf } from '../../decode/app/syn-signature.js';
import { Has } from '../../records/packet-batch.js';
import { Detail } from '../../records/packet-details.js';
import type { PacketSamples } from '../../records/packet-samples.js';
import { TRAFFIC_CLASSES } from '../../records/traffic-class.js';
import { ABSENT, type AttributeReader } from './attribute-reader.js';

type PacketReader = AttributeReader<PacketSamples>;
type Read = PacketReader['read'];

const TCP = 6;
const UDP = 17;
const V4 = 4;
/** RFC 6335 §6: system, user and dynamic ports. */
const FIRST_REGISTERED = 1024;
const FIRST_EPHEMERAL = 49_152;
const PORT_CLASSES = ['0', 'known reflector', 'well-known', 'registered', 'ephemeral'];
const REFLECTORS: ReadonlySet<number> = new Set(TRAFFIC_CLASSES.map(({ port }) => port).filter((port) => port > 0));

/** Reads when the row has all of these bits. */
const having =
  (bits: number, read: Read): Read =>
  (samples, row) =>
    ((samples.has[row] as number) & bits) === bits ? read(samples, row) : ABSENT;
const knowing =
  (bits: number, read: Read): Read =>
  (samples, row) =>
    ((samples.details.known[row] as number) & bits) === bits ? read(samples, row) : ABSENT;
const ofV4 =
  (read: Read): Read =>
  (samples, row) =>
    samples.version[row] === V4 ? read(samples, row) : ABSENT;
const ofTransport =
  (transport: number, read: Read): Read =>
  (samples, row) =>
    samples.transport[row] === transport ? read(samples, row) : ABSENT;
/** 1 or 0. */
const bit =
  (mask: number): Read =>
  ({ details }, row) =>
    ((details.known[row] as number) & mask) !== 0 ? 1 : 0;
/** Hash 0 is no text. */
const text =
  (read: Read): Read =>
  (samples, row) =>
    read(samples, row) || ABSENT;

const number = (read: Read, parts = 1): PacketReader => ({ read, parts });
const hashed = (read: Read): PacketReader => ({ read: text(read), parts: 1 });

const READERS: readonly (readonly [string, PacketReader])[] = [
  ['ip.version', number(({ version }, row) => version[row] || ABSENT)],
  ['ip.proto', number(({ version, protocol }, row) => (version[row] === 0 ? ABSENT : (protocol[row] as number)))],
  ['ip.length', number(({ version, ipLen }, row) => (version[row] === 0 ? ABSENT : (ipLen[row] as number)))],
  ['ip.ttl', number(having(Has.ttl, ({ ttl }, row) => ttl[row] as number))],
  ['ip.initialTtl', number(having(Has.ttl, ({ ttl }, row) => initialTtlOf(ttl[row] as number)))],
  ['ip.id', number(ofV4(knowing(Detail.ip, ({ details }, row) => details.ipId[row] as number)))],
  ['ip.tos', number(knowing(Detail.ip, ({ details }, row) => details.tos[row] as number))],
  ['ip.df', number(ofV4(knowing(Detail.ip, bit(Detail.dontFragment))))],
  ['ip.fragment', number(({ version, has }, row) => (version[row] === 0 ? ABSENT : fragmentOf(has[row] as number)))],
  ['ip.headerLength', number(ofV4(knowing(Detail.ip, ({ details }, row) => details.ipHeaderLength[row] as number)))],
  ['port.src', number(having(Has.ports, ({ srcPort }, row) => srcPort[row] as number))],
  ['port.dst', number(having(Has.ports, ({ dstPort }, row) => dstPort[row] as number))],
  [
    'port.srcClass',
    {
      read: having(Has.ports, ({ srcPort }, row) => portClassOf(srcPort[row] as number)),
      parts: 1,
      words: PORT_CLASSES,
    },
  ],
  ['tcp.flags', number(having(Has.tcpFlags, ({ tcpFlags }, row) => (tcpFlags[row] as number) & 0xff))],
  ['tcp.window', number(having(Has.tcpFlags, ({ tcpWindow }, row) => tcpWindow[row] as number))],
  ['tcp.headerLength', number(knowing(Detail.tcp, ({ details }, row) => details.offsetOrLabel[row] as number))],
  ['tcp.mss', number(knowing(Detail.mss, ({ details }, row) => details.mssOrType[row] as number))],
  ['tcp.options', hashed(knowing(Detail.options, ({ details }, row) => details.layoutOrZone[row] as number))],
  ['tcp.signature', hashed(ofTransport(TCP, ({ details }, row) => details.signatureOrMessage[row] as number))],
  ['tcp.strayAck', number(knowing(Detail.tcp, bit(Detail.strayAck)))],
  ['tcp.zeroSequence', number(knowing(Detail.tcp, bit(Detail.zeroSequence)))],
  ['tcp.urgentPointer', number(knowing(Detail.options, ({ details }, row) => details.urgentOrEdns[row] as number))],
  ['udp.length', number(knowing(Detail.udpLength, ({ details }, row) => details.udpLength[row] as number))],
  ['payload.length', number(knowing(Detail.payloadLength, ({ details }, row) => details.payloadLength[row] as number))],
  ['payload.first4', number(knowing(Detail.first4, ({ details }, row) => details.first4[row] as number))],
  ['payload.next4', number(knowing(Detail.next4, ({ details }, row) => details.next4[row] as number))],
  [
    'payload.entropy',
    number(
      knowing(Detail.entropy, ({ details }, row) => details.entropy[row] as number),
      2,
    ),
  ],
  [
    'payload.printable',
    number(
      knowing(Detail.printable, ({ details }, row) => details.printable[row] as number),
      10,
    ),
  ],
  ['payload.word', hashed(({ details }, row) => details.word[row] as number)],
  ['icmp.type', number(having(Has.icmp, ({ icmpType }, row) => icmpType[row] as number))],
  ['icmp.code', number(having(Has.icmp, ({ icmpCode }, row) => icmpCode[row] as number))],
  ['dns.response', number(knowing(Detail.dns, bit(Detail.dnsResponse)))],
  ['dns.type', number(knowing(Detail.dnsQuestion, ({ details }, row) => details.mssOrType[row] as number))],
  ['dns.zone', hashed(knowing(Detail.dnsQuestion, ({ details }, row) => details.layoutOrZone[row] as number))],
  ['dns.recursion', number(knowing(Detail.dns, bit(Detail.dnsRecursion)))],
  ['dns.labelLength', number(knowing(Detail.dnsQuestion, ({ details }, row) => details.offsetOrLabel[row] as number))],
  ['dns.edns', number(knowing(Detail.dnsEdns, ({ details }, row) => details.urgentOrEdns[row] as number))],
  ['app.message', hashed(ofTransport(UDP, ({ details }, row) => details.signatureOrMessage[row] as number))],
];

/** What lies behind the IP header. */
const BEHIND_IP = /^(port|tcp|udp|payload|icmp|dns|app)\./;

/**
 * By attribute; addresses and what is found out from several rows are read elsewhere. What lies behind extension headers, or in a later
 * fragment, is left out: most backends look for it where the IP header ends, and would match something else.
 */
export const PACKET_READERS: ReadonlyMap<string, PacketReader> = new Map(
  READERS.map(([name, reader]) => [
    name,
    BEHIND_IP.test(name) ? { ...reader, read: rightBehindIp(reader.read) } : reader,
  ]),
);

function rightBehindIp(read: Read): Read {
  return (samples, row) =>
    samples.protocol[row] === samples.transport[row] && ((samples.has[row] as number) & Has.laterFragment) === 0
      ? read(samples, row)
      : ABSENT;
}

function fragmentOf(has: number): number {
  return (has & Has.laterFragment) !== 0 ? 2 : (has & Has.firstFragment) !== 0 ? 1 : 0;
}

/** Index in PORT_CLASSES. */
function portClassOf(port: number): number {
  if (port === 0) return 0;
  if (REFLECTORS.has(port)) return 1;
  return port < FIRST_REGISTERED ? 2 : port < FIRST_EPHEMERAL ? 3 : 4;
}
