/** From a frame of any link type to the network layer: sets `cursor.etherType` and moves `cursor.at` behind all link headers. */
import { DecodeStatus } from '../../records/decode-status.js';
import { LinkType } from '../../records/link-type.js';
import { type Cursor, EtherType } from '../cursor.js';
import { decodeArcnetBsd, decodeArcnetLinux } from './arcnet.js';
import { decodeAtmClip, decodeSunAtm } from './atm.js';
import { decodeChdlc } from './chdlc.js';
import { decodeCooked, decodeCooked2 } from './cooked.js';
import { decodeEthernet } from './ethernet.js';
import { decodeFddi } from './fddi.js';
import { decodeIeee1394, decodeIpOverFibreChannel, decodeIpOverInfiniband, skipTo } from './fixed-header.js';
import { decodeFrameRelay } from './frame-relay.js';
import { decodeIpnet } from './ipnet.js';
import { decodeJuniper, isJuniper } from './juniper.js';
import { decodeLlc } from './llc.js';
import { decodeLoop, decodeNull } from './loopback.js';
import { decodeNflog } from './nflog.js';
import { decodeEnc, decodePflog } from './packet-filter.js';
import { decodePpp, decodePppProtocol } from './ppp.js';
import { decodeAvs, decodePrism, decodeRadiotap } from './radio-header.js';
import { decodeRaw } from './raw.js';
import { decodePrependedTag, decodeTaggedEthernet, EDSA_TAG_BYTES, TAG_BYTES } from './switch-tag.js';
import { skipTags } from './tags.js';
import { decodeTokenRing } from './token-ring.js';
import { decodeWireless } from './wireless.js';
import { NO_LINK_TYPE, unwrapPktap, unwrapPpi } from './wrapper.js';

/** Address and control bytes, of which pppd uses the first for the direction. */
const PPPD_BYTES = 2;

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
      return decodeNull(view, cursor);
    case LinkType.openBsdLoop:
      return decodeLoop(view, cursor);
    case LinkType.wireless:
      return decodeWireless(view, cursor);
    case LinkType.radiotap:
      return decodeRadiotap(view, cursor);
    case LinkType.avs:
      return decodeAvs(view, cursor);
    case LinkType.prism:
      return decodePrism(view, cursor);
    case LinkType.nflog:
      return decodeNflog(view, cursor);
    case LinkType.pflog:
      return decodePflog(view, cursor);
    case LinkType.enc:
    case LinkType.encOpenBsd:
      return decodeEnc(view, cursor);
    case LinkType.ipnet:
      return decodeIpnet(view, cursor);
    case LinkType.ppi:
      return decodeWrapped(view, unwrapPpi(view, cursor), cursor);
    case LinkType.pktap:
    case LinkType.pktapApple:
      return decodeWrapped(view, unwrapPktap(view, cursor), cursor);
    default:
      return decodeSerialLink(view, linkType, cursor);
  }
}

function decodeSerialLink(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  switch (linkType) {
    case LinkType.ppp:
    case LinkType.pppHdlc:
      return decodePpp(view, cursor);
    case LinkType.pppEther:
      cursor.etherType = EtherType.pppoeSession;
      return DecodeStatus.ok;
    case LinkType.pppDaemon:
      return behind(cursor, PPPD_BYTES) ?? decodePppProtocol(view, cursor);
    case LinkType.pppDirection:
      return behind(cursor, 1) ?? decodePpp(view, cursor);
    case LinkType.cHdlc:
      return decodeChdlc(view, cursor);
    case LinkType.cHdlcDirection:
      return behind(cursor, 1) ?? decodeChdlc(view, cursor);
    case LinkType.frameRelay:
      return decodeFrameRelay(view, cursor);
    case LinkType.frameRelayDirection:
      return behind(cursor, 1) ?? decodeFrameRelay(view, cursor);
    case LinkType.atmRfc1483:
    case LinkType.atmRfc1483Link:
      return decodeLlc(view, cursor);
    case LinkType.atmClip:
    case LinkType.atmClipOld1:
    case LinkType.atmClipOld2:
    case LinkType.atmClipOld3:
      return decodeAtmClip(view, cursor);
    case LinkType.sunAtm:
      return decodeSunAtm(view, cursor);
    default:
      return decodeLanLink(view, linkType, cursor);
  }
}

/** Null when `bytes` could be left out, else why not. */
function behind(cursor: Cursor, bytes: number): DecodeStatus | null {
  const status = skipTo(cursor, bytes, EtherType.other);
  return status === DecodeStatus.ok ? null : status;
}

function decodeLanLink(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  switch (linkType) {
    case LinkType.fddi:
      return decodeFddi(view, cursor);
    case LinkType.tokenRing:
      return decodeTokenRing(view, cursor);
    case LinkType.arcnetBsd:
      return decodeArcnetBsd(view, cursor);
    case LinkType.arcnetLinux:
      return decodeArcnetLinux(view, cursor);
    case LinkType.ipOverFibreChannel:
      return decodeIpOverFibreChannel(cursor);
    case LinkType.ieee1394:
      return decodeIeee1394(view, cursor);
    case LinkType.ipOverInfiniband:
      return decodeIpOverInfiniband(view, cursor);
    case LinkType.broadcomTag:
    case LinkType.dsaTag:
      return decodeTaggedEthernet(view, cursor, TAG_BYTES);
    case LinkType.edsaTag:
      return decodeTaggedEthernet(view, cursor, EDSA_TAG_BYTES);
    case LinkType.broadcomTagPrepended:
      return decodePrependedTag(view, cursor);
    default:
      if (isJuniper(linkType)) return decodeJuniper(view, linkType, cursor);
      cursor.etherType = EtherType.other;
      return DecodeStatus.unsupported;
  }
}

/** One wrapper only: a wrapper inside a wrapper is crafted. */
function decodeWrapped(view: DataView, linkType: number, cursor: Cursor): DecodeStatus {
  cursor.etherType = EtherType.other;
  if (linkType === NO_LINK_TYPE) return cursor.wireEnd > cursor.end ? DecodeStatus.truncated : DecodeStatus.malformed;
  if (linkType === LinkType.ppi || linkType === LinkType.pktap || linkType === LinkType.pktapApple) {
    return DecodeStatus.unsupported;
  }
  return linkType === LinkType.ethernet ? decodeEthernet(view, cursor) : decodeRarerLink(view, linkType, cursor);
}
