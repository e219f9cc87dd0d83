/** Frame Relay: Q.922 address, then RFC 2427 (control 0x03 and an NLPID) or Cisco's encapsulation (an EtherType). LINKTYPE_FRELAY. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const MIN_ADDRESS_BYTES = 2;
const MAX_ADDRESS_BYTES = 4;
const LAST_ADDRESS_BIT = 1;
const UNNUMBERED_INFORMATION = 0x03;
const NLPID_PADDING = 0x00;
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;
const SNAP_BYTES = 5;
const SNAP_TYPE_AT = 3;

export function decodeFrameRelay(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  let addressBytes = MIN_ADDRESS_BYTES;
  for (; ; addressBytes += 1) {
    if (addressBytes > MAX_ADDRESS_BYTES) return DecodeStatus.malformed;
    if (cursor.end - at < addressBytes + 2) return missing(cursor, addressBytes + 2);
    if ((view.getUint8(at + addressBytes - 1) & LAST_ADDRESS_BIT) !== 0) break;
  }
  cursor.at = at + addressBytes;
  if (view.getUint8(cursor.at) === UNNUMBERED_INFORMATION) return decodeNlpid(view, cursor);
  cursor.etherType = view.getUint16(cursor.at, false);
  cursor.at += 2;
  return DecodeStatus.ok;
}

function decodeNlpid(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.at += 1;
  if (view.getUint8(cursor.at) === NLPID_PADDING) cursor.at += 1;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  const nlpid = view.getUint8(cursor.at);
  cursor.at += 1;
  if (nlpid === NLPID_IPV4) cursor.etherType = EtherType.ipv4;
  else if (nlpid === NLPID_IPV6) cursor.etherType = EtherType.ipv6;
  else if (nlpid === NLPID_SNAP) {
    if (cursor.end - cursor.at < SNAP_BYTES) return missing(cursor, SNAP_BYTES);
    cursor.etherType = view.getUint16(cursor.at + SNAP_TYPE_AT, false);
    cursor.at += SNAP_BYTES;
  }
  return DecodeStatus.ok;
}
