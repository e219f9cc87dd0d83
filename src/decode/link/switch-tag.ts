/**
 * Ethernet with a switch chip's tag between or before the addresses, as Linux DSA ports show it: LINKTYPE_DSA_TAG_BRCM,
 * LINKTYPE_DSA_TAG_BRCM_PREPEND, LINKTYPE_DSA_TAG_DSA, LINKTYPE_DSA_TAG_EDSA.
 */
import type { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, missing } from '../cursor.js';
import { decodeEthernet, takeTypeOrLength } from './ethernet.js';

const ADDRESSES_BYTES = 12;
const TYPE_BYTES = 2;
export const TAG_BYTES = 4;
export const EDSA_TAG_BYTES = 8;

export function decodeTaggedEthernet(view: DataView, cursor: Cursor, tagBytes: number): DecodeStatus {
  const typeAt = cursor.at + ADDRESSES_BYTES + tagBytes;
  const bytes = ADDRESSES_BYTES + tagBytes + TYPE_BYTES;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  return takeTypeOrLength(view, cursor, view.getUint16(typeAt, false));
}

export function decodePrependedTag(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < TAG_BYTES) return missing(cursor, TAG_BYTES);
  cursor.at += TAG_BYTES;
  return decodeEthernet(view, cursor);
}
