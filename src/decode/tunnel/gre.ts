/** GRE. RFC 2784, RFC 2890 (key, sequence), RFC 2637 §4.1 (version 1, PPTP), RFC 1701 §2 (routing). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { decodePpp } from '../link/ppp.js';
import { decodeErspan2, decodeErspan3 } from './erspan.js';

const BASE_BYTES = 4;
const PROTOCOL_AT = 2;
const CHECKSUM_OR_ROUTING = 0xc000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
/** Version 1 only. */
const ACKNOWLEDGMENT_PRESENT = 0x0080;
const VERSION_MASK = 0x0007;
const META_DATA_BYTES = 4;
const META_DATA_LENGTH_AT = 3;
const META_DATA_UNIT_BYTES = 4;

/** Moves the cursor to the packet inside and sets `cursor.etherType`. */
export function decodeGre(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < BASE_BYTES) return missing(cursor, BASE_BYTES);
  const flags = view.getUint16(at, false);
  const version = flags & VERSION_MASK;
  // Source routes of RFC 1701 were withdrawn in 2000; nothing sends them.
  if (version > 1 || (flags & ROUTING_PRESENT) !== 0) return DecodeStatus.unsupported;
  let bytes = BASE_BYTES;
  if ((flags & CHECKSUM_OR_ROUTING) !== 0) bytes += 4;
  if ((flags & KEY_PRESENT) !== 0) bytes += 4;
  if ((flags & SEQUENCE_PRESENT) !== 0) bytes += 4;
  if (version === 1 && (flags & ACKNOWLEDGMENT_PRESENT) !== 0) bytes += 4;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  const protocol = view.getUint16(at + PROTOCOL_AT, false);
  cursor.at = at + bytes;
  cursor.etherType = protocol;
  switch (protocol) {
    case EtherType.transparentBridging:
      return decodeEthernet(view, cursor);
    case EtherType.ppp:
      // A bare acknowledgment (PPTP) carries nothing.
      return cursor.at === cursor.end ? DecodeStatus.ok : decodePpp(view, cursor);
    case EtherType.erspan:
      return decodeErspan2(view, cursor, (flags & SEQUENCE_PRESENT) !== 0);
    case EtherType.erspan3:
      return decodeErspan3(view, cursor);
    case EtherType.ciscoMetaData:
      return skipMetaData(view, cursor);
    default:
      return DecodeStatus.ok;
  }
}

/** Cisco MetaData (CMD) inside GRE: EtherType of the payload, version, option length in words, options. As tshark's packet-cisco-metadata. */
function skipMetaData(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < META_DATA_BYTES) return missing(cursor, META_DATA_BYTES);
  const bytes = META_DATA_BYTES + view.getUint8(at + META_DATA_LENGTH_AT) * META_DATA_UNIT_BYTES;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.etherType = view.getUint16(at, false);
  cursor.at = at + bytes;
  return DecodeStatus.ok;
}
