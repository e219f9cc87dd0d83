/**
 * What may stand between a link header and the network layer: VLAN tags (IEEE 802.1Q, 802.1ad and the older stacked ones),
 * backbone service tags (IEEE 802.1ah), PPPoE sessions (RFC 2516), Cisco FabricPath, a whole frame inside a frame, what
 * mpls.ts and lan-tags.ts know. Any mix, up to MAX_TAGS: decoders only name what follows, so nothing here calls itself.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, limit, missing } from '../cursor.js';
import { decodeLwapp } from '../tunnel/lwapp.js';
import { decodeEthernet, takeTypeOrLength } from './ethernet.js';
import { skipTo } from './fixed-header.js';
import { skipBatman, skipMacSec, skipMetaData, skipServiceHeader, skipTrill } from './lan-tags.js';
import { decodeLlc } from './llc.js';
import { skipLabel } from './mpls.js';
import { decodePppProtocol } from './ppp.js';
import { decodeWireless } from './wireless.js';

/** Real frames carry up to four; a crafted 256 KiB frame of nothing but tags must not cost 65 000 steps. */
const MAX_TAGS = 16;
const VLAN_BYTES = 4;
const VLAN_TYPE_AT = 2;
const BACKBONE_BYTES = 18;
const BACKBONE_TYPE_AT = 16;
/** Port and network card tags: source and target port, then the type. */
const PORT_TAG_BYTES = 8;
const PORT_TAG_TYPE_AT = 6;
const CARD_TAG_BYTES = 6;
const CARD_TAG_TYPE_AT = 4;
/** Path or reserved bits, size, sequence number, type; the redundancy tag has no size. */
const REDUNDANCY_BYTES = 6;
const REDUNDANCY_TYPE_AT = 4;
const FABRIC_PATH_BYTES = 2;
const PPPOE_BYTES = 6;
const PPPOE_LENGTH_AT = 4;

/** Walks on until `cursor.etherType` is a network protocol or unknown. */
export function skipTags(view: DataView, cursor: Cursor): DecodeStatus {
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    const before = cursor.at;
    const status = skipOne(view, cursor, cursor.etherType);
    if (status !== DecodeStatus.ok) return status;
    // Whatever is skipped is at least a byte long.
    if (cursor.at === before) return DecodeStatus.ok;
  }
  return DecodeStatus.unsupported;
}

/** Leaves the cursor where it is when `etherType` is no tag. */
function skipOne(view: DataView, cursor: Cursor, etherType: number): DecodeStatus {
  switch (etherType) {
    case EtherType.vlan:
    case EtherType.serviceVlan:
    case EtherType.stackedVlan1:
    case EtherType.stackedVlan2:
    case EtherType.stackedVlan3:
      return skipTag(view, cursor, VLAN_BYTES, VLAN_TYPE_AT);
    case EtherType.mpls:
    case EtherType.mplsMulticast:
      return skipLabel(view, cursor);
    case EtherType.pppoeSession:
      return skipPppoe(view, cursor);
    case EtherType.transparentBridging:
      return decodeEthernet(view, cursor);
    case EtherType.llc:
      return decodeLlc(view, cursor);
    default:
      return skipRarerOne(view, cursor, etherType);
  }
}

function skipRarerOne(view: DataView, cursor: Cursor, etherType: number): DecodeStatus {
  switch (etherType) {
    case EtherType.backboneService:
      return skipTag(view, cursor, BACKBONE_BYTES, BACKBONE_TYPE_AT);
    case EtherType.bridgePortTag:
      return skipTag(view, cursor, PORT_TAG_BYTES, PORT_TAG_TYPE_AT);
    case EtherType.virtualNicTag:
      return skipTag(view, cursor, CARD_TAG_BYTES, CARD_TAG_TYPE_AT);
    case EtherType.hsr:
    case EtherType.redundancyTag:
      return skipTag(view, cursor, REDUNDANCY_BYTES, REDUNDANCY_TYPE_AT);
    case EtherType.fabricPath:
      // Switch addresses were read as an Ethernet header; behind forwarding tag and TTL lies the real one.
      return skipTo(cursor, FABRIC_PATH_BYTES, EtherType.transparentBridging);
    case EtherType.lwapp:
      return decodeLwapp(view, cursor);
    case EtherType.trill:
      return skipTrill(view, cursor);
    case EtherType.macSec:
      return skipMacSec(view, cursor);
    case EtherType.ciscoMetaData:
      return skipMetaData(view, cursor);
    case EtherType.serviceHeader:
      return skipServiceHeader(view, cursor);
    case EtherType.batman:
      return skipBatman(view, cursor);
    case EtherType.centrinoWireless:
      return decodeWireless(view, cursor);
    default:
      return DecodeStatus.ok;
  }
}

function skipTag(view: DataView, cursor: Cursor, bytes: number, typeAt: number): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  return takeTypeOrLength(view, cursor, view.getUint16(at + typeAt, false));
}

function skipPppoe(view: DataView, cursor: Cursor): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < PPPOE_BYTES) return missing(cursor, PPPOE_BYTES);
  cursor.at = at + PPPOE_BYTES;
  limit(cursor, cursor.at, view.getUint16(at + PPPOE_LENGTH_AT, false));
  return decodePppProtocol(view, cursor);
}
