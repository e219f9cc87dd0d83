/** Teredo, IPv6 through NAT over UDP: RFC 4380 §5.1.1, an authentication and an origin indication may stand in front of the packet. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { takeVersion } from '../link/raw.js';

const AUTHENTICATION = 1;
const ORIGIN = 0;
/** Kind, two lengths, nonce, confirmation; client and value lie in between. */
const AUTHENTICATION_BYTES = 13;
const CLIENT_LENGTH_AT = 2;
const VALUE_LENGTH_AT = 3;
const ORIGIN_BYTES = 8;

export function decodeTeredo(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 2) return missing(cursor, 2);
  if (view.getUint16(cursor.at, false) === AUTHENTICATION) {
    if (cursor.end - cursor.at < AUTHENTICATION_BYTES) return missing(cursor, AUTHENTICATION_BYTES);
    const values = view.getUint8(cursor.at + CLIENT_LENGTH_AT) + view.getUint8(cursor.at + VALUE_LENGTH_AT);
    const bytes = AUTHENTICATION_BYTES + values;
    if (cursor.end - cursor.at < bytes + 2) return missing(cursor, bytes + 2);
    cursor.at += bytes;
  }
  if (view.getUint16(cursor.at, false) === ORIGIN) {
    if (cursor.end - cursor.at < ORIGIN_BYTES + 1) return missing(cursor, ORIGIN_BYTES + 1);
    cursor.at += ORIGIN_BYTES;
  }
  takeVersion(view, cursor);
  // Only IPv6 goes this way.
  if (cursor.etherType !== EtherType.ipv6) cursor.etherType = EtherType.other;
  return DecodeStatus.ok;
}
