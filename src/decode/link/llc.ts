/** IEEE 802.2 LLC and SNAP, RFC 1042: IP either behind SNAP with the EtherType, or behind service access point 0x06. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const LLC_BYTES = 3;
const CONTROL_AT = 2;
const SNAP_BYTES = 8;
const SNAP_OUI_AT = 3;
const SNAP_TYPE_AT = 6;
const SAP_SNAP = 0xaaaa;
const SAP_IP = 0x06;
const UNNUMBERED = 0x03;
/** "Bridged" SNAP frames of RFC 2684 and RFC 1490 carry a whole Ethernet frame; two padding bytes lie in between there only on ATM. */
const OUI_ETHERNET = 0x000000;
/** Cisco's OUI for IP over bridged networks (RFC 1042 frames translated from Apple/Cisco bridges). */
const OUI_BRIDGE_TUNNEL = 0x0000f8;

export function decodeLlc(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < LLC_BYTES) return missing(cursor, LLC_BYTES);
  if (view.getUint16(at, false) === SAP_SNAP && view.getUint8(at + CONTROL_AT) === UNNUMBERED) {
    if (cursor.end - at < SNAP_BYTES) return missing(cursor, SNAP_BYTES);
    const oui = (view.getUint16(at + SNAP_OUI_AT, false) << 8) | view.getUint8(at + SNAP_OUI_AT + 2);
    cursor.at = at + SNAP_BYTES;
    if (oui === OUI_ETHERNET || oui === OUI_BRIDGE_TUNNEL) cursor.etherType = view.getUint16(at + SNAP_TYPE_AT, false);
    return DecodeStatus.ok;
  }
  // Unnumbered frames have one control byte, the others two.
  const isUnnumbered = (view.getUint8(at + CONTROL_AT) & UNNUMBERED) === UNNUMBERED;
  cursor.at = at + (isUnnumbered ? LLC_BYTES : LLC_BYTES + 1);
  if (view.getUint8(at) === SAP_IP && cursor.at <= cursor.end) cursor.etherType = EtherType.ipv4;
  return DecodeStatus.ok;
}
