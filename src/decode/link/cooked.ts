/** Linux cooked captures ("any" device): LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org/linktypes. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';
import { decodeLlc } from './llc.js';
import { decodePpp } from './ppp.js';
import { decodeRadiotap } from './radio-header.js';

const SLL_BYTES = 16;
const SLL_HARDWARE_AT = 2;
const SLL_PROTOCOL_AT = 14;
const SLL2_BYTES = 20;
const SLL2_HARDWARE_AT = 8;
const SLL2_PROTOCOL_AT = 0;
/** Linux's ARPHRD_ numbers of devices whose frames are not named by an EtherType. */
const HARDWARE_RADIOTAP = 803;
const HARDWARE_NETLINK = 824;
/** Linux's pseudo EtherTypes; other values below 1536 name nothing that carries IP. */
const PROTOCOL_ETHERNET = 0x0003;
const PROTOCOL_802_2 = 0x0004;
const PROTOCOL_PPP_HDLC = 0x0007;

export function decodeCooked(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeCookedHeader(view, cursor, SLL_BYTES, SLL_HARDWARE_AT, SLL_PROTOCOL_AT);
}

export function decodeCooked2(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeCookedHeader(view, cursor, SLL2_BYTES, SLL2_HARDWARE_AT, SLL2_PROTOCOL_AT);
}

function decodeCookedHeader(
  view: DataView,
  cursor: Cursor,
  bytes: number,
  hardwareAt: number,
  protocolAt: number,
): DecodeStatus {
  const at = cursor.at;
  if (cursor.end - at < bytes) return missing(cursor, bytes);
  cursor.at = at + bytes;
  const hardware = view.getUint16(at + hardwareAt, false);
  cursor.etherType = hardware === HARDWARE_NETLINK ? EtherType.other : view.getUint16(at + protocolAt, false);
  switch (cursor.etherType) {
    case PROTOCOL_802_2:
      return hardware === HARDWARE_RADIOTAP ? decodeRadiotap(view, cursor) : decodeLlc(view, cursor);
    case PROTOCOL_PPP_HDLC:
      return decodePpp(view, cursor);
    case PROTOCOL_ETHERNET:
      cursor.etherType = EtherType.transparentBridging;
      return DecodeStatus.ok;
    default:
      return DecodeStatus.ok;
  }
}
