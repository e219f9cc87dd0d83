/** TCP header. RFC 9293 §3.1; ninth flag bit RFC 3540 (NS), now AE. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../records/packet-batch.js';
import { type Cursor, missing } from '../cursor.js';

const MIN_HEADER_BYTES = 20;
const PORTS_BYTES = 4;
/** Flags and window lie before this. */
const FLAGS_BYTES = 16;
const FLAGS_AT = 12;
const WINDOW_AT = 14;
const FLAGS_MASK = 0x1ff;

/** Ports as soon as their four bytes are there, flags as soon as theirs are and the data offset is sane. */
export function decodeTcp(
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
  if (left < FLAGS_BYTES) {
    header.has[row] = header.has[row]! | Has.ports;
    return missing(cursor, MIN_HEADER_BYTES);
  }
  const offsetAndFlags = view.getUint16(at + FLAGS_AT, false);
  const headerBytes = (offsetAndFlags >>> 12) << 2;
  if (headerBytes < MIN_HEADER_BYTES) {
    header.has[row] = header.has[row]! | Has.ports;
    return DecodeStatus.malformed;
  }
  header.tcpFlags[row] = offsetAndFlags & FLAGS_MASK;
  header.tcpWindow[row] = view.getUint16(at + WINDOW_AT, false);
  if (left < headerBytes) {
    header.has[row] = header.has[row]! | (Has.ports | Has.tcpFlags);
    return missing(cursor, headerBytes);
  }
  header.has[row] = header.has[row]! | (Has.ports | Has.tcpFlags | Has.payload);
  packets.payloadAt[row] = at + headerBytes;
  packets.payloadEnd[row] = cursor.end;
  return DecodeStatus.ok;
}
