/**
 * Frames byte by byte: Ethernet, IPv4 or IPv6, TCP/UDP/ICMP with true lengths and checksums, so that any other tool
 * reads the scenario as it would a capture. RFC 791, 8200, 9293, 768, 792, 1071.
 */

export interface TcpFields {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  /** Nine bits. */
  readonly flags: number;
  readonly window: number;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
}

export interface IpFields {
  /** Dotted-quad word for IPv4, 16 bytes for IPv6. */
  readonly src: number | Uint8Array;
  readonly dst: number | Uint8Array;
  readonly ttl: number;
  /** IPv4 identification. */
  readonly id: number;
  /** Do not fragment. */
  readonly df: boolean;
}

export const TCP = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const ETHERNET_LEN = 14;
const IPV4_LEN = 20;
const IPV6_LEN = 40;
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** MAC addresses of the router and the protected network: locally administered, of no vendor. */
const MACS = Uint8Array.of(0x02, 0, 0, 0, 0, 0x10, 0x02, 0, 0, 0, 0, 0x01);

/** Builds into one reused buffer: what `tcp`, `udp`, `icmp` return is lent until the next call. */
export class PacketBuilder {
  readonly #bytes = new Uint8Array(65_536);
  readonly #view = new DataView(this.#bytes.buffer);

  tcp(ip: IpFields, tcp: TcpFields, payload: Uint8Array): Uint8Array {
    const length = 20 + tcp.options.length;
    const at = this.#network(ip, 6, length + payload.length);
    const view = this.#view;
    view.setUint16(at, tcp.srcPort);
    view.setUint16(at + 2, tcp.dstPort);
    view.setUint32(at + 4, tcp.seq >>> 0);
    view.setUint32(at + 8, tcp.ack >>> 0);
    view.setUint16(at + 12, ((length / 4) << 12) | tcp.flags);
    view.setUint16(at + 14, tcp.window);
    view.setUint32(at + 16, 0);
    this.#bytes.set(tcp.options, at + 20);
    return this.#finish(ip, 6, at, length, payload, at + 16);
  }

  udp(ip: IpFields, srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
    const at = this.#network(ip, 17, 8 + payload.length);
    this.#view.setUint16(at, srcPort);
    this.#view.setUint16(at + 2, dstPort);
    this.#view.setUint16(at + 4, 8 + payload.length);
    this.#view.setUint16(at + 6, 0);
    return this.#finish(ip, 17, at, 8, payload, at + 6);
  }

  /** Echo request or reply: `rest` is identifier and sequence number. */
  icmp(ip: IpFields, type: number, code: number, rest: number, payload: Uint8Array): Uint8Array {
    const protocol = typeof ip.src === 'number' ? 1 : 58;
    const at = this.#network(ip, protocol, 8 + payload.length);
    this.#view.setUint8(at, type);
    this.#view.setUint8(at + 1, code);
    this.#view.setUint16(at + 2, 0);
    this.#view.setUint32(at + 4, rest >>> 0);
    return this.#finish(ip, protocol, at, 8, payload, at + 2);
  }

  /** Link and IP header; returns where the transport header goes. */
  #network(ip: IpFields, protocol: number, length: number): number {
    this.#bytes.set(MACS, 0);
    if (typeof ip.src === 'number') return this.#ipv4(ip, protocol, length);
    const view = this.#view;
    view.setUint16(12, 0x86dd);
    view.setUint32(ETHERNET_LEN, 0x60000000);
    view.setUint16(ETHERNET_LEN + 4, length);
    view.setUint8(ETHERNET_LEN + 6, protocol);
    view.setUint8(ETHERNET_LEN + 7, ip.ttl);
    this.#bytes.set(ip.src, ETHERNET_LEN + 8);
    this.#bytes.set(ip.dst as Uint8Array, ETHERNET_LEN + 24);
    return ETHERNET_LEN + IPV6_LEN;
  }

  #ipv4(ip: IpFields, protocol: number, length: number): number {
    const view = this.#view;
    view.setUint16(12, 0x0800);
    view.setUint16(ETHERNET_LEN, 0x4500);
    view.setUint16(ETHERNET_LEN + 2, IPV4_LEN + length);
    view.setUint16(ETHERNET_LEN + 4, ip.id);
    view.setUint16(ETHERNET_LEN + 6, ip.df ? 0x4000 : 0);
    view.setUint8(ETHERNET_LEN + 8, ip.ttl);
    view.setUint8(ETHERNET_LEN + 9, protocol);
    view.setUint16(ETHERNET_LEN + 10, 0);
    view.setUint32(ETHERNET_LEN + 12, (ip.src as number) >>> 0);
    view.setUint32(ETHERNET_LEN + 16, (ip.dst as number) >>> 0);
    view.setUint16(ETHERNET_LEN + 10, checksum(this.#sum(ETHERNET_LEN, ETHERNET_LEN + IPV4_LEN, 0)));
    return ETHERNET_LEN + IPV4_LEN;
  }

  #finish(
    ip: IpFields,
    protocol: number,
    at: number,
    header: number,
    payload: Uint8Array,
    checksumAt: number,
  ): Uint8Array {
    this.#bytes.set(payload, at + header);
    const end = at + header + payload.length;
    const pseudo = protocol === 1 ? 0 : this.#pseudoSum(ip, protocol, end - at);
    const value = checksum(this.#sum(at, end, pseudo));
    // UDP says 0 for "none", so a sum of 0 is sent as its complement (RFC 768).
    this.#view.setUint16(checksumAt, value === 0 && protocol === 17 ? 0xffff : value);
    return this.#bytes.subarray(0, end);
  }

  #pseudoSum(ip: IpFields, protocol: number, length: number): number {
    const isV4 = typeof ip.src === 'number';
    const addresses = isV4
      ? this.#sum(ETHERNET_LEN + 12, ETHERNET_LEN + 20, 0)
      : this.#sum(ETHERNET_LEN + 8, ETHERNET_LEN + 40, 0);
    return addresses + protocol + length;
  }

  #sum(from: number, to: number, start: number): number {
    let sum = start;
    let at = from;
    for (; at + 1 < to; at += 2) sum += this.#view.getUint16(at);
    return at < to ? sum + ((this.#bytes[at] as number) << 8) : sum;
  }
}

function checksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 65_536);
  return ~folded & 0xffff;
}
