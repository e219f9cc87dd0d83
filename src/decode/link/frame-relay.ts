/** Frame Relay: Q.922 address, then RFC 2427 (control 0x03 and an NLPID) or Cisco's encapsulation (an EtherType). LINKTYPE_FRELAY. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { bareType } from './chdlc.js';
import { takeNlpid } from './nlpid.js';
import { takeSnap } from './snap.js';

const MIN_ADDRESS_BYTES = 2;
const MAX_ADDRESS_BYTES = 4;
const LAST_ADDRESS_BIT = 1;
const UNNUMBERED_BITS = 0x03;
const NLPID_PADDING = 0x00;
const NLPID_SNAP = 0x80;

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
  const type = bareType(view.getUint16(cursor.at, false));
  if (type === EtherType.other) return decodeNlpid(view, cursor);
  cursor.etherType = type;
  cursor.at += 2;
  return DecodeStatus.ok;
}

/** Control, one byte where it is unnumbered and two elsewhere, and the identifier. */
function decodeNlpid(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.at += (view.getUint8(cursor.at) & UNNUMBERED_BITS) === UNNUMBERED_BITS ? 1 : 2;
  if (cursor.at < cursor.end && view.getUint8(cursor.at) === NLPID_PADDING) cursor.at += 1;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  if (view.getUint8(cursor.at) !== NLPID_SNAP) return takeNlpid(view, cursor);
  cursor.at += 1;
  return takeSnap(view, cursor, 0);
}
