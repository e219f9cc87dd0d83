/** From a frame of any link type to the network layer: sets `cursor.etherType` and moves `cursor.at` behind all link headers. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeCooked, decodeCooked2 } from './cooked.js';
import { decodeEthernet } from './ethernet.js';
import { decodeLoopback } from './loopback.js';
import { decodePpp } from './ppp.js';
import { skipTags } from './tags.js';

/** LINKTYPE_ values (tcpdump.org/linktypes), and the DLT_RAW values some systems wrote into files. */
export const LinkType = {
  loopback: 0,
  ethernet: 1,
  ppp: 9,
  rawLinux: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  raw: 101,
  openBsdLoop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
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
    default:
      cursor.etherType = EtherType.other;
      return DecodeStatus.unsupported;
  }
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
