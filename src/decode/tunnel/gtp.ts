/** GTP, the user plane of mobile networks: version 1 (3GPP TS 29.281 §5.1) and version 0 (TS 09.60 §6). Only messages of type T-PDU carry a packet. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';

const HEADER_BYTES = 8;
const OPTIONAL_BYTES = 4;
const V0_HEADER_BYTES = 20;
const TYPE_AT = 1;
const LENGTH_AT = 2;
/** Version, and the bit that tells GTP from GTP', the protocol of charging. */
const VERSION_AND_PROTOCOL_TYPE = 0xf0;
const VERSION_0_GTP = 0x10;
const VERSION_1_GTP = 0x30;
const ANY_OPTIONAL = 0x07;
const EXTENSION_PRESENT = 0x04;
const MESSAGE_T_PDU = 0xff;
const MAX_EXTENSIONS = 8;
/** First bytes of IPv4 headers of 20 to 56 bytes. */
const IPV4_FIRST = 0x45;
const IPV4_LAST = 0x4e;

export function decodeGtp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const flags = view.getUint8(at);
  const version = flags & VERSION_AND_PROTOCOL_TYPE;
  const isKnown = version === VERSION_1_GTP || version === VERSION_0_GTP;
  if (!isKnown || view.getUint8(at + TYPE_AT) !== MESSAGE_T_PDU) return DecodeStatus.ok;
  const headerBytes = version === VERSION_0_GTP ? V0_HEADER_BYTES : HEADER_BYTES;
  limit(cursor, at, headerBytes + view.getUint16(at + LENGTH_AT, false));
  let next = at + headerBytes;
  if (version === VERSION_1_GTP && (flags & ANY_OPTIONAL) !== 0) {
    next += OPTIONAL_BYTES;
    if (next > cursor.end) return missing(cursor, HEADER_BYTES + OPTIONAL_BYTES);
    if ((flags & EXTENSION_PRESENT) !== 0) next = skipExtensions(view, next, cursor.end);
  }
  if (next >= cursor.end) return DecodeStatus.ok;
  cursor.at = next;
  cursor.etherType = etherTypeOfStart(view.getUint8(next));
  return DecodeStatus.ok;
}

/** What is neither IPv4 nor IPv6 is an Ethernet frame (TS 29.281 §4.2.1), if anything. */
function etherTypeOfStart(first: number): number {
  if (first >= IPV4_FIRST && first <= IPV4_LAST) return EtherType.ipv4;
  return first >> 4 === 6 ? EtherType.ipv6 : EtherType.transparentBridging;
}

/** Each extension counts itself in units of four bytes and ends with the type of the next; 0 = none. */
function skipExtensions(view: DataView, from: number, end: number): number {
  let at = from;
  for (let count = 0; count < MAX_EXTENSIONS && view.getUint8(at - 1) !== 0; count += 1) {
    const bytes = at < end ? view.getUint8(at) * 4 : 0;
    if (bytes === 0 || at + bytes > end) return end;
    at += bytes;
  }
  return at;
}
