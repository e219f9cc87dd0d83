/** L2TP version 2 data messages over UDP: PPP inside. RFC 2661 §3.1. Version 3 (RFC 3931) names nothing of what it carries and stays closed. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodePpp } from '../link/ppp.js';

const CONTROL = 0x8000;
const LENGTH_PRESENT = 0x4000;
const SEQUENCE_PRESENT = 0x0800;
const OFFSET_PRESENT = 0x0200;
const VERSION_MASK = 0x000f;
const VERSION_2 = 2;
/** Flags, tunnel, session. */
const MIN_BYTES = 6;
const LENGTH_BYTES = 2;
const SEQUENCE_BYTES = 4;
const OFFSET_BYTES = 2;

export function decodeL2tp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < MIN_BYTES) return missing(cursor, MIN_BYTES);
  const flags = view.getUint16(at, false);
  if ((flags & CONTROL) !== 0 || (flags & VERSION_MASK) !== VERSION_2) return DecodeStatus.ok;
  let bytes = MIN_BYTES;
  if ((flags & LENGTH_PRESENT) !== 0) bytes += LENGTH_BYTES;
  if ((flags & SEQUENCE_PRESENT) !== 0) bytes += SEQUENCE_BYTES;
  if ((flags & OFFSET_PRESENT) !== 0) {
    bytes += OFFSET_BYTES;
    if (cursor.end - at < bytes) return missing(cursor, bytes);
    bytes += view.getUint16(at + bytes - OFFSET_BYTES, false);
  }
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return cursor.at === cursor.end ? DecodeStatus.ok : decodePpp(view, cursor);
}
