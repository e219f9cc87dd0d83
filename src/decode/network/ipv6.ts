/** IPv6 fixed header. RFC 8200 §3. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, NO_TRANSPORT } from '../../records/packet-batch.js';
import { type Cursor, limit, missing } from '../cursor.js';

const HEADER_BYTES = 40;
const PAYLOAD_LENGTH_AT = 4;
const NEXT_HEADER_AT = 6;
const HOP_LIMIT_AT = 7;
const SOURCE_AT = 8;
const TARGET_AT = 24;

/**
 * Header at `cursor.at` into row `row` of `header`; the caller has seen version 6. Moves the cursor behind it.
 * Unless the header is complete the row is left as it was.
 */
export function decodeIpv6(view: DataView, cursor: Cursor, header: HeaderColumns, row: number): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const payloadLength = view.getUint16(at + PAYLOAD_LENGTH_AT, false);
  const protocol = view.getUint8(at + NEXT_HEADER_AT);
  const word = row << 2;
  header.version[row] = 6;
  for (let i = 0; i < 4; i += 1) {
    header.src[word + i] = view.getInt32(at + SOURCE_AT + (i << 2), false);
    header.dst[word + i] = view.getInt32(at + TARGET_AT + (i << 2), false);
  }
  header.protocol[row] = protocol;
  header.ttl[row] = view.getUint8(at + HOP_LIMIT_AT);
  header.ipLen[row] = payloadLength + HEADER_BYTES;
  header.transport[row] = NO_TRANSPORT;
  header.has[row] = Has.ttl;
  cursor.at = at + HEADER_BYTES;
  cursor.protocol = protocol;
  // Zero: the network card segments later (TSO, BIG TCP), a jumbogram (RFC 2675), or nothing behind the header: the frame's own length counts.
  if (payloadLength !== 0) limit(cursor, cursor.at, payloadLength);
  return DecodeStatus.ok;
}
