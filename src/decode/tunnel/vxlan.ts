/** VXLAN (RFC 7348), its generic protocol extension (draft-ietf-nvo3-vxlan-gpe) with NSH (RFC 8300), and Geneve (RFC 8926). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';

const VXLAN_BYTES = 8;
const GPE_NEXT_AT = 3;
const NEXT_IPV4 = 1;
const NEXT_IPV6 = 2;
const NEXT_ETHERNET = 3;
const NEXT_NSH = 4;
const NSH_MIN_BYTES = 8;
const NSH_LENGTH_AT = 1;
const NSH_LENGTH_MASK = 0x3f;
const NSH_NEXT_AT = 3;
const GENEVE_BYTES = 8;
const GENEVE_LENGTH_MASK = 0x3f;
const GENEVE_PROTOCOL_AT = 2;

export function decodeVxlan(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < VXLAN_BYTES) return missing(cursor, VXLAN_BYTES);
  cursor.at += VXLAN_BYTES;
  return decodeEthernet(view, cursor);
}

export function decodeVxlanGpe(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < VXLAN_BYTES) return missing(cursor, VXLAN_BYTES);
  cursor.at = at + VXLAN_BYTES;
  const next = view.getUint8(at + GPE_NEXT_AT);
  return next === NEXT_NSH ? decodeServiceHeader(view, cursor) : takeNext(view, cursor, next);
}

function decodeServiceHeader(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < NSH_MIN_BYTES) return missing(cursor, NSH_MIN_BYTES);
  const bytes = (view.getUint8(at + NSH_LENGTH_AT) & NSH_LENGTH_MASK) << 2;
  if (bytes < NSH_MIN_BYTES) return DecodeStatus.malformed;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return takeNext(view, cursor, view.getUint8(at + NSH_NEXT_AT));
}

/** Both headers number their next protocol alike. */
function takeNext(view: DataView, cursor: Cursor, next: number): DecodeStatus {
  if (next === NEXT_ETHERNET) return decodeEthernet(view, cursor);
  cursor.etherType = next === NEXT_IPV4 ? EtherType.ipv4 : next === NEXT_IPV6 ? EtherType.ipv6 : EtherType.other;
  return DecodeStatus.ok;
}

export function decodeGeneve(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < GENEVE_BYTES) return missing(cursor, GENEVE_BYTES);
  const bytes = GENEVE_BYTES + ((view.getUint8(at) & GENEVE_LENGTH_MASK) << 2);
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  cursor.etherType = view.getUint16(at + GENEVE_PROTOCOL_AT, false);
  return cursor.etherType === EtherType.transparentBridging ? decodeEthernet(view, cursor) : DecodeStatus.ok;
}
