/** Solaris IP observability header: LINKTYPE_IPNET. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const HEADER_BYTES = 24;
const FAMILY_AT = 1;
const AF_INET = 2;
/** Solaris numbers it so. */
const AF_INET6 = 26;

export function decodeIpnet(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const family = view.getUint8(at + FAMILY_AT);
  cursor.at = at + HEADER_BYTES;
  if (family === AF_INET) cursor.etherType = EtherType.ipv4;
  else if (family === AF_INET6) cursor.etherType = EtherType.ipv6;
  return DecodeStatus.ok;
}
