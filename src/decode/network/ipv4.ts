/** IPv4 header. RFC 791 §3.1; nothing is reassembled, every fragment stands for itself. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, NO_TRANSPORT } from '../../records/packet-batch.js';
import { type Cursor, limit, missing } from '../cursor.js';

const MIN_HEADER_BYTES = 20;
const TOTAL_LENGTH_AT = 2;
const IDENTIFICATION_AT = 4;
const FRAGMENT_AT = 6;
const TTL_AT = 8;
const PROTOCOL_AT = 9;
const SOURCE_AT = 12;
const TARGET_AT = 16;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const MORE_FRAGMENTS = 0x2000;
const MAPPED_WORD_2 = 0xffff;

/**
 * Header at `cursor.at` into row `row` of `header`; the caller has seen version 4. Moves the cursor to the payload.
 * Unless the header is complete and sane the row is left as it was.
 */
export function decodeIpv4(view: DataView, cursor: Cursor, header: HeaderColumns, row: number): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < MIN_HEADER_BYTES) return missing(cursor, MIN_HEADER_BYTES);
  const headerBytes = (view.getUint8(at) & 0x0f) << 2;
  if (headerBytes < MIN_HEADER_BYTES) return DecodeStatus.malformed;
  const totalLength = view.getUint16(at + TOTAL_LENGTH_AT, false);
  // Zero: the network card segments later (TSO), so the frame's own length counts.
  if (totalLength !== 0) {
    if (totalLength < headerBytes) return DecodeStatus.malformed;
    limit(cursor, at, totalLength);
  }
  const protocol = view.getUint8(at + PROTOCOL_AT);
  const fragment = view.getUint16(at + FRAGMENT_AT, false);
  const word = row << 2;
  header.version[row] = 4;
  header.src[word] = 0;
  header.src[word + 1] = 0;
  header.src[word + 2] = MAPPED_WORD_2;
  header.src[word + 3] = view.getInt32(at + SOURCE_AT, false);
  header.dst[word] = 0;
  header.dst[word + 1] = 0;
  header.dst[word + 2] = MAPPED_WORD_2;
  header.dst[word + 3] = view.getInt32(at + TARGET_AT, false);
  header.protocol[row] = protocol;
  header.ttl[row] = view.getUint8(at + TTL_AT);
  header.ipLen[row] = totalLength;
  header.transport[row] = NO_TRANSPORT;
  cursor.protocol = protocol;
  cursor.fragmentId = view.getUint16(at + IDENTIFICATION_AT, false);
  if ((fragment & FRAGMENT_OFFSET_MASK) !== 0) {
    header.has[row] = Has.ttl | Has.laterFragment;
    cursor.at = cursor.end;
    return DecodeStatus.ok;
  }
  header.has[row] = (fragment & MORE_FRAGMENTS) === 0 ? Has.ttl : Has.ttl | Has.firstFragment;
  if (cursor.end - at < headerBytes) {
    const status = missing(cursor, headerBytes);
    cursor.at = cursor.end;
    return status;
  }
  cursor.at = at + headerBytes;
  return DecodeStatus.ok;
}
