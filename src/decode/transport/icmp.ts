/** ICMP and ICMPv6: type and code. RFC 792, RFC 4443 §2.1. The packet quoted in an error is payload here: it names no talker and no port. */
import { DecodeStatus } from '../../records/decode-status.js';
import { Has, type HeaderColumns, type PacketBatch } from '../../records/packet-batch.js';
import { type Cursor, missing } from '../cursor.js';

const TYPE_AND_CODE_BYTES = 2;
const HEADER_BYTES = 8;

export function decodeIcmp(
  view: DataView,
  cursor: Cursor,
  header: HeaderColumns,
  packets: PacketBatch,
  row: number,
): DecodeStatus {
  const at = cursor.at;
  const left = cursor.end - at;
  if (left < TYPE_AND_CODE_BYTES) return missing(cursor, TYPE_AND_CODE_BYTES);
  header.icmpType[row] = view.getUint8(at);
  header.icmpCode[row] = view.getUint8(at + 1);
  if (left < HEADER_BYTES) {
    header.has[row] = header.has[row]! | Has.icmp;
    return missing(cursor, HEADER_BYTES);
  }
  header.has[row] = header.has[row]! | (Has.icmp | Has.payload);
  packets.payloadAt[row] = at + HEADER_BYTES;
  packets.payloadEnd[row] = cursor.end;
  return DecodeStatus.ok;
}
