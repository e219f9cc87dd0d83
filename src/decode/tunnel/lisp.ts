/** LISP: data packets (RFC 9300 §5.3, UDP 4341), and control messages in an IP packet of their own (§5.8, UDP 4342). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { isIpVersion, takeVersion } from '../link/raw.js';

const DATA_BYTES = 8;
const CONTROL_BYTES = 4;
const TYPE_ENCAPSULATED = 8;
/** Authentication stands between header and packet; such messages stay closed. */
const SECURITY = 0x08;

export function decodeLispData(view: DataView, cursor: Cursor): DecodeStatus {
  return takePacket(view, cursor, DATA_BYTES);
}

export function decodeLispControl(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < CONTROL_BYTES) return missing(cursor, CONTROL_BYTES);
  const first = view.getUint8(cursor.at);
  if (first >> 4 !== TYPE_ENCAPSULATED || (first & SECURITY) !== 0) return DecodeStatus.ok;
  return takePacket(view, cursor, CONTROL_BYTES);
}

function takePacket(view: DataView, cursor: Cursor, bytes: number): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  if (isIpVersion(view, cursor)) takeVersion(view, cursor);
  return DecodeStatus.ok;
}
