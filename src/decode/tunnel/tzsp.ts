/** TaZmen Sniffer Protocol: frames that an access point or router copies to an analyser over UDP. As tcpdump and tshark read it. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeEthernet } from '../link/ethernet.js';
import { decodeWireless } from '../link/wireless.js';

const HEADER_BYTES = 4;
const VERSION = 1;
const TYPE_AT = 1;
const TYPE_RECEIVED = 0;
const TYPE_TRANSMIT = 1;
const PROTOCOL_AT = 2;
const PROTOCOL_ETHERNET = 0x01;
const PROTOCOL_WIRELESS = 0x12;
const TAG_PADDING = 0;
const TAG_END = 1;
const MAX_TAGS = 64;

export function decodeTzsp(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  const type = view.getUint8(at + TYPE_AT);
  if (view.getUint8(at) !== VERSION || (type !== TYPE_RECEIVED && type !== TYPE_TRANSMIT)) return DecodeStatus.ok;
  cursor.at = at + HEADER_BYTES;
  if (!skipTagList(view, cursor)) return cursor.at < cursor.end ? DecodeStatus.unsupported : missing(cursor, 1);
  const protocol = view.getUint16(at + PROTOCOL_AT, false);
  if (protocol === PROTOCOL_ETHERNET) return decodeEthernet(view, cursor);
  return protocol === PROTOCOL_WIRELESS ? decodeWireless(view, cursor) : DecodeStatus.ok;
}

/** Tags are a number, a length and a value, but for two without the latter. False when there is no end. */
function skipTagList(view: DataView, cursor: Cursor): boolean {
  for (let tags = 0; tags < MAX_TAGS && cursor.at < cursor.end; tags += 1) {
    const tag = view.getUint8(cursor.at);
    cursor.at += 1;
    if (tag === TAG_END) return true;
    if (tag === TAG_PADDING) continue;
    if (cursor.at >= cursor.end) return false;
    cursor.at += 1 + view.getUint8(cursor.at);
  }
  return false;
}
