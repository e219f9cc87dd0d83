/** OpenBSD's packet filter log (LINKTYPE_PFLOG, pflog(4)) and its IPsec interface (LINKTYPE_ENC, enc(4)): IP behind an address family. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { etherTypeOfFamily } from './address-family.js';

const PFLOG_FAMILY_AT = 1;
/** The shortest header there was (61 with user and rule ids, 69 and more later): the length byte leaves out its padding. */
const PFLOG_MIN_BYTES = 45;
const ENC_BYTES = 12;
/** A family with upper bits set was written in the other byte order. */
const UPPER_HALF = 0xffff_0000;

export function decodePflog(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < PFLOG_FAMILY_AT + 1) return missing(cursor, PFLOG_FAMILY_AT + 1);
  const length = view.getUint8(at);
  if (length < PFLOG_MIN_BYTES) return DecodeStatus.malformed;
  const bytes = (length + 3) & ~3;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  cursor.etherType = etherTypeOfFamily(view.getUint8(at + PFLOG_FAMILY_AT));
  return DecodeStatus.ok;
}

export function decodeEnc(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < ENC_BYTES) return missing(cursor, ENC_BYTES);
  cursor.at = at + ENC_BYTES;
  const big = view.getUint32(at, false);
  cursor.etherType = etherTypeOfFamily((big & UPPER_HALF) === 0 ? big : view.getUint32(at, true));
  return DecodeStatus.ok;
}
