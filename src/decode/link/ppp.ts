/** PPP protocol field, with or without the HDLC address and control bytes. RFC 1661 §2, RFC 1662; field compression RFC 1661 §6.5. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeChdlc } from './chdlc.js';

const HDLC_ALL_STATIONS = 0xff;
/** Address bytes of Cisco HDLC, which serial interfaces write under the link types of PPP. */
const CHDLC_UNICAST = 0x0f;
const CHDLC_MULTICAST = 0x8f;
const PPP_IPV4 = 0x0021;
const PPP_BRIDGING = 0x0031;
const PPP_MULTILINK = 0x003d;
const PPP_LLC = 0x004b;
const PPP_IPV6 = 0x0057;
const PPP_MPLS = 0x0281;
const PPP_MPLS_MULTICAST = 0x0283;
/** Flags and the kind of LAN, 1 for Ethernet (RFC 3518 §4.2). */
const BRIDGING_BYTES = 2;
const BRIDGED_ETHERNET = 1;
/** Long sequence numbers, the default (RFC 1990 §3). A fragment that is not the whole packet stays closed. */
const MULTILINK_BYTES = 4;
const BEGIN_AND_END = 0xc0;
/** Not a protocol number: its bytes are missing. */
const NO_NUMBER = -1;

/** Frames of link types PPP and PPP_HDLC: the address and control bytes may have been compressed away. */
export function decodePpp(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 2) return decodePppProtocol(view, cursor);
  const address = view.getUint8(cursor.at);
  if (address === CHDLC_UNICAST || address === CHDLC_MULTICAST) return decodeChdlc(view, cursor);
  if (address === HDLC_ALL_STATIONS) cursor.at += 2;
  return decodePppProtocol(view, cursor);
}

export function decodePppProtocol(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  let protocol = takeNumber(view, cursor);
  if (protocol === PPP_MULTILINK) {
    if (cursor.end - cursor.at < MULTILINK_BYTES) return missing(cursor, MULTILINK_BYTES);
    if ((view.getUint8(cursor.at) & BEGIN_AND_END) !== BEGIN_AND_END) return DecodeStatus.ok;
    cursor.at += MULTILINK_BYTES;
    protocol = takeNumber(view, cursor);
  }
  if (protocol === NO_NUMBER) return missing(cursor, cursor.end - cursor.at + 1);
  if (protocol === PPP_BRIDGING) return skipBridging(view, cursor);
  cursor.etherType = etherTypeOfPpp(protocol);
  return DecodeStatus.ok;
}

/** One byte where it is odd, else two. */
function takeNumber(view: DataView, cursor: Cursor): number {
  const at = cursor.at;
  if (cursor.end - at < 1) return NO_NUMBER;
  const first = view.getUint8(at);
  if ((first & 1) !== 0) {
    cursor.at = at + 1;
    return first;
  }
  if (cursor.end - at < 2) return NO_NUMBER;
  cursor.at = at + 2;
  return view.getUint16(at, false);
}

function skipBridging(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < BRIDGING_BYTES) return missing(cursor, BRIDGING_BYTES);
  if (view.getUint8(cursor.at + 1) === BRIDGED_ETHERNET) cursor.etherType = EtherType.transparentBridging;
  cursor.at += BRIDGING_BYTES;
  return DecodeStatus.ok;
}

function etherTypeOfPpp(protocol: number): number {
  switch (protocol) {
    case PPP_IPV4:
    // Not assigned, but seen, and read by tshark.
    case EtherType.ipv4:
      return EtherType.ipv4;
    case PPP_IPV6:
    case EtherType.ipv6:
      return EtherType.ipv6;
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
      return EtherType.mpls;
    case PPP_LLC:
      return EtherType.llc;
    default:
      return EtherType.other;
  }
}
