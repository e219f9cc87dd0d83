/** SNAP: an organisation and its protocol number, behind LLC or an NLPID. IEEE 802 §9, RFC 1042; bridged frames RFC 2684 §5.2, RFC 2427 §4.2. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const SNAP_BYTES = 5;
const TYPE_AT = 3;
const OUI_ETHERNET = 0x000000;
/** Bridged frames translated from Ethernet (IEEE 802.1H); numbered like Ethernet. */
const OUI_BRIDGE_TUNNEL = 0x0000f8;
/** IEEE 802.1: a whole frame of another LAN; 1 with, 7 without its frame check sequence. */
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET = 0x0007;
const BRIDGED_ETHERNET_FCS = 0x0001;

/** `padBytes`: what lies between the header and a bridged Ethernet frame, two on ATM (RFC 2684 §5.2), none on Frame Relay. */
export function takeSnap(view: DataView, cursor: Cursor, padBytes: number): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < SNAP_BYTES) return missing(cursor, SNAP_BYTES);
  const oui = (view.getUint16(at, false) << 8) | view.getUint8(at + 2);
  const type = view.getUint16(at + TYPE_AT, false);
  cursor.at = at + SNAP_BYTES;
  if (oui === OUI_ETHERNET || oui === OUI_BRIDGE_TUNNEL) cursor.etherType = type;
  else if (oui === OUI_BRIDGED && (type === BRIDGED_ETHERNET || type === BRIDGED_ETHERNET_FCS)) {
    if (cursor.end - cursor.at < padBytes) return missing(cursor, padBytes);
    cursor.at += padBytes;
    cursor.etherType = EtherType.transparentBridging;
  }
  return DecodeStatus.ok;
}
