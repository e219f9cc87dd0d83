/**
 * Rarer headers between two frames, or between a frame and its packet: port tags of bridges (IEEE 802.1BR) and network cards
 * (VN-tag), redundancy tags (IEC 62439-3 HSR, IEEE 802.1CB), MACsec without encryption (IEEE 802.1AE), Cisco MetaData,
 * TRILL (RFC 6325 §3), B.A.T.M.A.N. (Linux, batadv_packet.h), network service headers (RFC 8300 §2).
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const TRILL_BYTES = 6;
const TRILL_OPTION_BITS_AT = 0;
const TRILL_OPTION_SHIFT = 6;
const TRILL_OPTION_MASK = 0x1f;

const MACSEC_BYTES = 6;
const MACSEC_CHANNEL_BYTES = 8;
const MACSEC_HAS_CHANNEL = 0x20;
const MACSEC_ENCRYPTED = 0x0c;
const MACSEC_VERSION = 0x80;

const META_DATA_BYTES = 8;
const META_DATA_TYPE_AT = 6;

const SERVICE_MIN_BYTES = 8;
const SERVICE_LENGTH_AT = 1;
const SERVICE_LENGTH_MASK = 0x3f;
const SERVICE_NEXT_AT = 3;

const BATMAN_VERSION_AT = 1;
/** Up to version 14 and from 15 on the types are other numbers. */
const BATMAN_15 = 15;
const BATMAN_BROADCAST_14 = 4;
const BATMAN_BROADCAST_15 = 1;
const BATMAN_UNICAST_14 = 3;
const BATMAN_UNICAST_15 = 0x40;
const BATMAN_UNICAST_4ADDR_15 = 0x42;
const BATMAN_UNICAST_BYTES = 10;
const BATMAN_4ADDR_BYTES = 18;
const BATMAN_BROADCAST_BYTES = 14;

/** The tag's options follow its six bytes, in words. */
export function skipTrill(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < TRILL_BYTES) return cut(cursor, TRILL_BYTES);
  const optionWords =
    (view.getUint16(cursor.at + TRILL_OPTION_BITS_AT, false) >>> TRILL_OPTION_SHIFT) & TRILL_OPTION_MASK;
  return skip(cursor, TRILL_BYTES + optionWords * 4, EtherType.transparentBridging);
}

export function skipMacSec(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < MACSEC_BYTES) return cut(cursor, MACSEC_BYTES);
  const control = view.getUint8(at);
  if ((control & (MACSEC_ENCRYPTED | MACSEC_VERSION)) !== 0) return skip(cursor, MACSEC_BYTES, EtherType.other);
  const bytes = (control & MACSEC_HAS_CHANNEL) !== 0 ? MACSEC_BYTES + MACSEC_CHANNEL_BYTES : MACSEC_BYTES;
  if (cursor.end - at < bytes + 2) return cut(cursor, bytes + 2);
  return skip(cursor, bytes + 2, view.getUint16(at + bytes, false));
}

/** Version, length, one option and its value, an EtherType. Nothing else was ever sent. */
export function skipMetaData(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < META_DATA_BYTES) return cut(cursor, META_DATA_BYTES);
  return skip(cursor, META_DATA_BYTES, view.getUint16(cursor.at + META_DATA_TYPE_AT, false));
}

export function skipServiceHeader(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < SERVICE_MIN_BYTES) return cut(cursor, SERVICE_MIN_BYTES);
  const bytes = (view.getUint8(at + SERVICE_LENGTH_AT) & SERVICE_LENGTH_MASK) << 2;
  if (bytes < SERVICE_MIN_BYTES) return malformed(cursor);
  return skip(cursor, bytes, etherTypeOfNext(view.getUint8(at + SERVICE_NEXT_AT)));
}

/** Next protocols of network service headers; those of VXLAN's generic extension are the same up to MPLS. */
export function etherTypeOfNext(next: number): number {
  switch (next) {
    case 1:
      return EtherType.ipv4;
    case 2:
      return EtherType.ipv6;
    case 3:
      return EtherType.transparentBridging;
    case 4:
      return EtherType.serviceHeader;
    case 5:
      return EtherType.mpls;
    default:
      return EtherType.other;
  }
}

export function skipBatman(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < BATMAN_UNICAST_BYTES) return cut(cursor, BATMAN_UNICAST_BYTES);
  const isNew = view.getUint8(at + BATMAN_VERSION_AT) >= BATMAN_15;
  switch (view.getUint8(at)) {
    case isNew ? BATMAN_UNICAST_15 : BATMAN_UNICAST_14:
      return skip(cursor, BATMAN_UNICAST_BYTES, EtherType.transparentBridging);
    case isNew ? BATMAN_BROADCAST_15 : BATMAN_BROADCAST_14:
      return skip(cursor, BATMAN_BROADCAST_BYTES, EtherType.transparentBridging);
    case BATMAN_UNICAST_4ADDR_15:
      return skip(cursor, BATMAN_4ADDR_BYTES, isNew ? EtherType.transparentBridging : EtherType.other);
    default:
      return skip(cursor, BATMAN_UNICAST_BYTES, EtherType.other);
  }
}

function skip(cursor: Cursor, bytes: number, etherType: number): DecodeStatus {
  if (cursor.end - cursor.at < bytes) return cut(cursor, bytes);
  cursor.at += bytes;
  cursor.etherType = etherType;
  return DecodeStatus.ok;
}

function cut(cursor: Cursor, bytes: number): DecodeStatus {
  cursor.etherType = EtherType.other;
  return missing(cursor, bytes);
}

function malformed(cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  return DecodeStatus.malformed;
}
