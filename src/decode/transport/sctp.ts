/** SCTP common header. RFC 9260 §3.1. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../records/packet-batch.js';
import { type Cursor, missing } from '../cursor.js';

const HEADER_BYTES = 12;

/** Ports only with the whole header: it is that short, and tshark reads it so. */
export function decodeSctp(
  view: DataView,
  cursor: Cursor,
  header: HeaderColumns,
  packets: PacketBatch,
  row: number,
): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const ports = view.getUint32(at, false);
  header.srcPort[row] = ports >>> 16;
  header.dstPort[row] = ports & 0xffff;
  header.has[row] = header.has[row]! | (Has.ports | Has.payload);
  packets.payloadAt[row] = at + HEADER_BYTES;
  packets.payloadEnd[row] = cursor.end;
  return DecodeStatus.ok;
}
