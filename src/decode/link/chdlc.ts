/** Cisco HDLC: address, control, then an EtherType. LINKTYPE_C_HDLC, RFC 1547 §4.3.1. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const HEADER_BYTES = 4;
const TYPE_AT = 2;

/** MPLS, IP, bridged Ethernet. Cisco's other numbers are not those of Ethernet. */
export function decodeChdlc(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  cursor.at = at + HEADER_BYTES;
  cursor.etherType = bareType(view.getUint16(at + TYPE_AT, false));
  return DecodeStatus.ok;
}

/** EtherTypes that serial links use. A VLAN tag, say, is none of them. */
export function bareType(type: number): number {
  switch (type) {
    case EtherType.ipv4:
    case EtherType.ipv6:
    case EtherType.arp:
    case EtherType.mpls:
    case EtherType.mplsMulticast:
    case EtherType.transparentBridging:
      return type;
    default:
      return EtherType.other;
  }
}
