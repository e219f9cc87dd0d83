/** GRE. RFC 2784, RFC 2890 (key, sequence), RFC 2637 §4.1 (version 1, PPTP), RFC 1701 §2 (routing). */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeFrameRelay } from '../link/frame-relay.js';
import { takeNlpid } from '../link/nlpid.js';
import { decodePpp } from '../link/ppp.js';
import { decodeWireless } from '../link/wireless.js';
import { decodeErspan } from './erspan.js';

const BASE_BYTES = 4;
const PROTOCOL_AT = 2;
const CHECKSUM_OR_ROUTING = 0xc000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
/** PPP only (RFC 2637 §4.1). */
const ACKNOWLEDGMENT_PRESENT = 0x0080;
const META_DATA_BYTES = 4;
const META_DATA_LENGTH_AT = 3;
const META_DATA_UNIT_BYTES = 4;
/** WCCP, MikroTik's Ethernet over IP, ISO networks, access points of Aruba. */
const WEB_CACHE = 0x883e;
const REDIRECT_BYTES = 4;
const ETHERNET_OVER_IP = 0x6400;
const ISO = 0x00fe;
const ARUBA_FIRST = 0x8200;
const ARUBA_LAST = 0x8370;
/** Entries of a source route: family, offset, length, that many bytes; one of zeros ends it (RFC 1701 §2). */
const ROUTE_ENTRY_BYTES = 4;
const ROUTE_LENGTH_AT = 3;
const MAX_ROUTE_ENTRIES = 16;

/** Moves the cursor to the packet inside and sets `cursor.etherType`. The version changes nothing in the fields that are there. */
export function decodeGre(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < BASE_BYTES) return missing(cursor, BASE_BYTES);
  const flags = view.getUint16(at, false);
  const protocol = view.getUint16(at + PROTOCOL_AT, false);
  const bytes = headerBytes(flags, protocol);
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  if ((flags & ROUTING_PRESENT) !== 0) {
    const status = skipRoute(view, cursor);
    if (status !== DecodeStatus.ok) return status;
  }
  return takeProtocol(view, cursor, protocol, (flags & SEQUENCE_PRESENT) !== 0);
}

function headerBytes(flags: number, protocol: number): number {
  let bytes = BASE_BYTES;
  if ((flags & CHECKSUM_OR_ROUTING) !== 0) bytes += 4;
  if ((flags & KEY_PRESENT) !== 0) bytes += 4;
  if ((flags & SEQUENCE_PRESENT) !== 0) bytes += 4;
  if (protocol === EtherType.ppp && (flags & ACKNOWLEDGMENT_PRESENT) !== 0) bytes += 4;
  return bytes;
}

function skipRoute(view: DataView, cursor: Cursor): DecodeStatus {
  for (let entries = 0; entries < MAX_ROUTE_ENTRIES; entries += 1) {
    if (cursor.end - cursor.at < ROUTE_ENTRY_BYTES) return missing(cursor, ROUTE_ENTRY_BYTES);
    const family = view.getUint16(cursor.at, false);
    const length = view.getUint8(cursor.at + ROUTE_LENGTH_AT);
    cursor.at += ROUTE_ENTRY_BYTES + length;
    if (family === 0 && length === 0) return DecodeStatus.ok;
  }
  return DecodeStatus.unsupported;
}

function takeProtocol(view: DataView, cursor: Cursor, protocol: number, hasSequence: boolean): DecodeStatus {
  cursor.etherType = protocol;
  switch (protocol) {
    case EtherType.ppp:
      // A bare acknowledgment (PPTP) carries nothing.
      return cursor.at >= cursor.end ? DecodeStatus.ok : decodePpp(view, cursor);
    case EtherType.erspan:
      return decodeErspan(view, cursor, hasSequence);
    case EtherType.erspan3:
      return decodeErspan(view, cursor, true);
    case EtherType.ciscoMetaData:
      return skipMetaData(view, cursor);
    case EtherType.rawFrameRelay:
      return decodeFrameRelay(view, cursor);
    case ISO:
      return takeNlpid(view, cursor);
    case WEB_CACHE:
      return skipRedirect(view, cursor);
    case ETHERNET_OVER_IP:
      cursor.etherType = EtherType.transparentBridging;
      return DecodeStatus.ok;
    default:
      return isAruba(protocol) ? decodeWireless(view, cursor) : DecodeStatus.ok;
  }
}

/** 802.11 frames. */
function isAruba(protocol: number): boolean {
  return protocol >= ARUBA_FIRST && protocol <= ARUBA_LAST && (protocol & 0x0f) === 0;
}

/** WCCP version 2 has a redirect header in front of the packet, version 1 none; the version nibble tells (RFC 3040, draft-wilson-wrec-wccp-v2 §4.12.2). */
function skipRedirect(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  if (view.getUint8(cursor.at) >> 4 !== 4) {
    if (cursor.end - cursor.at < REDIRECT_BYTES) return missing(cursor, REDIRECT_BYTES);
    cursor.at += REDIRECT_BYTES;
  }
  cursor.etherType = EtherType.ipv4;
  return DecodeStatus.ok;
}

/** Cisco MetaData (CMD) inside GRE: EtherType of the payload, version, option length in words, options. As tshark's packet-cisco-metadata. */
function skipMetaData(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < META_DATA_BYTES) return missing(cursor, META_DATA_BYTES);
  const bytes = META_DATA_BYTES + view.getUint8(at + META_DATA_LENGTH_AT) * META_DATA_UNIT_BYTES;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.etherType = view.getUint16(at, false);
  cursor.at = at + bytes;
  return DecodeStatus.ok;
}
