/** VXLAN (RFC 7348), its generic protocol extension (draft-ietf-nvo3-vxlan-gpe), and Geneve (RFC 8926). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { etherTypeOfNext } from '../link/lan-tags.js';

const VXLAN_BYTES = 8;
const GPE_NEXT_AT = 3;
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
  cursor.etherType = EtherType.other;
  if (cursor.end - at < VXLAN_BYTES) return missing(cursor, VXLAN_BYTES);
  cursor.at = at + VXLAN_BYTES;
  cursor.etherType = etherTypeOfNext(view.getUint8(at + GPE_NEXT_AT));
  return DecodeStatus.ok;
}

export function decodeGeneve(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < GENEVE_BYTES) return missing(cursor, GENEVE_BYTES);
  const bytes = GENEVE_BYTES + ((view.getUint8(at) & GENEVE_LENGTH_MASK) << 2);
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  cursor.etherType = view.getUint16(at + GENEVE_PROTOCOL_AT, false);
  return DecodeStatus.ok;
}
