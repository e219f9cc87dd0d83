/**
 * Opens what carries another packet. A new tunnel is one line in tunnelOf(), one case in openTunnel(), and its own file.
 * IP in IP (RFC 2003), 6in4 and 6in6 (RFC 4213, RFC 2473), GRE, EtherIP (RFC 3378), MPLS in IP (RFC 4023), SRv6 Ethernet
 * (RFC 8986), and what udp-tunnel.ts knows by port.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns } from '../../records/packet-batch.js';
import { type Cursor, EtherType, IpProtocol, missing } from '../cursor.js';
import { skipTags } from '../link/tags.js';
import { decodeGre } from './gre.js';
import { openUdpTunnel, Tunnel, tunnelOfPorts } from './udp-tunnel.js';

const ETHER_IP_BYTES = 2;

/** The tunnel the packet of `row` is by its protocol or UDP ports; the cursor stands at its payload. */
export function tunnelOf(header: HeaderColumns, row: number): Tunnel {
  switch (header.transport[row]) {
    case IpProtocol.udp:
      return (header.has[row]! & Has.payload) === 0
        ? Tunnel.none
        : tunnelOfPorts(header.srcPort[row]!, header.dstPort[row]!);
    case IpProtocol.ipv4:
      return Tunnel.ipv4;
    case IpProtocol.ipv6:
      return Tunnel.ipv6;
    case IpProtocol.gre:
      return Tunnel.gre;
    case IpProtocol.etherIp:
      return Tunnel.etherIp;
    case IpProtocol.ethernet:
      return Tunnel.ethernet;
    case IpProtocol.mpls:
      return Tunnel.mpls;
    default:
      return Tunnel.none;
  }
}

/** Moves the cursor from the tunnel's first byte to the packet inside and sets `cursor.etherType`. */
export function openTunnel(view: DataView, cursor: Cursor, tunnel: Tunnel): DecodeStatus {
  const status = openHeader(view, cursor, tunnel);
  return status === DecodeStatus.ok ? skipTags(view, cursor) : status;
}

function openHeader(view: DataView, cursor: Cursor, tunnel: Tunnel): DecodeStatus {
  switch (tunnel) {
    case Tunnel.ipv4:
      return take(cursor, EtherType.ipv4);
    case Tunnel.ipv6:
      return take(cursor, EtherType.ipv6);
    case Tunnel.mpls:
      return take(cursor, EtherType.mpls);
    case Tunnel.gre:
      return decodeGre(view, cursor);
    case Tunnel.etherIp:
      if (cursor.end - cursor.at < ETHER_IP_BYTES) return missing(cursor, ETHER_IP_BYTES);
      cursor.at += ETHER_IP_BYTES;
      return take(cursor, EtherType.transparentBridging);
    case Tunnel.ethernet:
      return take(cursor, EtherType.transparentBridging);
    default:
      return openUdpTunnel(view, cursor, tunnel);
  }
}

function take(cursor: Cursor, etherType: number): DecodeStatus {
  cursor.etherType = etherType;
  return DecodeStatus.ok;
}
