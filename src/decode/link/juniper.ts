/**
 * Captures of Juniper routers: a magic number, flags, extensions, then the link of the interface card, or, where its header
 * was left out, a protocol number. As tcpdump's print-juniper.c and tshark read them; nothing else describes them.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { LinkType } from '../../records/link-type.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeChdlc } from './chdlc.js';
import { skipTo } from './fixed-header.js';
import { decodeFrameRelay } from './frame-relay.js';
import { decodeMultilinkCookie, skipAtmCookie } from './juniper-cookie.js';
import { takeJuniperProtocol } from './juniper-protocol.js';
import { decodePppProtocol } from './ppp.js';

const MAGIC = 0x4d4743;
const HEADER_BYTES = 4;
const FLAGS_AT = 3;
const FLAG_INCOMING = 0x01;
const FLAG_NO_LINK_HEADER = 0x02;
const FLAG_EXTENSIONS = 0x80;
const EXTENSION_LENGTH_BYTES = 2;
const PROTOCOL_BYTES = 4;
const PPP_ADDRESS_BYTES = 2;
const GGSN_BYTES = 4;
const VOICE_BYTES = 18;
const SERVICE_INCOMING_BYTES = 16;
const SERVICE_OUTGOING_BYTES = 12;

export function isJuniper(linkType: number): boolean {
  switch (linkType) {
    case LinkType.juniperMlppp:
    case LinkType.juniperMlfr:
    case LinkType.juniperGgsn:
    case LinkType.juniperAtm2:
    case LinkType.juniperServices:
    case LinkType.juniperAtm1:
    case LinkType.juniperPppoe:
    case LinkType.juniperEthernet:
    case LinkType.juniperPpp:
    case LinkType.juniperFrameRelay:
    case LinkType.juniperCHdlc:
    case LinkType.juniperVoice:
      return true;
    default:
      return false;
  }
}

export function decodeJuniper(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < HEADER_BYTES) return missing(cursor, HEADER_BYTES);
  if (view.getUint32(at, false) >>> 8 !== MAGIC) return DecodeStatus.malformed;
  const flags = view.getUint8(at + FLAGS_AT);
  let bytes = HEADER_BYTES;
  if ((flags & FLAG_EXTENSIONS) !== 0) {
    bytes += EXTENSION_LENGTH_BYTES;
    if (cursor.end - at < bytes) return missing(cursor, bytes);
    bytes += view.getUint16(at + HEADER_BYTES, false);
  }
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return (flags & FLAG_NO_LINK_HEADER) !== 0 ? takeNumber(view, cursor) : decodeCard(view, linkType, flags, cursor);
}

/** Four bytes in the byte order of the router, which is little; only the first counts, as in tshark. */
function takeNumber(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < PROTOCOL_BYTES) return missing(cursor, PROTOCOL_BYTES);
  cursor.at = at + PROTOCOL_BYTES;
  return takeJuniperProtocol(view, cursor, view.getUint8(at));
}

function decodeCard(view: DataView, linkType: number, flags: number, cursor: Cursor): DecodeStatus {
  switch (linkType) {
    case LinkType.juniperPppoe:
    case LinkType.juniperEthernet:
      cursor.etherType = EtherType.transparentBridging;
      return DecodeStatus.ok;
    case LinkType.juniperPpp: {
      const status = skipTo(cursor, PPP_ADDRESS_BYTES, EtherType.other);
      return status === DecodeStatus.ok ? decodePppProtocol(view, cursor) : status;
    }
    case LinkType.juniperFrameRelay:
      return decodeFrameRelay(view, cursor);
    case LinkType.juniperCHdlc:
      return decodeChdlc(view, cursor);
    case LinkType.juniperGgsn:
      return decodeGgsn(view, cursor);
    case LinkType.juniperVoice:
      return skipTo(cursor, VOICE_BYTES, EtherType.ipv4);
    case LinkType.juniperServices: {
      const bytes = (flags & FLAG_INCOMING) !== 0 ? SERVICE_INCOMING_BYTES : SERVICE_OUTGOING_BYTES;
      return skipTo(cursor, bytes, EtherType.ipv4);
    }
    case LinkType.juniperAtm1:
    case LinkType.juniperAtm2:
      return skipAtmCookie(view, cursor, linkType === LinkType.juniperAtm2, (flags & FLAG_INCOMING) !== 0);
    default:
      return decodeMultilinkCookie(view, cursor, linkType === LinkType.juniperMlppp, (flags & FLAG_INCOMING) !== 0);
  }
}

/** A protocol number and a VLAN. */
function decodeGgsn(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  const status = skipTo(cursor, GGSN_BYTES, EtherType.other);
  if (status !== DecodeStatus.ok) return status;
  return takeJuniperProtocol(view, cursor, view.getUint8(at));
}
