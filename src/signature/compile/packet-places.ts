/**
 * Where a packet attribute lies, once for all backends: RFC 791 §3.1, RFC 8200 §3, RFC 9293 §3.1, RFC 768, RFC 792, RFC 4443, RFC 1035 §4.1.1.
 * A field's number is `(load >> shift) & mask`; the attribute's value is `number × scale + add`.
 */

export type Family = 4 | 6;

export interface Place {
  /** What `at` counts from: the IP header, the header behind it, or the bytes behind TCP's and UDP's. */
  readonly base: 'network' | 'transport' | 'payload';
  /** Bytes. */
  readonly at: number;
  readonly size: 1 | 2 | 4;
  readonly shift: number;
  /** Of the shifted number: 2^bits - 1. */
  readonly mask: number;
  readonly scale: number;
  readonly add: number;
  /** nft's word for it; null: written as raw bits. */
  readonly nft: string | null;
}

export const Protocol = { icmp: 1, tcp: 6, udp: 17, fragment: 44, icmp6: 58, sctp: 132 } as const;

export interface AttributePlace {
  /** Null: packets of this version have no such thing. */
  readonly v4: Place | null;
  readonly v6: Place | null;
  /** Protocols that have it; null: all. */
  readonly protocols: { readonly 4: readonly number[]; readonly 6: readonly number[] } | null;
  /** Largest value of the attribute. */
  readonly max: number;
}

type Bits = { readonly shift?: number; readonly bits?: number; readonly scale?: number; readonly add?: number };

function place(base: Place['base'], at: number, size: Place['size'], nft: string | null, more: Bits = {}): Place {
  const { shift = 0, bits = size * 8, scale = 1, add = 0 } = more;
  return { base, at, size, shift, mask: 2 ** bits - 1, scale, add, nft };
}

const both = (protocols: readonly number[]) => ({ 4: protocols, 6: protocols });
const TCP = both([Protocol.tcp]);
const UDP = both([Protocol.udp]);
const WITH_PORTS = both([Protocol.tcp, Protocol.udp, Protocol.sctp]);
const WITH_PAYLOAD = both([Protocol.tcp, Protocol.udp]);
const ICMP = { 4: [Protocol.icmp], 6: [Protocol.icmp6] };

function network(v4: Place | null, v6: Place | null, max: number): AttributePlace {
  return { v4, v6, protocols: null, max };
}

function behind(at: Place, protocols: NonNullable<AttributePlace['protocols']>): AttributePlace {
  return { v4: at, v6: at, protocols, max: at.mask * at.scale + at.add };
}

const header = (at: number, size: Place['size'], nft: string | null, more?: Bits) =>
  place('transport', at, size, nft, more);
const payload = (at: number, size: Place['size'], more?: Bits) => place('payload', at, size, null, more);
const ip = (at: number, size: Place['size'], nft: string | null, more?: Bits) => place('network', at, size, nft, more);

/** MF and offset of IPv4's word; the attribute's three values are ranges of it (`branches.ts`). */
export const FRAGMENT_WORD = ip(6, 2, 'ip frag-off & 0x3fff', { bits: 14 });
export const ACK_FLAG = header(13, 1, null, { shift: 4, bits: 1 });
export const ACK_NUMBER = header(8, 4, 'tcp ackseq');
export const SEQUENCE_NUMBER = header(4, 4, 'tcp sequence');
export const UDP_LENGTH = header(4, 2, 'udp length');
/** QR of a DNS header that begins the UDP payload. */
export const DNS_RESPONSE = payload(2, 1, { shift: 7, bits: 1 });

/** Attributes that are one field. Addresses, versions, fragments, options and the two signs of a sloppy sender are in `branches.ts`. */
export const PACKET_PLACES: Readonly<Record<string, AttributePlace>> = {
  'ip.proto': network(ip(9, 1, 'ip protocol'), ip(6, 1, 'ip6 nexthdr'), 255),
  // A jumbogram's length field says 0 (RFC 2675): 40 by this reading, and firewalls agree.
  'ip.length': network(ip(2, 2, 'ip length'), ip(4, 2, 'ip6 length', { add: 40 }), 65_575),
  'ip.ttl': network(ip(8, 1, 'ip ttl'), ip(7, 1, 'ip6 hoplimit'), 255),
  'ip.id': network(ip(4, 2, 'ip id'), null, 65_535),
  'ip.tos': network(ip(1, 1, '@nh,8,8'), ip(0, 2, '@nh,4,8', { shift: 4, bits: 8 }), 255),
  'ip.df': network(ip(6, 1, '@nh,49,1', { shift: 6, bits: 1 }), null, 1),
  'ip.headerLength': network(ip(0, 1, 'ip hdrlength', { bits: 4, scale: 4 }), null, 60),
  'port.src': behind(header(0, 2, 'th sport'), WITH_PORTS),
  'port.dst': behind(header(2, 2, 'th dport'), WITH_PORTS),
  'tcp.flags': behind(header(13, 1, 'tcp flags'), TCP),
  'tcp.window': behind(header(14, 2, 'tcp window'), TCP),
  'tcp.headerLength': behind(header(12, 1, 'tcp doff', { shift: 4, bits: 4, scale: 4 }), TCP),
  'tcp.urgentPointer': behind(header(18, 2, 'tcp urgptr'), TCP),
  'udp.length': behind(UDP_LENGTH, UDP),
  'payload.first4': behind(payload(0, 4), WITH_PAYLOAD),
  'payload.next4': behind(payload(4, 4), WITH_PAYLOAD),
  'icmp.type': behind(header(0, 1, '@th,0,8'), ICMP),
  'icmp.code': behind(header(1, 1, '@th,8,8'), ICMP),
};
