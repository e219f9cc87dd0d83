/**
 * What monitor mode puts in front of IEEE 802.11: radiotap (radiotap.org; LINKTYPE_IEEE802_11_RADIOTAP), AVS
 * (LINKTYPE_IEEE802_11_AVS) and Prism (LINKTYPE_IEEE802_11_PRISM), where drivers write AVS or nothing as well.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';
import { decodeWireless, Wireless } from './wireless.js';

const LENGTH_AT = 2;
const MIN_BYTES = 8;
const PRESENT_AT = 4;
const PRESENT_TIME = 1;
const PRESENT_FLAGS = 2;
const PRESENT_MORE = 0x8000_0000;
const MAX_PRESENT_WORDS = 16;
const TIME_BYTES = 8;
const FLAG_FCS = 0x10;
const FLAG_PADDED = 0x20;
const FCS_BYTES = 4;

const COOKIE_AT = 0;
const AVS_COOKIE = 0x8021_1000;
const AVS_COOKIE_MASK = 0xffff_f000;
const AVS_LENGTH_AT = 4;
const AVS_MIN_BYTES = 64;
const PRISM_COOKIE = 0x44;
/** Message code, length, device name and ten values of 12 bytes; its own length field counts otherwise with some drivers. */
const PRISM_BYTES = 144;

export function decodeRadiotap(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < MIN_BYTES) return missing(cursor, MIN_BYTES);
  const bytes = view.getUint16(at + LENGTH_AT, true);
  if (bytes < MIN_BYTES) return DecodeStatus.malformed;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  const flags = radiotapFlags(view, at, at + bytes);
  cursor.at = at + bytes;
  const frameBytes = cursor.wireEnd - cursor.at;
  if ((flags & FLAG_FCS) !== 0 && frameBytes >= FCS_BYTES) limit(cursor, cursor.at, frameBytes - FCS_BYTES);
  return decodeWireless(view, cursor, (flags & FLAG_PADDED) !== 0 ? Wireless.padded : Wireless.plain);
}

/** The flags lie behind all words of presence bits and the time, which is aligned to its eight bytes. */
function radiotapFlags(view: DataView, at: number, end: number): number {
  const present = view.getUint32(at + PRESENT_AT, true);
  if ((present & PRESENT_FLAGS) === 0) return 0;
  let field = at + PRESENT_AT + 4;
  let word = present;
  for (let words = 1; (word & PRESENT_MORE) !== 0; words += 1) {
    if (words === MAX_PRESENT_WORDS || field + 4 > end) return 0;
    word = view.getUint32(field, true);
    field += 4;
  }
  if ((present & PRESENT_TIME) !== 0) field = at + ((field - at + TIME_BYTES - 1) & -TIME_BYTES) + TIME_BYTES;
  return field < end ? view.getUint8(field) : 0;
}

export function decodeAvs(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < MIN_BYTES) return missing(cursor, MIN_BYTES);
  const bytes = view.getUint32(at + AVS_LENGTH_AT, false);
  if (bytes < AVS_MIN_BYTES) return DecodeStatus.malformed;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return decodeWireless(view, cursor);
}

export function decodePrism(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < MIN_BYTES) return missing(cursor, MIN_BYTES);
  const cookie = view.getUint32(at + COOKIE_AT, false);
  if ((cookie & AVS_COOKIE_MASK) >>> 0 === AVS_COOKIE) return decodeAvs(view, cursor);
  if (cookie === PRISM_COOKIE || view.getUint32(at + COOKIE_AT, true) === PRISM_COOKIE) {
    if (cursor.end - at < PRISM_BYTES) return missing(cursor, PRISM_BYTES);
    cursor.at = at + PRISM_BYTES;
  }
  return decodeWireless(view, cursor);
}
