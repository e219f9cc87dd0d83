/** Linux cooked captures ("any" device): LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org/linktypes. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';

const SLL_BYTES = 16;
const SLL_PROTOCOL_AT = 14;
const SLL2_BYTES = 20;
const SLL2_PROTOCOL_AT = 0;
/** Linux's pseudo EtherType for an LLC frame; all other values below 1536 name nothing that carries IP. */
const PROTOCOL_802_2 = 0x0004;

export function decodeCooked(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeCookedHeader(view, cursor, SLL_BYTES, SLL_PROTOCOL_AT);
}

export function decodeCooked2(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeCookedHeader(view, cursor, SLL2_BYTES, SLL2_PROTOCOL_AT);
}

function decodeCookedHeader(view: DataView, cursor: Cursor, bytes: number, protocolAt: number): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  cursor.etherType = view.getUint16(at + protocolAt, false);
  return cursor.etherType === PROTOCOL_802_2 ? decodeLlc(view, cursor) : DecodeStatus.ok;
}
