/** AYIYA, IPv6 through NAT over UDP: draft-massar-v6ops-ayiya-02. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, IpProtocol, missing } from '../cursor.js';

const HEADER_BYTES = 8;
const SIGNATURE_AT = 1;
const OPERATION_AT = 2;
const NEXT_HEADER_AT = 3;
const FORWARD = 1;

export function decodeAyiya(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  // The identity is 2^n bytes long, the signature n words.
  const identityBytes = 1 << (view.getUint8(at) >> 4);
  const signatureBytes = (view.getUint8(at + SIGNATURE_AT) >> 4) << 2;
  const bytes = HEADER_BYTES + identityBytes + signatureBytes;
  if ((view.getUint8(at + OPERATION_AT) & 0x0f) !== FORWARD) return DecodeStatus.ok;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  const next = view.getUint8(at + NEXT_HEADER_AT);
  if (next === IpProtocol.ipv6) cursor.etherType = EtherType.ipv6;
  else if (next === IpProtocol.ipv4) cursor.etherType = EtherType.ipv4;
  return DecodeStatus.ok;
}
