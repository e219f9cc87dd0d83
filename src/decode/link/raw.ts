/** No link header at all: LINKTYPE_RAW and the DLT_RAW values some systems wrote into files. The version nibble says what it is. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodePpp } from './ppp.js';

/** Interfaces that dial write PPP and ISDN headers under this type; tshark knows these two. */
const HDLC_ADDRESS_CONTROL = 0xff03;
const ZERO_HEADER_BYTES = 10;

export function decodeRaw(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  if (takeVersion(view, cursor)) return DecodeStatus.ok;
  if (cursor.end - cursor.at <= ZERO_HEADER_BYTES) return DecodeStatus.malformed;
  if (view.getUint16(cursor.at, false) === HDLC_ADDRESS_CONTROL) return decodePpp(view, cursor);
  if (view.getUint32(cursor.at, false) !== 0 || view.getUint32(cursor.at + 4, false) !== 0) {
    return DecodeStatus.malformed;
  }
  if (view.getUint16(cursor.at + 8, false) !== 0) return DecodeStatus.malformed;
  cursor.at += ZERO_HEADER_BYTES;
  return takeVersion(view, cursor) ? DecodeStatus.ok : DecodeStatus.malformed;
}

/** Is there an IP header at `cursor.at`, by its version? */
export function isIpVersion(view: DataView, cursor: Cursor): boolean {
  if (cursor.at >= cursor.end) return false;
  const version = view.getUint8(cursor.at) >> 4;
  return version === 4 || version === 6;
}

/** Sets `cursor.etherType` by the version nibble; false where it is neither. There must be a byte. */
export function takeVersion(view: DataView, cursor: Cursor): boolean {
  const version = view.getUint8(cursor.at) >> 4;
  if (version === 4) cursor.etherType = EtherType.ipv4;
  else if (version === 6) cursor.etherType = EtherType.ipv6;
  else return false;
  return true;
}
