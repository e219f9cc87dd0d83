/** BSD loopback: LINKTYPE_NULL (address family in the byte order of the capturing host) and LINKTYPE_LOOP (network order). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { etherTypeOfFamily } from './address-family.js';
import { decodePpp } from './ppp.js';

const HEADER_BYTES = 4;
/** Address families are small; a value with upper bits set was written in the other byte order. */
const UPPER_HALF = 0xffff_0000;
const HDLC_ADDRESS_CONTROL = 0xff03;
/** Above are EtherTypes (IEEE 802.3 §3.2.6), which some systems write here. */
const MAX_FAMILY = 1500;

export function decodeNull(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  // Dial-up interfaces of old systems.
  if (view.getUint16(at, false) === HDLC_ADDRESS_CONTROL) return decodePpp(view, cursor);
  const big = view.getUint32(at, false);
  const value = (big & UPPER_HALF) === 0 ? big : view.getUint32(at, true);
  cursor.at = at + HEADER_BYTES;
  cursor.etherType = value > MAX_FAMILY && value < EtherType.other ? value : etherTypeOfFamily(value);
  return DecodeStatus.ok;
}

export function decodeLoop(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  cursor.etherType = etherTypeOfFamily(view.getUint32(cursor.at, false));
  cursor.at += HEADER_BYTES;
  return DecodeStatus.ok;
}
