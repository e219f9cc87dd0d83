/** GTP-U version 1, the user plane of mobile networks: 3GPP TS 29.281 §5.1. Only G-PDU messages carry a packet. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';

const HEADER_BYTES = 8;
const OPTIONAL_BYTES = 4;
const TYPE_AT = 1;
const LENGTH_AT = 2;
const VERSION_AND_PROTOCOL_TYPE = 0xf0;
const VERSION_1_GTP = 0x30;
const ANY_OPTIONAL = 0x07;
const EXTENSION_PRESENT = 0x04;
const MESSAGE_G_PDU = 0xff;
const MAX_EXTENSIONS = 8;

export function decodeGtp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const flags = view.getUint8(at);
  if ((flags & VERSION_AND_PROTOCOL_TYPE) !== VERSION_1_GTP || view.getUint8(at + TYPE_AT) !== MESSAGE_G_PDU)
    return DecodeStatus.ok;
  limit(cursor, at, HEADER_BYTES + view.getUint16(at + LENGTH_AT, false));
  let next = at + HEADER_BYTES;
  if ((flags & ANY_OPTIONAL) !== 0) {
    next += OPTIONAL_BYTES;
    if (next > cursor.end) return missing(cursor, HEADER_BYTES + OPTIONAL_BYTES);
    if ((flags & EXTENSION_PRESENT) !== 0) next = skipExtensions(view, next, cursor.end);
  }
  if (next >= cursor.end) return DecodeStatus.ok;
  cursor.at = next;
  const version = view.getUint8(next) >> 4;
  if (version === 4) cursor.etherType = EtherType.ipv4;
  else if (version === 6) cursor.etherType = EtherType.ipv6;
  return DecodeStatus.ok;
}

/** Each extension counts itself in units of four bytes and ends with the type of the next; 0 = none. */
function skipExtensions(view: DataView, from: number, end: number): number {
  let at = from;
  for (let count = 0; count < MAX_EXTENSIONS && view.getUint8(at - 1) !== 0; count += 1) {
    const bytes = at < end ? view.getUint8(at) * 4 : 0;
    if (bytes === 0 || at + bytes > end) return end;
    at += bytes;
  }
  return at;
}
