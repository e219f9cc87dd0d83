/**
 * Tunnels over UDP, by the ports that are registered for them. A new one is a name, a line in tunnelOfPort() (and in
 * isTunnelPort() of src/kernel/wasm/decode.ts) and a case in openUdpTunnel().
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType } from '../cursor.js';
import { decodeAmt } from './amt.js';
import { decodeAyiya } from './ayiya.js';
import { decodeCapwap } from './capwap.js';
import { decodeGre } from './gre.js';
import { decodeGtp } from './gtp.js';
import { decodeL2tp } from './l2tp.js';
import { decodeLispControl, decodeLispData } from './lisp.js';
import { decodeLwapp } from './lwapp.js';
import { decodeTeredo } from './teredo.js';
import { decodeTzsp } from './tzsp.js';
import { decodeGeneve, decodeVxlan, decodeVxlanGpe } from './vxlan.js';

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
  l2tp: 13,
  teredo: 14,
  lispData: 15,
  lispControl: 16,
  lwapp: 17,
  tzsp: 18,
  amt: 19,
} as const;
export type Tunnel = (typeof Tunnel)[keyof typeof Tunnel];

/** 1 for every 256 ports with a tunnel's among them: 4 % of random ports, so that a flood pays for little more than two lookups. */
const HAS_TUNNEL = new Uint8Array(256);

/** The lower port says what it is, else the higher one, as tshark decides. Called for every UDP packet that is plain. */
export function tunnelOfPorts(srcPort: number, dstPort: number): Tunnel {
  if ((HAS_TUNNEL[srcPort >>> 8]! | HAS_TUNNEL[dstPort >>> 8]!) === 0) return Tunnel.none;
  const low = srcPort < dstPort ? srcPort : dstPort;
  const byLow = tunnelOfPort(low);
  if (byLow !== Tunnel.none) return byLow;
  const high = srcPort < dstPort ? dstPort : srcPort;
  const byHigh = tunnelOfPort(high);
  if (byHigh === Tunnel.none || isService(low)) return Tunnel.none;
  // TZSP's port is one a system may give to any client, so only packets to it are opened.
  return byHigh === Tunnel.tzsp && srcPort === high ? Tunnel.none : byHigh;
}

/** Services whose answers may go to any port, above all in an attack: they are no tunnel. */
function isService(port: number): boolean {
  switch (port) {
    case 7: // echo
    case 13: // daytime
    case 19: // chargen
    case 37: // time
    case 53: // DNS
    case 67: // DHCP
    case 68:
    case 69: // TFTP
    case 88: // Kerberos
    case 111: // portmapper
    case 123: // NTP
    case 137: // NetBIOS
    case 138:
    case 161: // SNMP
    case 162:
    case 177: // XDMCP
    case 389: // CLDAP
    case 427: // SLP
    case 443: // QUIC
    case 500: // IKE
    case 514: // syslog
    case 520: // RIP
    case 623: // IPMI
    case 853: // DNS over DTLS and QUIC
    case 1194: // OpenVPN
    case 1900: // SSDP
      return true;
    default:
      return false;
  }
}

function tunnelOfPort(port: number): Tunnel {
  switch (port) {
    case 1701:
      return Tunnel.l2tp;
    case 2123:
    case 2152:
    case 3386:
      return Tunnel.gtp;
    case 2268:
      return Tunnel.amt;
    case 3544:
      return Tunnel.teredo;
    case 4341:
      return Tunnel.lispData;
    case 4342:
      return Tunnel.lispControl;
    case 4754:
      return Tunnel.gre;
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
    case 6635:
      return Tunnel.mpls;
    case 12_222:
      return Tunnel.lwapp;
    case 37_008:
      return Tunnel.tzsp;
    default:
      return Tunnel.none;
  }
}

for (let port = 0; port <= 0xffff; port += 1) if (tunnelOfPort(port) !== Tunnel.none) HAS_TUNNEL[port >>> 8] = 1;

/** Moves the cursor from the payload's first byte to the packet inside and sets `cursor.etherType`. */
export function openUdpTunnel(view: DataView, cursor: Cursor, tunnel: Tunnel): DecodeStatus {
  switch (tunnel) {
    case Tunnel.gtp:
      return decodeGtp(view, cursor);
    case Tunnel.vxlan:
      return decodeVxlan(view, cursor);
    case Tunnel.vxlanGpe:
      return decodeVxlanGpe(view, cursor);
    case Tunnel.geneve:
      return decodeGeneve(view, cursor);
    case Tunnel.l2tp:
      return decodeL2tp(view, cursor);
    case Tunnel.teredo:
      return decodeTeredo(view, cursor);
    case Tunnel.ayiya:
      return decodeAyiya(view, cursor);
    case Tunnel.capwap:
      return decodeCapwap(view, cursor);
    case Tunnel.gre:
      return decodeGre(view, cursor);
    case Tunnel.lispData:
      return decodeLispData(view, cursor);
    case Tunnel.lispControl:
      return decodeLispControl(view, cursor);
    case Tunnel.lwapp:
      return decodeLwapp(view, cursor);
    case Tunnel.tzsp:
      return decodeTzsp(view, cursor);
    case Tunnel.amt:
      return decodeAmt(view, cursor);
    default:
      cursor.etherType = EtherType.other;
      return DecodeStatus.ok;
  }
}
