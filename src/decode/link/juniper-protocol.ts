/** Juniper's numbers of what follows, to EtherTypes. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType } from '../cursor.js';
import { decodeChdlc } from './chdlc.js';
import { decodeFrameRelay } from './frame-relay.js';
import { takeNlpid } from './nlpid.js';
import { decodePppProtocol } from './ppp.js';

export const JuniperProtocol = {
  unknown: 0,
  ipv4: 2,
  mplsIpv4: 3,
  ipMpls: 4,
  mpls: 5,
  ipv6: 6,
  mplsIpv6: 7,
  ip6Mpls: 8,
  clnp: 10,
  clnpMpls: 32,
  mplsClnp: 33,
  ppp: 200,
  iso: 201,
  llc: 202,
  llcSnap: 203,
  ethernet: 204,
  frameRelay: 207,
  cHdlc: 208,
} as const;

/** `cursor.at` is behind the number. */
export function takeJuniperProtocol(view: DataView, cursor: Cursor, protocol: number): DecodeStatus {
  cursor.etherType = EtherType.other;
  switch (protocol) {
    case JuniperProtocol.ppp:
      return decodePppProtocol(view, cursor);
    case JuniperProtocol.iso:
    case JuniperProtocol.clnp:
    case JuniperProtocol.mplsClnp:
      return takeNlpid(view, cursor);
    case JuniperProtocol.frameRelay:
      return decodeFrameRelay(view, cursor);
    case JuniperProtocol.cHdlc:
      return decodeChdlc(view, cursor);
    default:
      cursor.etherType = etherTypeOf(protocol);
      return DecodeStatus.ok;
  }
}

function etherTypeOf(protocol: number): number {
  switch (protocol) {
    case JuniperProtocol.ipv4:
    case JuniperProtocol.mplsIpv4:
      return EtherType.ipv4;
    case JuniperProtocol.ipv6:
    case JuniperProtocol.mplsIpv6:
      return EtherType.ipv6;
    case JuniperProtocol.ipMpls:
    case JuniperProtocol.mpls:
    case JuniperProtocol.ip6Mpls:
    case JuniperProtocol.clnpMpls:
      return EtherType.mpls;
    case JuniperProtocol.llc:
    case JuniperProtocol.llcSnap:
      return EtherType.llc;
    case JuniperProtocol.ethernet:
      return EtherType.transparentBridging;
    default:
      return EtherType.other;
  }
}
