/** Cisco ERSPAN inside GRE: a mirrored Ethernet frame. draft-foschiano-erspan-03; types I, II (0x88be) and III (0x22eb). */
import type { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';

const TYPE_2_BYTES = 8;
const TYPE_3_BYTES = 12;
const TYPE_3_SUBHEADER_BYTES = 8;
/** Last bit of the type III header: a platform-specific subheader follows. */
const SUBHEADER_BIT = 1;

/** `hasSequence`: type II always numbers its packets in GRE; without a number it is type I, which has no header of its own. */
export function decodeErspan2(view: DataView, cursor: Cursor, hasSequence: boolean): DecodeStatus {
  const bytes = hasSequence ? TYPE_2_BYTES : 0;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  return decodeEthernet(view, cursor);
}

export function decodeErspan3(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < TYPE_3_BYTES) return missing(cursor, TYPE_3_BYTES);
  const hasSubheader = (view.getUint8(cursor.at + TYPE_3_BYTES - 1) & SUBHEADER_BIT) !== 0;
  const bytes = hasSubheader ? TYPE_3_BYTES + TYPE_3_SUBHEADER_BYTES : TYPE_3_BYTES;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  return decodeEthernet(view, cursor);
}
