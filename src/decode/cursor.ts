/** Where the decoder stands in a frame, and what comes next. One instance serves all frames, so that no layer allocates. */
import { DecodeStatus } from '../records/decode-status.js';

export class Cursor {
  /** First byte of the next layer, in the slab. */
  at = 0;
  /** End of the bytes we may read: the captured end, or less where a length field says so. */
  end = 0;
  /** Where the layer ends on the wire; beyond `end` when the snap length cut it. */
  wireEnd = 0;
  /** EtherType of what starts at `at`; valid after a link header. */
  etherType = 0;
  /** IP protocol number of what starts at `at`; valid after an IP header. */
  protocol = 0;
  /** Which datagram a fragment belongs to; valid after an IP header that says it is one. */
  fragmentId = 0;
}

/** Why fewer than `bytes` are left: the snap length cut them, or they never were on the wire. Call only when they are missing. */
export function missing(cursor: Cursor, bytes: number): DecodeStatus {
  return cursor.wireEnd - cursor.at >= bytes ? DecodeStatus.truncated : DecodeStatus.malformed;
}

/** The layer at `at` is at most `bytes` long; what follows is padding or a trailer. */
export function limit(cursor: Cursor, at: number, bytes: number): void {
  const layerEnd = at + bytes;
  if (layerEnd < cursor.wireEnd) cursor.wireEnd = layerEnd;
  if (layerEnd < cursor.end) cursor.end = layerEnd;
}

/** EtherTypes (IANA "IEEE 802 Numbers"). Every link type is translated to these. */
export const EtherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  reverseArp: 0x8035,
  transparentBridging: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  redundancyTag: 0xf1c1,
  ppp: 0x880b,
  mpls: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
  serviceVlan: 0x88a8,
  backboneService: 0x88e7,
  bridgePortTag: 0x893f,
  virtualNicTag: 0x8926,
  hsr: 0x892f,
  macSec: 0x88e5,
  trill: 0x22f3,
  batman: 0x4305,
  serviceHeader: 0x894f,
  /** IEEE 802.1AC: an LLC frame. */
  llc: 0x8870,
  centrinoWireless: 0x2452,
  lwapp: 0x88bb,
  rawFrameRelay: 0x6559,
  fabricPath: 0x8903,
  erspan: 0x88be,
  erspan3: 0x22eb,
  ciscoMetaData: 0x8909,
  stackedVlan1: 0x9100,
  stackedVlan2: 0x9200,
  stackedVlan3: 0x9300,
  /** Ours, for a protocol that is not IP and has no EtherType. 0xffff is reserved (RFC 1701). */
  other: 0xffff,
} as const;

/** IP protocol numbers (IANA) the decoder acts on. */
export const IpProtocol = {
  hopByHop: 0,
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  authentication: 51,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
  etherIp: 97,
  sctp: 132,
  mpls: 137,
  shim6: 140,
  /** RFC 8986 §4.9: an Ethernet frame. */
  ethernet: 143,
} as const;
