/** ARCNET of BSD (LINKTYPE_ARCNET_BSD) and Linux (LINKTYPE_ARCNET_LINUX, two bytes more): RFC 1051 and RFC 1201. */
import { DecodeStatus } from '../../records/decode-status.js';
import { type Cursor, EtherType, missing } from '../cursor.js';

const BSD_TYPE_AT = 2;
const LINUX_TYPE_AT = 4;
const RFC1051_IP = 0xf0;
const RFC1051_ARP = 0xf1;
const RFC1201_IPV6 = 0xc4;
const RFC1201_IP = 0xd4;
const RFC1201_ARP = 0xd5;
/** RFC 1201 puts a split flag and a sequence number behind the type; a flag of 0xff says that padding and the real ones follow. */
const SPLIT_BYTES = 3;
const EXCEPTION_FLAG = 0xff;
const EXCEPTION_BYTES = 4;

export function decodeArcnetBsd(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeArcnet(view, cursor, BSD_TYPE_AT);
}

export function decodeArcnetLinux(view: DataView, cursor: Cursor): DecodeStatus {
  return decodeArcnet(view, cursor, LINUX_TYPE_AT);
}

function decodeArcnet(view: DataView, cursor: Cursor, typeAt: number): DecodeStatus {
  const at = cursor.at;
  cursor.etherType = EtherType.other;
  if (cursor.end - at < typeAt + 1) return missing(cursor, typeAt + 1);
  const type = view.getUint8(at + typeAt);
  cursor.at = at + typeAt + 1;
  if (type === RFC1051_IP) cursor.etherType = EtherType.ipv4;
  else if (type === RFC1051_ARP) cursor.etherType = EtherType.arp;
  else if (type === RFC1201_IP || type === RFC1201_ARP || type === RFC1201_IPV6) return skipSplit(view, cursor, type);
  return DecodeStatus.ok;
}

function skipSplit(view: DataView, cursor: Cursor, type: number): DecodeStatus {
  if (cursor.end - cursor.at < SPLIT_BYTES) return missing(cursor, SPLIT_BYTES);
  const bytes = view.getUint8(cursor.at) === EXCEPTION_FLAG ? SPLIT_BYTES + EXCEPTION_BYTES : SPLIT_BYTES;
  if (cursor.end - cursor.at < bytes) return missing(cursor, bytes);
  cursor.at += bytes;
  cursor.etherType = type === RFC1201_IP ? EtherType.ipv4 : type === RFC1201_ARP ? EtherType.arp : EtherType.ipv6;
  return DecodeStatus.ok;
}
