/**
 * What is read of a packet only when it is sampled: header fields nobody counts and a look at the payload. 47 B a row. Fields of TCP and
 * UDP share cells, since no row has both; texts are hashes (`TextKeeper`).
 */

/** Bits of `PacketDetails.known`: which cells hold something, and facts of one bit. */
export const Detail = {
  /** TOS; of IPv4 also id, header length and the DF bit. */
  ip: 1,
  dontFragment: 2,
  /** Data offset and the two bits below are known. */
  tcp: 4,
  /** An acknowledgment number without the ACK flag. */
  strayAck: 8,
  zeroSequence: 0x10,
  /** All of the TCP header was captured: options, urgent pointer. */
  options: 0x20,
  mss: 0x40,
  udpLength: 0x80,
  payloadLength: 0x100,
  first4: 0x200,
  next4: 0x400,
  entropy: 0x800,
  printable: 0x1000,
  /** A DNS header: response and recursion bits. */
  dns: 0x2000,
  dnsResponse: 0x4000,
  dnsRecursion: 0x8000,
  /** Type, first label. */
  dnsQuestion: 0x10000,
  /** Whether there is EDNS is known. */
  dnsEdns: 0x20000,
  /** The columns are of the outer header, and nothing behind it was looked at. */
  tunnelled: 0x40000,
} as const;

export class PacketDetails {
  /** Capture time, epoch seconds with their fraction. */
  readonly sec: Float64Array;
  /** Bits of `Detail`. */
  readonly known: Uint32Array;
  readonly ipId: Uint16Array;
  /** TOS, or the traffic class of IPv6. */
  readonly tos: Uint8Array;
  /** Bytes. */
  readonly ipHeaderLength: Uint8Array;
  /** TCP: data offset in bytes. DNS: bytes of the first label. */
  readonly offsetOrLabel: Uint8Array;
  /** TCP: the MSS option. DNS: type of the first question. */
  readonly mssOrType: Uint16Array;
  /** TCP: urgent pointer. DNS: advertised EDNS size, 0 without. */
  readonly urgentOrEdns: Uint16Array;
  /** The UDP header's length field. */
  readonly udpLength: Uint16Array;
  /** By the IP length; what is longer than 65 535 counts as that. */
  readonly payloadLength: Uint16Array;
  /** Payload bytes 0 to 4 and 4 to 8, big-endian. */
  readonly first4: Uint32Array;
  readonly next4: Uint32Array;
  /** Half bits a byte. */
  readonly entropy: Uint8Array;
  /** Tenths. */
  readonly printable: Uint8Array;
  /** Text: the first word of the payload. */
  readonly word: Uint32Array;
  /** Text. TCP: layout of the options. DNS: the last two labels. */
  readonly layoutOrZone: Uint32Array;
  /** Text. TCP: p0f's signature of a SYN. UDP: what the application says it is. */
  readonly signatureOrMessage: Uint32Array;

  constructor(rows: number) {
    this.sec = new Float64Array(rows);
    this.known = new Uint32Array(rows);
    this.ipId = new Uint16Array(rows);
    this.tos = new Uint8Array(rows);
    this.ipHeaderLength = new Uint8Array(rows);
    this.offsetOrLabel = new Uint8Array(rows);
    this.mssOrType = new Uint16Array(rows);
    this.urgentOrEdns = new Uint16Array(rows);
    this.udpLength = new Uint16Array(rows);
    this.payloadLength = new Uint16Array(rows);
    this.first4 = new Uint32Array(rows);
    this.next4 = new Uint32Array(rows);
    this.entropy = new Uint8Array(rows);
    this.printable = new Uint8Array(rows);
    this.word = new Uint32Array(rows);
    this.layoutOrZone = new Uint32Array(rows);
    this.signatureOrMessage = new Uint32Array(rows);
  }

  /** Copies row `from` of other details over row `to`. */
  copyRow(to: number, other: PacketDetails, from: number): void {
    this.sec[to] = other.sec[from] as number;
    this.known[to] = other.known[from] as number;
    this.ipId[to] = other.ipId[from] as number;
    this.tos[to] = other.tos[from] as number;
    this.ipHeaderLength[to] = other.ipHeaderLength[from] as number;
    this.offsetOrLabel[to] = other.offsetOrLabel[from] as number;
    this.mssOrType[to] = other.mssOrType[from] as number;
    this.urgentOrEdns[to] = other.urgentOrEdns[from] as number;
    this.udpLength[to] = other.udpLength[from] as number;
    this.payloadLength[to] = other.payloadLength[from] as number;
    this.first4[to] = other.first4[from] as number;
    this.next4[to] = other.next4[from] as number;
    this.entropy[to] = other.entropy[from] as number;
    this.printable[to] = other.printable[from] as number;
    this.word[to] = other.word[from] as number;
    this.layoutOrZone[to] = other.layoutOrZone[from] as number;
    this.signatureOrMessage[to] = other.signatureOrMessage[from] as number;
  }
}
