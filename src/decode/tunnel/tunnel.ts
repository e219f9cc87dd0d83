/**
 * Opens what carries another packet. A new tunnel is one line in tunnelOf(), one case in openTunnel(), and its own file.
 * IP in IP (RFC 2003), 6in4 and 6in6 (RFC 4213, RFC 2473), GRE, EtherIP (RFC 3378), MPLS in IP (RFC 4023), SRv6 Ethernet
 * (RFC 8986), and over UDP: GTP-U, VXLAN, Geneve, AYIYA, CAPWAP by their registered ports.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns } from '../../records/packet-batch.js';
import { type Cursor, EtherType, IpProtocol, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { skipTags } from '../link/tags.js';
import { decodeAyiya } from './ayiya.js';
import { decodeCapwap } from './capwap.js';
import { decodeGre } from './gre.js';
import { decodeGtp } from './gtp.js';
import { decodeGeneve, decodeVxlan, decodeVxlanGpe } from './vxlan.js';

const ETHER_IP_BYTES = 2;

export const Tunnel = {
  none: 0,
  ipv4: 1,
  ipv6: 2,
  gre: 3,
  etherIp: 4,
  ethernet: 5,
  mpls: 6,
  gtp: 7,
  vxlan: 8,
  vxlanGpe: 9,
  geneve: 10,
  ayiya: 11,
  capwap: 12,
} as const;
export type Tunnel = (typeof Tunnel)[keyof typeof Tunnel];

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

/** VXLAN and Geneve use any source port; GTP-U, AYIYA and CAPWAP answer from their own. */
export function tunnelOfPorts(srcPort: number, dstPort: number): Tunnel {
  const byTarget = tunnelOfPort(dstPort);
  if (byTarget !== Tunnel.none) return byTarget;
  const bySource = tunnelOfPort(srcPort);
  return bySource === Tunnel.gtp || bySource === Tunnel.ayiya || bySource === Tunnel.capwap ? bySource : Tunnel.none;
}

const LOWEST_PORT = 2152;
const HIGHEST_PORT = 6081;

function tunnelOfPort(port: number): Tunnel {
  if (port < LOWEST_PORT || port > HIGHEST_PORT) return Tunnel.none;
  switch (port) {
    case 2152:
      return Tunnel.gtp;
    case 4789:
      return Tunnel.vxlan;
    case 4790:
      return Tunnel.vxlanGpe;
    case 5072:
      return Tunnel.ayiya;
    case 5247:
      return Tunnel.capwap;
    case 6081:
      return Tunnel.geneve;
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
      return decodeEthernet(view, cursor);
    case Tunnel.ethernet:
      return decodeEthernet(view, cursor);
    case Tunnel.gtp:
      return decodeGtp(view, cursor);
    case Tunnel.vxlan:
      return decodeVxlan(view, cursor);
    case Tunnel.vxlanGpe:
      return decodeVxlanGpe(view, cursor);
    case Tunnel.geneve:
      return decodeGeneve(view, cursor);
    case Tunnel.ayiya:
      return decodeAyiya(view, cursor);
    case Tunnel.capwap:
      return decodeCapwap(view, cursor);
    default:
      return take(cursor, EtherType.other);
  }
}

function take(cursor: Cursor, etherType: number): DecodeStatus {
  cursor.etherType = etherType;
  return DecodeStatus.ok;
}
