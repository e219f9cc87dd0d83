/** Automatic multicast tunnelling: RFC 7450 §5.1, the three messages that carry a packet. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { isIpVersion, takeVersion } from '../link/raw.js';

const QUERY = 4;
const UPDATE = 5;
const DATA = 6;

export function decodeAmt(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  const bytes = headerBytes(view.getUint8(cursor.at) & 0x0f);
  if (bytes === 0) return DecodeStatus.ok;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  if (isIpVersion(view, cursor)) takeVersion(view, cursor);
  return DecodeStatus.ok;
}

/** Zero: nothing is inside. */
function headerBytes(type: number): number {
  switch (type) {
    case QUERY:
    case UPDATE:
      return 12;
    case DATA:
      return 2;
    default:
      return 0;
  }
}
