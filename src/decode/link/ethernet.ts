/** Ethernet II and IEEE 802.3 frames. IEEE 802.3 §3.2.6: up to 1500 the field is a length and LLC follows, from 1536 it is a type. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, limit, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

export const ETHERNET_HEADER_BYTES = 14;
const TYPE_AT = 12;
const MAX_LENGTH_VALUE = 1500;

export function decodeEthernet(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < ETHERNET_HEADER_BYTES) return missing(cursor, ETHERNET_HEADER_BYTES);
  cursor.at = at + ETHERNET_HEADER_BYTES;
  return takeTypeOrLength(view, cursor, view.getUint16(at + TYPE_AT, false));
}

/** The field after the addresses (or after a tag): a type, or the length of an LLC frame. `cursor.at` is behind it. */
export function takeTypeOrLength(view: DataView, cursor: Cursor, value: number): DecodeStatus {
  if (value > MAX_LENGTH_VALUE) {
    cursor.etherType = value;
    return DecodeStatus.ok;
  }
  limit(cursor, cursor.at, value);
  return decodeLlc(view, cursor);
}
