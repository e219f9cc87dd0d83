/** Token Ring: access control, frame control, two addresses, a route where the source address says so, then LLC. LINKTYPE_IEEE802_5, RFC 1042. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

const HEADER_BYTES = 14;
const FRAME_CONTROL_AT = 1;
const FRAME_TYPE_MASK = 0xc0;
const FRAME_TYPE_LLC = 0x40;
const SOURCE_AT = 8;
const ROUTE_PRESENT = 0x80;
const ROUTE_LENGTH_MASK = 0x1f;

export function decodeTokenRing(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  if ((view.getUint8(at + FRAME_CONTROL_AT) & FRAME_TYPE_MASK) !== FRAME_TYPE_LLC) return DecodeStatus.ok;
  let bytes = HEADER_BYTES;
  if ((view.getUint8(at + SOURCE_AT) & ROUTE_PRESENT) !== 0) {
    if (cursor.end - at < HEADER_BYTES + 1) return missing(cursor, HEADER_BYTES + 1);
    bytes += view.getUint8(at + HEADER_BYTES) & ROUTE_LENGTH_MASK;
  }
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return decodeLlc(view, cursor);
}
