/** Ethernet II and IEEE 802.3 frames. IEEE 802.3 §3.2.6: up to 1500 the field is a length and LLC follows, from 1536 it is a type. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

export const ETHERNET_HEADER_BYTES = 14;
const TYPE_AT = 12;
const MAX_LENGTH_VALUE = 1500;
/** Cisco ISL: a 26-byte header around the frame, addressed to 01:00:0c:00:0x:xx, where the first x is the kind of frame. */
const ISL_BYTES = 26;
const ISL_ADDRESS = 0x0100_0c00;
const ISL_KIND_AT = 4;
const ISL_KIND_BITS = 4;
const ISL_ETHERNET = 0x000;

export function decodeEthernet(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < ETHERNET_HEADER_BYTES) {
    cursor.etherType = EtherType.other;
    return missing(cursor, ETHERNET_HEADER_BYTES);
  }
  const value = view.getUint16(at + TYPE_AT, false);
  if (value <= MAX_LENGTH_VALUE && isIsl(view, at)) return skipIsl(cursor);
  cursor.at = at + ETHERNET_HEADER_BYTES;
  return takeTypeOrLength(view, cursor, value);
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

function isIsl(view: DataView, at: number): boolean {
  const isAddress = view.getUint32(at, false) === ISL_ADDRESS;
  return isAddress && view.getUint16(at + ISL_KIND_AT, false) >>> ISL_KIND_BITS === ISL_ETHERNET;
}

function skipIsl(cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < ISL_BYTES) return missing(cursor, ISL_BYTES);
  cursor.at += ISL_BYTES;
  cursor.etherType = EtherType.transparentBridging;
  return DecodeStatus.ok;
}
