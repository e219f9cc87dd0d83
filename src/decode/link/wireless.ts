/** IEEE 802.11 data frames, bare or behind radiotap (radiotap.org). IEEE 802.11-2020 §9.2.4, §9.3.2. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

const RADIOTAP_LENGTH_AT = 2;
const RADIOTAP_MIN_BYTES = 8;
const MAC_BYTES = 24;
const FOURTH_ADDRESS_BYTES = 6;
const QOS_BYTES = 2;
const HT_CONTROL_BYTES = 4;
/** Frame control as a little-endian word. */
const VERSION_MASK = 0x0003;
const TYPE_MASK = 0x000c;
const TYPE_DATA = 0x0008;
const SUBTYPE_NO_DATA = 0x0040;
const SUBTYPE_QOS = 0x0080;
const BOTH_DS = 0x0300;
const PROTECTED = 0x4000;
const ORDER = 0x8000;

export function decodeRadiotap(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < RADIOTAP_MIN_BYTES) return missing(cursor, RADIOTAP_MIN_BYTES);
  const bytes = view.getUint16(at + RADIOTAP_LENGTH_AT, true);
  if (bytes < RADIOTAP_MIN_BYTES) return DecodeStatus.malformed;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return decodeWireless(view, cursor);
}

/** `maySwap`: Cisco's controllers swap the two bytes of frame control in a tunnel; the version bits, always 0, tell. */
export function decodeWireless(view: DataView, cursor: Cursor, maySwap = false): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < 2) return missing(cursor, 2);
  const plain = view.getUint16(at, true);
  const isSwapped = maySwap && (plain & (VERSION_MASK | TYPE_MASK)) !== TYPE_DATA;
  const control = isSwapped ? view.getUint16(at, false) : plain;
  // Encrypted data and frames without data are opaque; management frames are not IP.
  if ((control & TYPE_MASK) !== TYPE_DATA || (control & (SUBTYPE_NO_DATA | PROTECTED)) !== 0) return DecodeStatus.ok;
  let bytes = MAC_BYTES;
  if ((control & BOTH_DS) === BOTH_DS) bytes += FOURTH_ADDRESS_BYTES;
  if ((control & SUBTYPE_QOS) !== 0) bytes += (control & ORDER) !== 0 ? QOS_BYTES + HT_CONTROL_BYTES : QOS_BYTES;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return decodeLlc(view, cursor);
}
