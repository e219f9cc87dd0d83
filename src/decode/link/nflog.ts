/**
 * Netfilter log: address family, then type-length-value items in the byte order of the capturing host. LINKTYPE_NFLOG.
 * Where the family is that of the hook (bridge, inet...), the packet header item has the EtherType, in network order.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';

const HEADER_BYTES = 4;
const ITEM_HEADER_BYTES = 4;
const ITEM_TYPE_AT = 2;
const ITEM_PACKET_HEADER = 1;
const ITEM_PAYLOAD = 9;
const MAX_ITEMS = 64;
const AF_INET = 2;
const AF_INET6 = 10;

export function decodeNflog(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  let etherType = etherTypeOfFamily(view.getUint8(at));
  cursor.at = at + HEADER_BYTES;
  for (let items = 0; items < MAX_ITEMS; items += 1) {
    const itemAt = cursor.at;
    if (cursor.end - itemAt < ITEM_HEADER_BYTES) return missing(cursor, ITEM_HEADER_BYTES);
    // Item types are below 256, so a zero second byte means little-endian.
    const little = view.getUint8(itemAt + ITEM_TYPE_AT + 1) === 0;
    const bytes = view.getUint16(itemAt, little);
    if (bytes < ITEM_HEADER_BYTES) return DecodeStatus.malformed;
    const type = view.getUint16(itemAt + ITEM_TYPE_AT, little);
    if (type === ITEM_PACKET_HEADER && etherType === EtherType.other && cursor.end - itemAt >= ITEM_HEADER_BYTES + 2) {
      etherType = view.getUint16(itemAt + ITEM_HEADER_BYTES, false);
    }
    if (type === ITEM_PAYLOAD) {
      limit(cursor, itemAt, bytes);
      cursor.at = itemAt + ITEM_HEADER_BYTES;
      cursor.etherType = etherType;
      return DecodeStatus.ok;
    }
    cursor.at = itemAt + ((bytes + 3) & ~3);
  }
  return DecodeStatus.unsupported;
}

function etherTypeOfFamily(family: number): number {
  return family === AF_INET ? EtherType.ipv4 : family === AF_INET6 ? EtherType.ipv6 : EtherType.other;
}
