/** CAPWAP data channel between access point and controller: RFC 5415 §4.3, RFC 5416 for 802.11. Frames under DTLS, keep-alives and later fragments stay closed. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { decodeWireless, Wireless } from '../link/wireless.js';

const MIN_HEADER_BYTES = 8;
const PREAMBLE_DTLS = 1;
const FLAGS_AT = 1;
const FRAGMENT_OFFSET_AT = 6;
/** Behind the preamble: five bits of header length in words, radio, binding, then these. */
const LENGTH_SHIFT = 11;
const BINDING_SHIFT = 1;
const BINDING_MASK = 0x1f;
const BINDING_802_11 = 1;
const NATIVE_FRAME = 0x01;
const IS_FRAGMENT = 0x80;
const KEEP_ALIVE = 0x08;

export function decodeCapwap(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < MIN_HEADER_BYTES) return missing(cursor, MIN_HEADER_BYTES);
  if ((view.getUint8(at) & 0x0f) === PREAMBLE_DTLS) return DecodeStatus.ok;
  const word = view.getUint16(at + FLAGS_AT, false);
  const flags = view.getUint8(at + FLAGS_AT + 2);
  const bytes = (word >>> LENGTH_SHIFT) * 4;
  if (bytes < MIN_HEADER_BYTES) return DecodeStatus.malformed;
  const isLater = (flags & IS_FRAGMENT) !== 0 && view.getUint16(at + FRAGMENT_OFFSET_AT, false) >>> 3 !== 0;
  if (isLater || (flags & KEEP_ALIVE) !== 0) return DecodeStatus.ok;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  if ((word & NATIVE_FRAME) === 0) return decodeEthernet(view, cursor);
  const binding = (word >>> BINDING_SHIFT) & BINDING_MASK;
  return binding === BINDING_802_11 ? decodeWireless(view, cursor, Wireless.maySwap) : DecodeStatus.ok;
}
