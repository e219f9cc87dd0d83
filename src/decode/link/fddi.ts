/** FDDI: frame control and two addresses, then LLC. LINKTYPE_FDDI, ISO 9314-2; IP over FDDI RFC 1390. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

const HEADER_BYTES = 13;
const KIND_MASK = 0xf0;
/** RFC 1390: IP is always sent asynchronously. */
const LLC_ASYNCHRONOUS = 0x50;

export function decodeFddi(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const kind = view.getUint8(at) & KIND_MASK;
  cursor.at = at + HEADER_BYTES;
  return kind === LLC_ASYNCHRONOUS ? decodeLlc(view, cursor) : DecodeStatus.ok;
}
