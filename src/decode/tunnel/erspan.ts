/** Cisco ERSPAN inside GRE: a mirrored Ethernet frame. draft-foschiano-erspan-03; type I without a header of its own, II and III by their version. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const TYPE_2_VERSION = 1;
const TYPE_2_BYTES = 8;
const TYPE_3_VERSION = 2;
const TYPE_3_BYTES = 12;
const TYPE_3_SUBHEADER_BYTES = 8;
/** Last bit of the type III header: a platform-specific subheader follows. */
const SUBHEADER_BIT = 1;

/** `hasHeader`: types II and III number their packets in GRE; without a number it is type I. */
export function decodeErspan(view: DataView, cursor: Cursor, hasHeader: boolean): DecodeStatus {
  cursor.etherType = EtherType.transparentBridging;
  return hasHeader ? skipHeader(view, cursor) : DecodeStatus.ok;
}

function skipHeader(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < TYPE_2_BYTES) return missing(cursor, TYPE_2_BYTES);
  const version = view.getUint8(cursor.at) >> 4;
  if (version !== TYPE_2_VERSION && version !== TYPE_3_VERSION) {
    cursor.etherType = EtherType.other;
    return DecodeStatus.ok;
  }
  let bytes = TYPE_2_BYTES;
  if (version === TYPE_3_VERSION) {
    if (cursor.end - cursor.at < TYPE_3_BYTES) return missing(cursor, TYPE_3_BYTES);
    const hasSubheader = (view.getUint8(cursor.at + TYPE_3_BYTES - 1) & SUBHEADER_BIT) !== 0;
    bytes = hasSubheader ? TYPE_3_BYTES + TYPE_3_SUBHEADER_BYTES : TYPE_3_BYTES;
    if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  }
  cursor.at += bytes;
  return DecodeStatus.ok;
}
