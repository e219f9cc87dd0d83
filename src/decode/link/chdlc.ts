/** Cisco HDLC: address, control, then an EtherType. LINKTYPE_C_HDLC, RFC 1547 §4.3.1. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, missing } from '../cursor.js';

const HEADER_BYTES = 4;
const TYPE_AT = 2;

export function decodeChdlc(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  cursor.at = at + HEADER_BYTES;
  cursor.etherType = view.getUint16(at + TYPE_AT, false);
  return DecodeStatus.ok;
}
