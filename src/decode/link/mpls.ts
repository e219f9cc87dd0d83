/** MPLS label stack entries and what follows the last: RFC 3032, RFC 4928 §3, pseudowires RFC 4448, associated channels RFC 5586. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { takeVersion } from './raw.js';

const LABEL_BYTES = 4;
const LABEL_BOTTOM_BIT = 0x100;
const LABEL_SHIFT = 12;
/** Generic associated channel label. */
const LABEL_GAL = 13;
const CHANNEL_NIBBLE = 1;
const CHANNEL_BYTES = 4;
const CHANNEL_TYPE_AT = 2;
const CHANNEL_IPV4 = 0x0021;
const CHANNEL_IPV6 = 0x0057;
const CONTROL_WORD_BYTES = 4;
const ETHERNET_TYPE_AT = 12;

/** One entry. Behind the last one `cursor.etherType` is what the bytes look like: nothing names the payload. */
export function skipLabel(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < LABEL_BYTES) {
    cursor.etherType = EtherType.other;
    return missing(cursor, LABEL_BYTES);
  }
  cursor.at = at + LABEL_BYTES;
  const entry = view.getUint32(at, false);
  if ((entry & LABEL_BOTTOM_BIT) === 0) return DecodeStatus.ok;
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  if (takeVersion(view, cursor)) return DecodeStatus.ok;
  const nibble = view.getUint8(cursor.at) >> 4;
  if (nibble === CHANNEL_NIBBLE || entry >>> LABEL_SHIFT === LABEL_GAL) return skipChannel(view, cursor);
  return nibble === 0 ? takePseudowire(view, cursor) : DecodeStatus.ok;
}

function skipChannel(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < CHANNEL_BYTES) return missing(cursor, CHANNEL_BYTES);
  const type = view.getUint16(at + CHANNEL_TYPE_AT, false);
  cursor.at = at + CHANNEL_BYTES;
  if (type === CHANNEL_IPV4) cursor.etherType = EtherType.ipv4;
  else if (type === CHANNEL_IPV6) cursor.etherType = EtherType.ipv6;
  return DecodeStatus.ok;
}

/** An Ethernet frame, behind a control word or, with an address that begins with 0, without one: the EtherType tells. */
function takePseudowire(view: DataView, cursor: Cursor): DecodeStatus {
  const hasControlWord = isNetworkType(view, cursor, cursor.at + CONTROL_WORD_BYTES + ETHERNET_TYPE_AT);
  if (hasControlWord) cursor.at += CONTROL_WORD_BYTES;
  else if (!isNetworkType(view, cursor, cursor.at + ETHERNET_TYPE_AT)) return DecodeStatus.ok;
  cursor.etherType = EtherType.transparentBridging;
  return DecodeStatus.ok;
}

/** An EtherType that may lead to IP. Other frames are opaque with and without a control word. */
function isNetworkType(view: DataView, cursor: Cursor, at: number): boolean {
  if (at + 2 > cursor.end) return false;
  switch (view.getUint16(at, false)) {
    case EtherType.ipv4:
    case EtherType.ipv6:
    case EtherType.arp:
    case EtherType.vlan:
    case EtherType.serviceVlan:
    case EtherType.mpls:
    case EtherType.pppoeSession:
      return true;
    default:
      return false;
  }
}
