/**
 * What may stand between a link header and the network layer: VLAN tags (IEEE 802.1Q, 802.1ad and the older stacked ones),
 * backbone service tags (IEEE 802.1ah), MPLS labels (RFC 3032), PPPoE sessions (RFC 2516),
 * Cisco FabricPath. Any mix, up to MAX_TAGS.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';
import { decodeEthernet, takeTypeOrLength } from './ethernet.js';
import { decodePppProtocol } from './ppp.js';

/** Real frames carry up to four; a crafted 256 KiB frame of nothing but tags must not cost 65 000 steps. */
const MAX_TAGS = 16;
const VLAN_BYTES = 4;
const VLAN_TYPE_AT = 2;
const BACKBONE_BYTES = 18;
const BACKBONE_TYPE_AT = 16;
const FABRIC_PATH_BYTES = 2;
const LABEL_BYTES = 4;
const LABEL_BOTTOM_BIT = 0x100;
const PPPOE_BYTES = 6;
const PPPOE_LENGTH_AT = 4;

/** Walks on until `cursor.etherType` is a network protocol or unknown. */
export function skipTags(view: DataView, cursor: Cursor): DecodeStatus {
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    let status: DecodeStatus;
    switch (cursor.etherType) {
      case EtherType.vlan:
      case EtherType.serviceVlan:
      case EtherType.stackedVlan1:
      case EtherType.stackedVlan2:
      case EtherType.stackedVlan3:
        status = skipTag(view, cursor, VLAN_BYTES, VLAN_TYPE_AT);
        break;
      case EtherType.backboneService:
        status = skipTag(view, cursor, BACKBONE_BYTES, BACKBONE_TYPE_AT);
        break;
      case EtherType.fabricPath:
        status = skipFabricPath(view, cursor);
        break;
      case EtherType.mpls:
      case EtherType.mplsMulticast:
        status = skipLabel(view, cursor);
        break;
      case EtherType.pppoeSession:
        status = skipPppoe(view, cursor);
        break;
      default:
        return DecodeStatus.ok;
    }
    if (status !== DecodeStatus.ok) return status;
  }
  return DecodeStatus.unsupported;
}

function skipTag(view: DataView, cursor: Cursor, bytes: number, typeAt: number): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return takeTypeOrLength(view, cursor, view.getUint16(at + typeAt, false));
}

/** Switch addresses were read as an Ethernet header; behind forwarding tag and TTL lies the real one. */
function skipFabricPath(view: DataView, cursor: Cursor): DecodeStatus {
  if (cursor.end - cursor.at < FABRIC_PATH_BYTES) return missing(cursor, FABRIC_PATH_BYTES);
  cursor.at += FABRIC_PATH_BYTES;
  return decodeEthernet(view, cursor);
}

function skipLabel(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < LABEL_BYTES) return missing(cursor, LABEL_BYTES);
  cursor.at = at + LABEL_BYTES;
  if ((view.getUint32(at, false) & LABEL_BOTTOM_BIT) === 0) return DecodeStatus.ok;
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  // Nothing names the payload; its first nibble tells IP from a pseudowire (RFC 4928 §3).
  const version = view.getUint8(cursor.at) >> 4;
  if (version === 4) cursor.etherType = EtherType.ipv4;
  else if (version === 6) cursor.etherType = EtherType.ipv6;
  return DecodeStatus.ok;
}

function skipPppoe(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < PPPOE_BYTES) return missing(cursor, PPPOE_BYTES);
  cursor.at = at + PPPOE_BYTES;
  limit(cursor, cursor.at, view.getUint16(at + PPPOE_LENGTH_AT, false));
  return decodePppProtocol(view, cursor);
}
