/** One IP packet: fixed header, extension headers, transport header. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../records/packet-batch.js';
import { type Cursor, EtherType, IpProtocol, missing } from '../cursor.js';
import { decodeIcmp } from '../transport/icmp.js';
import { decodeSctp } from '../transport/sctp.js';
import { decodeTcp } from '../transport/tcp.js';
import { decodeUdp } from '../transport/udp.js';
import { isExtensionHeader, skipExtensionHeaders } from './extension-headers.js';
import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6 } from './ipv6.js';

/**
 * The packet at `cursor.at` into row `row` of `header` (payload bounds into `packets`); `cursor.etherType` is ipv4 or ipv6.
 * Leaves `header.version[row]` alone when there is no readable IP header.
 */
export function decodeNetwork(
  view: DataView,
  cursor: Cursor,
  header: HeaderColumns,
  packets: PacketBatch,
  row: number,
): DecodeStatus {
  const at = cursor.at;
  if (cursor.end <= at) return missing(cursor, 1);
  const version = view.getUint8(at) >> 4;
  let status: DecodeStatus;
  // Type IPv4 with a version 6 header is read as IPv6, as Linux's raw sockets and tshark do; not the other way round.
  if (version === 4 && cursor.etherType === EtherType.ipv4) status = decodeIpv4(view, cursor, header, row);
  else if (version === 6) status = decodeIpv6(view, cursor, header, row);
  else return DecodeStatus.malformed;
  if (header.version[row] !== 0) {
    clearTransport(header, row);
    packets.networkAt[row] = at;
  }
  if (status !== DecodeStatus.ok || (header.has[row]! & Has.laterFragment) !== 0) return status;
  if (isExtensionHeader(cursor.protocol)) {
    status = skipExtensionHeaders(view, cursor, header, row);
    if (status !== DecodeStatus.ok || (header.has[row]! & Has.laterFragment) !== 0) return status;
  }
  const protocol = cursor.protocol;
  if (protocol !== IpProtocol.noNextHeader) header.transport[row] = protocol;
  packets.transportAt[row] = cursor.at;
  return decodeTransport(view, protocol, cursor, header, packets, row);
}

function decodeTransport(
  view: DataView,
  protocol: number,
  cursor: Cursor,
  header: HeaderColumns,
  packets: PacketBatch,
  row: number,
): DecodeStatus {
  switch (protocol) {
    case IpProtocol.tcp:
      return decodeTcp(view, cursor, header, packets, row);
    case IpProtocol.udp:
      return decodeUdp(view, cursor, header, packets, row);
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      return decodeIcmp(view, cursor, header, packets, row);
    case IpProtocol.sctp:
      return decodeSctp(view, cursor, header, packets, row);
    default:
      return DecodeStatus.ok;
  }
}

/** Inner rows are reused without being cleared first, and three headers deep a row is written twice. */
export function clearTransport(header: HeaderColumns, row: number): void {
  header.srcPort[row] = 0;
  header.dstPort[row] = 0;
  header.tcpFlags[row] = 0;
  header.tcpWindow[row] = 0;
  header.icmpType[row] = 0;
  header.icmpCode[row] = 0;
}
