/** UDP header. RFC 768. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../records/packet-batch.js';
import { type Cursor, limit, missing } from '../cursor.js';

const HEADER_BYTES = 8;
const PORTS_BYTES = 4;
const LENGTH_AT = 4;

/** Ports as soon as their four bytes are there. Moves the cursor to the payload. */
export function decodeUdp(
  view: DataView,
  cursor: Cursor,
  header: HeaderColumns,
  packets: PacketBatch,
  row: number,
): DecodeStatus {
  const at = cursor.at;
  const left = cursor.end - at;
  if (left < PORTS_BYTES) return missing(cursor, PORTS_BYTES);
  const ports = view.getUint32(at, false);
  header.srcPort[row] = ports >>> 16;
  header.dstPort[row] = ports & 0xffff;
  if (left < HEADER_BYTES) {
    header.has[row] = header.has[row]! | Has.ports;
    return missing(cursor, HEADER_BYTES);
  }
  const length = view.getUint16(at + LENGTH_AT, false);
  if (length < HEADER_BYTES) {
    // 0 too: only a jumbogram (RFC 2675 §4) may say 0, and no link type we read carries one.
    header.has[row] = header.has[row]! | Has.ports;
    return DecodeStatus.malformed;
  }
  limit(cursor, at, length);
  cursor.at = at + HEADER_BYTES;
  header.has[row] = header.has[row]! | (Has.ports | Has.payload);
  packets.payloadAt[row] = cursor.at;
  packets.payloadEnd[row] = cursor.end;
  return DecodeStatus.ok;
}
