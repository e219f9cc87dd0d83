/** LWAPP, the forerunner of CAPWAP (RFC 5412 §3): an 802.11 frame, or a control message. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeWireless } from '../link/wireless.js';

const HEADER_BYTES = 6;
const CONTROL = 0x04;

export function decodeLwapp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  if ((view.getUint8(at) & CONTROL) !== 0) return DecodeStatus.ok;
  cursor.at = at + HEADER_BYTES;
  return decodeWireless(view, cursor);
}
