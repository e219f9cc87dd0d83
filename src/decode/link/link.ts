/** From a frame of any link type to the network layer: sets `cursor.etherType` and moves `cursor.at` behind all link headers. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeArcnetBsd, decodeArcnetLinux } from './arcnet.js';
import { decodeChdlc } from './chdlc.js';
import { decodeCooked, decodeCooked2 } from './cooked.js';
import { decodeEthernet } from './ethernet.js';
import { decodeFddi } from './fddi.js';
import { decodeFrameRelay } from './frame-relay.js';
import { decodeIpnet } from './ipnet.js';
import { decodeLoopback } from './loopback.js';
import { decodeNflog } from './nflog.js';
import { decodePpp } from './ppp.js';
import { decodePrependedTag, decodeTaggedEthernet, EDSA_TAG_BYTES, TAG_BYTES } from './switch-tag.js';
import { skipTags } from './tags.js';
import { decodeRadiotap, decodeWireless } from './wireless.js';
import { NO_LINK_TYPE, unwrapPktap, unwrapPpi } from './wrapper.js';

/** LINKTYPE_ values (tcpdump.org/linktypes), and the DLT_RAW values some systems wrote into files. */
export const LinkType = {
  loopback: 0,
  ethernet: 1,
  arcnetBsd: 7,
  ppp: 9,
  fddi: 10,
  rawLinux: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  raw: 101,
  cHdlc: 104,
  wireless: 105,
  frameRelay: 107,
  openBsdLoop: 108,
  linuxCooked: 113,
  radiotap: 127,
  arcnetLinux: 129,
  ppi: 192,
  ipnet: 226,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  pktap: 258,
  linuxCooked2: 276,
  broadcomTag: 281,
  broadcomTagPrepended: 282,
  dsaTag: 284,
  edsaTag: 285,
} as const;

export function decodeLink(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  const status =
    linkType === LinkType.ethernet ? decodeEthernet(view, cursor) : decodeRarerLink(view, linkType, cursor);
  if (status !== DecodeStatus.ok) return status;
  const etherType = cursor.etherType;
  if (etherType === EtherType.ipv4 || etherType === EtherType.ipv6) return DecodeStatus.ok;
  return skipTags(view, cursor);
}

function decodeRarerLink(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  switch (linkType) {
    case LinkType.linuxCooked:
      return decodeCooked(view, cursor);
    case LinkType.linuxCooked2:
      return decodeCooked2(view, cursor);
    case LinkType.raw:
    case LinkType.rawLinux:
    case LinkType.rawOpenBsd:
      return decodeRaw(view, cursor);
    case LinkType.ipv4:
      cursor.etherType = EtherType.ipv4;
      return DecodeStatus.ok;
    case LinkType.ipv6:
      cursor.etherType = EtherType.ipv6;
      return DecodeStatus.ok;
    case LinkType.loopback:
    case LinkType.openBsdLoop:
      return decodeLoopback(view, cursor);
    case LinkType.ppp:
    case LinkType.pppHdlc:
      return decodePpp(view, cursor);
    case LinkType.cHdlc:
      return decodeChdlc(view, cursor);
    case LinkType.frameRelay:
      return decodeFrameRelay(view, cursor);
    case LinkType.fddi:
      return decodeFddi(view, cursor);
    case LinkType.wireless:
      return decodeWireless(view, cursor);
    case LinkType.radiotap:
      return decodeRadiotap(view, cursor);
    case LinkType.nflog:
      return decodeNflog(view, cursor);
    case LinkType.ipnet:
      return decodeIpnet(view, cursor);
    case LinkType.arcnetBsd:
      return decodeArcnetBsd(view, cursor);
    case LinkType.arcnetLinux:
      return decodeArcnetLinux(view, cursor);
    case LinkType.broadcomTag:
    case LinkType.dsaTag:
      return decodeTaggedEthernet(view, cursor, TAG_BYTES);
    case LinkType.edsaTag:
      return decodeTaggedEthernet(view, cursor, EDSA_TAG_BYTES);
    case LinkType.broadcomTagPrepended:
      return decodePrependedTag(view, cursor);
    case LinkType.ppi:
      return decodeWrapped(view, unwrapPpi(view, cursor), cursor);
    case LinkType.pktap:
      return decodeWrapped(view, unwrapPktap(view, cursor), cursor);
    default:
      cursor.etherType = EtherType.other;
      return DecodeStatus.unsupported;
  }
}

/** One wrapper only: a wrapper inside a wrapper is crafted. */
function decodeWrapped(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (linkType === NO_LINK_TYPE) return cursor.wireEnd > cursor.end ? DecodeStatus.truncated : DecodeStatus.malformed;
  if (linkType === LinkType.ppi || linkType === LinkType.pktap) return DecodeStatus.unsupported;
  return linkType === LinkType.ethernet ? decodeEthernet(view, cursor) : decodeRarerLink(view, linkType, cursor);
}

/** No link header at all: the version nibble says what it is. */
function decodeRaw(view: DataView, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (cursor.end - cursor.at < 1) return missing(cursor, 1);
  const version = view.getUint8(cursor.at) >> 4;
  if (version === 4) cursor.etherType = EtherType.ipv4;
  else if (version === 6) cursor.etherType = EtherType.ipv6;
  else return DecodeStatus.malformed;
  return DecodeStatus.ok;
}
