/** What a UDP payload says it is, for one sampled row: fields of DNS, or a short name of another protocol's message. */

import { DecodeStatus } from '../../records/decode-status.js';
import type { HeaderColumns } from '../../records/packet-batch.js';
import { Detail, type PacketDetails } from '../../records/packet-details.js';
import type { TextKeeper } from '../../records/text-keeper.js';
import { messageName } from './app-message.js';
import { lowerCaseOf } from './byte-range.js';
import { DnsMessage, decodeDns, looksLikeDns } from './dns/dns-message.js';
import { isWholeQuestion } from './dns/whole-question.js';

/** DNS, multicast DNS (RFC 6762), LLMNR (RFC 4795). */
const DNS_PORTS: readonly number[] = [53, 5353, 5355];
/** Names of NetBIOS have the header of DNS and are encoded otherwise (RFC 1002 §4.2). */
const NETBIOS_PORT = 137;
const DNS_HEADER_BYTES = 12;
const LABEL_KIND = 0xc0;
const POINTER_OFFSET = 0x3fff;
const DOT = 0x2e;
/** Presentation form of two labels: each byte may become four. */
const zone = new Uint8Array(1024);

const message = new DnsMessage();

/** `bytes[at, end)`: what was captured. `isWhole`: that is all of the datagram. */
export function readDatagram(
  bytes: Uint8Array,
  at: number,
  end: number,
  isWhole: boolean,
  columns: HeaderColumns,
  row: number,
  details: PacketDetails,
  to: number,
  names: TextKeeper,
): void {
  const srcPort = columns.srcPort[row] as number;
  const dstPort = columns.dstPort[row] as number;
  const isDns = DNS_PORTS.includes(srcPort) || DNS_PORTS.includes(dstPort);
  const isNetbios = srcPort === NETBIOS_PORT || dstPort === NETBIOS_PORT;
  if (isDns || (!isNetbios && isDnsElsewhere(bytes, at, end))) {
    readDns(bytes, at, end, isWhole, details, to, names);
    return;
  }
  const name = messageName(bytes, at, end, srcPort, dstPort);
  if (name !== '') details.signatureOrMessage[to] = names.keepText(name);
}

function isDnsElsewhere(bytes: Uint8Array, at: number, end: number): boolean {
  if (!looksLikeDns(bytes, at, end)) return false;
  return decodeDns(bytes, at, end, message) === DecodeStatus.ok && isWholeQuestion(message, end);
}

function readDns(
  bytes: Uint8Array,
  at: number,
  end: number,
  isWhole: boolean,
  details: PacketDetails,
  to: number,
  names: TextKeeper,
): void {
  if (end - at < DNS_HEADER_BYTES) return;
  const status = decodeDns(bytes, at, end, message);
  let known: number = Detail.dns;
  if (message.isResponse) known |= Detail.dnsResponse;
  if (message.recursionDesired) known |= Detail.dnsRecursion;
  if (message.hasEdns || (isWhole && status === DecodeStatus.ok)) {
    details.urgentOrEdns[to] = message.hasEdns ? message.ednsUdpBytes : 0;
    known |= Detail.dnsEdns;
  }
  if (message.hasQuestion && message.nameWireBytes > 0) {
    details.mssOrType[to] = message.qtype;
    details.offsetOrLabel[to] = firstLabelBytes(bytes, at, end);
    details.layoutOrZone[to] = keepZone(names);
    known |= Detail.dnsQuestion;
  }
  details.known[to]! |= known;
}

/** The name was read, so a pointer leads backwards to a label or to another one. */
function firstLabelBytes(bytes: Uint8Array, messageAt: number, end: number): number {
  let next = message.nameAt;
  while (next + 1 < end && ((bytes[next] as number) & LABEL_KIND) === LABEL_KIND) {
    const target = messageAt + ((((bytes[next] as number) << 8) | (bytes[next + 1] as number)) & POINTER_OFFSET);
    if (target >= next) return 0;
    next = target;
  }
  return next < end ? (bytes[next] as number) & 0x3f : 0;
}

/** The last two labels in lower case: resolvers that mix it (draft-vixie-dnsext-dns0x20) ask for the same zone. */
function keepZone(names: TextKeeper): number {
  const { name, nameLength } = message;
  let from = nameLength;
  for (let dots = 0; from > 0; from -= 1) {
    if (name[from - 1] === DOT && (dots += 1) === 2) break;
  }
  const length = Math.min(nameLength - from, zone.length);
  for (let i = 0; i < length; i += 1) zone[i] = lowerCaseOf(name[from + i] as number);
  return names.keep(zone, 0, length);
}
