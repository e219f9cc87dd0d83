/** GRE header. RFC 2784, RFC 2890 (key, sequence), RFC 2637 §4.1 (version 1, PPTP), RFC 1701 §2 (routing). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, missing } from '../cursor.js';

const BASE_BYTES = 4;
const PROTOCOL_AT = 2;
const CHECKSUM_OR_ROUTING = 0xc000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
/** Version 1 only. */
const ACKNOWLEDGMENT_PRESENT = 0x0080;
const VERSION_MASK = 0x0007;

/** Moves the cursor behind the header and sets `cursor.etherType` to what it carries. */
export function decodeGre(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < BASE_BYTES) return missing(cursor, BASE_BYTES);
  const flags = view.getUint16(at, false);
  const version = flags & VERSION_MASK;
  if (version > 1) return DecodeStatus.unsupported;
  let bytes = BASE_BYTES;
  if ((flags & CHECKSUM_OR_ROUTING) !== 0) bytes += 4;
  if ((flags & KEY_PRESENT) !== 0) bytes += 4;
  if ((flags & SEQUENCE_PRESENT) !== 0) bytes += 4;
  if (version === 1 && (flags & ACKNOWLEDGMENT_PRESENT) !== 0) bytes += 4;
  // Source routes of RFC 1701 were withdrawn in 2000; nothing sends them.
  if ((flags & ROUTING_PRESENT) !== 0) return DecodeStatus.unsupported;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.etherType = view.getUint16(at + PROTOCOL_AT, false);
  cursor.at = at + bytes;
  return DecodeStatus.ok;
}
