/** BSD loopback: LINKTYPE_NULL (address family in the byte order of the capturing host) and LINKTYPE_LOOP (network order). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const HEADER_BYTES = 4;
/** Address families are small; a value with upper bits set was written in the other byte order. */
const UPPER_HALF = 0xffff_0000;
const AF_INET = 2;

export function decodeLoopback(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const big = view.getUint32(at, false);
  const family = (big & UPPER_HALF) === 0 ? big : view.getUint32(at, true);
  cursor.at = at + HEADER_BYTES;
  cursor.etherType = etherTypeOfFamily(family);
  return DecodeStatus.ok;
}

function etherTypeOfFamily(family: number): number {
  switch (family) {
    case AF_INET:
      return EtherType.ipv4;
    case 10: // AF_INET6 of Linux
    case 24: // of NetBSD, OpenBSD, BSD/OS
    case 28: // of FreeBSD
    case 30: // of macOS
      return EtherType.ipv6;
    default:
      return EtherType.other;
  }
}
