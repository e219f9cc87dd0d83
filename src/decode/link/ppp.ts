/** PPP protocol field, with or without the HDLC address and control bytes. RFC 1661 §2, RFC 1662; field compression RFC 1661 §6.5. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const HDLC_ADDRESS_CONTROL = 0xff03;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const PPP_MPLS = 0x0281;
const PPP_MPLS_MULTICAST = 0x0283;

/** Frames of link types PPP and PPP_HDLC: the address and control bytes may have been compressed away. */
export function decodePpp(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at >= 2 && view.getUint16(cursor.at, false) === HDLC_ADDRESS_CONTROL) cursor.at += 2;
  return decodePppProtocol(view, cursor);
}

export function decodePppProtocol(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  let protocol = view.getUint8(cursor.at);
  if ((protocol & 1) === 0) {
    if (cursor.end - cursor.at < 2) return missing(cursor, 2);
    protocol = view.getUint16(cursor.at, false);
    cursor.at += 1;
  }
  cursor.at += 1;
  cursor.etherType = etherTypeOfPpp(protocol);
  return DecodeStatus.ok;
}

function etherTypeOfPpp(protocol: number): number {
  switch (protocol) {
    case PPP_IPV4:
      return EtherType.ipv4;
    case PPP_IPV6:
      return EtherType.ipv6;
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
      return EtherType.mpls;
    default:
      return EtherType.other;
  }
}
