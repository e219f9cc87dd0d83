/**
 * Packets in, messages out: picks the rows whose payload is worth a look and hands each to the reader of its kind. Bounded in
 * memory (streams, QUIC connections) and in work: of each kind so many messages a second are read whole, of more one in N, which
 * then counts for N.
 */
import { DnsMessage, decodeDns, LLMNR_PORT, MDNS_PORT } from '../decode/app/dns/dns-message.js';
import { looksLikeInitial } from '../decode/app/quic/long-header.js';
import { QuicInitials, QuicResult } from '../decode/app/quic/quic-initials.js';
import { ClientHello } from '../decode/app/tls/client-hello.js';
import { looksLikeDtlsHello, parseDtlsHello } from '../decode/app/tls/dtls-hello.js';
import { HelloStatus } from '../decode/app/tls/hello-stream.js';
import type { HotMemory } from '../kernel/hot-memory.js';
import {
  CAPWAP_DTLS,
  CAPWAP_DTLS_BYTES,
  HANDSHAKE_RECORD,
  NETBIOS_PORT,
  SYN_ALONE,
  SYN_MASK,
} from '../kernel/layout.js';
import { DecodeStatus } from '../records/decode-status.js';
import { Has, PacketBatch } from '../records/packet-batch.js';
import { nextRandom } from '../sketch/hash.js';
import type { Layer7Sink, MessagePlace, NameService } from './layer7-sink.js';
import { FLOW_WORDS } from './stream-table.js';
import { Stride } from './stride.js';
import { TcpReader } from './tcp-reader.js';
import { WantedRows } from './wanted-rows.js';

const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;
/** Rows listed together. A flow whose message goes on makes later rows wanted, and the list is made anew from there. */
const ROWS_AT_ONCE = 256;

/** Messages a second that are read whole; a message takes 0.3 (a name) to 20 µs (a QUIC Initial is decrypted). */
const DNS_LIMIT = 20_000;
const START_LIMIT = 10_000;
const SYN_LIMIT = 2000;
const HELLO_LIMIT = 2000;
/** QUIC packets decrypted in a second; a hello takes one to three. */
const QUIC_BUDGET = 4000;

/** What a bounded reader had to let go. */
export interface Layer7Losses {
  /** Flows whose message was not complete when the place was needed. */
  readonly streams: number;
  readonly quicConnections: number;
  /** QUIC Initials that were too many to decrypt. */
  readonly quicInitials: number;
}

export class Layer7Reader {
  readonly #sink: Layer7Sink;
  readonly #wanted: WantedRows;
  readonly #dns: Stride;
  readonly #starts: Stride;
  readonly #syns: Stride;
  readonly #hellos: Stride;
  readonly #tcp: TcpReader;
  readonly #quic = new QuicInitials();
  readonly #message = new DnsMessage();
  readonly #hello = new ClientHello();
  readonly #flow = new Int32Array(FLOW_WORDS);
  readonly #place: MessagePlace;
  readonly #everything: boolean;
  #random: number;

  /** `everything`: nothing is left out, however long it takes. */
  constructor(sink: Layer7Sink, memory: HotMemory | null, seed: number, everything: boolean) {
    const stride = (limit: number) => new Stride(everything ? Number.POSITIVE_INFINITY : limit);
    this.#dns = stride(DNS_LIMIT);
    this.#starts = stride(START_LIMIT);
    this.#syns = stride(SYN_LIMIT);
    this.#hellos = stride(HELLO_LIMIT);
    this.#sink = sink;
    this.#everything = everything;
    this.#random = seed | 1;
    if (!everything) this.#quic.budget = QUIC_BUDGET;
    this.#wanted = new WantedRows(memory);
    this.#tcp = new TcpReader(sink, this.#wanted, this.#starts, seed);
    const batch = new PacketBatch(1);
    this.#place = { batch, columns: batch.outer, row: 0, messages: 1 };
  }

  /** Rows from..to of a decoded batch; each packet stands for `rate`. Called once per run of a batch. */
  read(batch: PacketBatch, from: number, to: number, rate: number): void {
    this.#place.batch = batch;
    this.#random = nextRandom(this.#random);
    this.#wanted.synOffset = this.#random;
    for (let row = from; row < to; ) row = this.#readSome(batch, row, Math.min(row + ROWS_AT_ONCE, to), rate);
    this.#wanted.synStride = this.#syns.rate;
  }

  /** Reads the wanted rows up to one that makes others wanted, which were not when the list was made. Returns the row to go on with. */
  #readSome(batch: PacketBatch, from: number, to: number, rate: number): number {
    const rows = this.#wanted.list(batch, from, to);
    const count = rows.length;
    const { changes } = this.#wanted;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      this.#readRow(batch, row, rate);
      if (this.#wanted.changes !== changes) return row + 1;
    }
    return to;
  }

  #readRow(batch: PacketBatch, row: number, rate: number): void {
    const place = this.#place;
    const columns = batch.tunnelled[row] === 0 ? batch.outer : batch.inner;
    if (((columns.has[row] as number) & Has.payload) === 0) return;
    place.columns = columns;
    place.row = row;
    if (columns.transport[row] === UDP) this.#readUdp(place, rate);
    else if (columns.transport[row] === TCP) this.#readTcp(place, rate);
  }

  /** The running second of capture time is over. */
  beginSecond(): void {
    for (const stride of [this.#dns, this.#starts, this.#syns, this.#hellos]) stride.beginSecond();
    this.#wanted.synStride = this.#syns.rate;
    if (!this.#everything) this.#quic.budget = QUIC_BUDGET;
  }

  #readTcp(place: MessagePlace, rate: number): void {
    const { batch, columns, row } = place;
    const hasData = (batch.payloadEnd[row] as number) > (batch.payloadAt[row] as number);
    if (((columns.tcpFlags[row] as number) & SYN_MASK) === SYN_ALONE)
      this.#readSyn(place, hasData ? rate : rate * this.#wanted.synStride);
    if (hasData) this.#tcp.read(place, rate);
  }

  #readSyn(place: MessagePlace, messages: number): void {
    const { batch, row } = place;
    const ipAt = batch.networkAt[row] as number;
    const signature: string | null = null as string | null;
    void ipAt;
    this.#syns.note(1);
    if (signature === null) return;
    place.messages = messages;
    this.#sink.syn(signature, place);
  }

  #readUdp(place: MessagePlace, rate: number): void {
    const { batch, columns, row } = place;
    const end = batch.payloadEnd[row] as number;
    const at = behindCapwap(batch.bytes, batch.payloadAt[row] as number, end);
    const srcPort = columns.srcPort[row] as number;
    const dstPort = columns.dstPort[row] as number;
    const service = serviceOf(srcPort, dstPort);
    if (service !== null) this.#readDns(place, at, end, service, rate);
    else if (looksLikeInitial(batch.bytes, at, end)) this.#readInitial(place, at, end, rate);
    else if (looksLikeDtlsHello(batch.bytes, at, end)) this.#readDtls(place, at, end, rate);
    else if (srcPort !== NETBIOS_PORT && dstPort !== NETBIOS_PORT) this.#readDnsElsewhere(place, at, end, rate);
  }

  #readDns(place: MessagePlace, at: number, end: number, service: NameService, rate: number): void {
    const weight = this.#dns.take();
    if (weight === 0) return;
    const message = this.#message;
    const { bytes } = place.batch;
    decodeDns(bytes, at, end, message);
    place.messages = weight * rate;
    this.#sink.dns(message, bytes, end, service, place);
  }

  /** A payload on no port of DNS that can be nothing else: a whole message with one question. */
  #readDnsElsewhere(place: MessagePlace, at: number, end: number, rate: number): void {
    const message = this.#message;
    const { bytes } = place.batch;
    if (decodeDns(bytes, at, end, message) !== DecodeStatus.ok || !isWholeQuestion(message, end)) return;
    const weight = this.#dns.take();
    if (weight === 0) return;
    place.messages = weight * rate;
    this.#sink.dns(message, bytes, end, 'dns', place);
  }

  #readInitial(place: MessagePlace, at: number, end: number, rate: number): void {
    const { batch, columns, row } = place;
    this.#tcp.streams.keyOf(columns, row, this.#flow);
    if (this.#quic.push(batch.bytes, at, end, this.#flow, this.#hello) !== QuicResult.hello) return;
    place.messages = rate;
    this.#sink.hello(this.#hello, 'q', place);
  }

  #readDtls(place: MessagePlace, at: number, end: number, rate: number): void {
    const weight = this.#hellos.take();
    if (weight === 0) return;
    const { bytes } = place.batch;
    if (parseDtlsHello(bytes, at, end, this.#hello) !== HelloStatus.complete) return;
    place.messages = weight * rate;
    this.#sink.hello(this.#hello, 'd', place);
  }

  /** Of each kind one in so many is read now. */
  oneIn() {
    const [names, starts, syns, hellos] = [this.#dns.rate, this.#starts.rate, this.#syns.rate, this.#hellos.rate];
    return { names, starts, syns, hellos };
  }

  losses(): Layer7Losses {
    return {
      streams: this.#tcp.streams.evicted,
      quicConnections: this.#quic.evicted,
      quicInitials: this.#quic.skipped,
    };
  }
}

/** One question of a class in use (RFC 6895 §3.2), with nothing behind it where nothing is announced. */
function isWholeQuestion(
  { questions, qclass, answers, authorities, additionals, nextAt }: DnsMessage,
  end: number,
): boolean {
  if (questions !== 1 || !(qclass === 1 || qclass === 3 || qclass === 4 || qclass === 255)) return false;
  return answers + authorities + additionals > 0 || nextAt === end;
}

/** Peers of multicast DNS and LLMNR use the port on either side. */
function serviceOf(srcPort: number, dstPort: number): NameService | null {
  if (srcPort === MDNS_PORT || dstPort === MDNS_PORT) return 'mdns';
  if (srcPort === DNS_PORT || dstPort === DNS_PORT) return 'dns';
  return srcPort === LLMNR_PORT || dstPort === LLMNR_PORT ? 'llmnr' : null;
}

/** CAPWAP puts four bytes, the first of them 1, before DTLS (RFC 5415 §4.2). */
function behindCapwap(bytes: Uint8Array, at: number, end: number): number {
  return end - at > CAPWAP_DTLS_BYTES && bytes[at] === CAPWAP_DTLS && bytes[at + CAPWAP_DTLS_BYTES] === HANDSHAKE_RECORD
    ? at + CAPWAP_DTLS_BYTES
    : at;
}
