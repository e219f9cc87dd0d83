/** IEEE 802.11 data frames. IEEE 802.11-2020 §9.2.4, §9.3.2. Of an aggregate (A-MSDU) the first frame stands for all. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

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
const MORE_FRAGMENTS = 0x0400;
const PROTECTED = 0x4000;
const ORDER = 0x8000;
const QOS_AGGREGATE = 0x80;
/** Two addresses and a length in front of each frame of an aggregate. */
const SUBFRAME_BYTES = 14;
const LLC_START = 0xaaaa;

/** Bits of `options`. */
export const Wireless = {
  plain: 0,
  /** Cisco's controllers swap the two bytes of frame control in a tunnel; the version bits, always 0, tell. */
  maySwap: 1,
  /** The radio padded the header to whole words. */
  padded: 2,
} as const;

export function decodeWireless(view: DataView, cursor: Cursor, options: number = Wireless.plain): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < 2) return missing(cursor, 2);
  const plain = view.getUint16(at, true);
  const isSwapped = (options & Wireless.maySwap) !== 0 && (plain & (VERSION_MASK | TYPE_MASK)) !== TYPE_DATA;
  const control = isSwapped ? view.getUint16(at, false) : plain;
  if (!carriesPacket(control)) return DecodeStatus.ok;
  let bytes = MAC_BYTES;
  if ((control & BOTH_DS) === BOTH_DS) bytes += FOURTH_ADDRESS_BYTES;
  const qosAt = at + bytes;
  const isQos = (control & SUBTYPE_QOS) !== 0;
  if (isQos) bytes += (control & ORDER) !== 0 ? QOS_BYTES + HT_CONTROL_BYTES : QOS_BYTES;
  if ((options & Wireless.padded) !== 0) bytes = (bytes + 3) & ~3;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  if (isQos && (view.getUint8(qosAt) & QOS_AGGREGATE) !== 0) return skipSubframe(cursor);
  return takePayload(view, cursor);
}

/** Encrypted data, frames without data and all fragments but the last are opaque; management frames are not IP. */
function carriesPacket(control: number): boolean {
  return (
    (control & (VERSION_MASK | TYPE_MASK)) === TYPE_DATA &&
    (control & (SUBTYPE_NO_DATA | PROTECTED | MORE_FRAGMENTS)) === 0
  );
}

function skipSubframe(cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < SUBFRAME_BYTES) return missing(cursor, SUBFRAME_BYTES);
  cursor.at += SUBFRAME_BYTES;
  cursor.etherType = EtherType.llc;
  return DecodeStatus.ok;
}

/** LLC; or an EtherType (IEEE 802.11-2020 §5.1.4, EPD); or two zero bytes of a radio's padding and then LLC. */
function takePayload(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < 2) return missing(cursor, 2);
  const start = view.getUint16(cursor.at, false);
  if (start === EtherType.ipv4 || start === EtherType.ipv6) {
    cursor.at += 2;
    cursor.etherType = start;
    return DecodeStatus.ok;
  }
  if (start === 0 && cursor.end - cursor.at >= 4 && view.getUint16(cursor.at + 2, false) === LLC_START) cursor.at += 2;
  cursor.etherType = EtherType.llc;
  return DecodeStatus.ok;
}
