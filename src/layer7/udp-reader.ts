/** Messages in UDP datagrams: names, QUIC Initials, DTLS ClientHellos. Made with the first payload worth a look. */
import { DnsMessage, decodeDns, looksLikeDns } from '../decode/app/dns/dns-message.js';
import { isWholeQuestion } from '../decode/app/dns/whole-question.js';
import { looksLikeInitial } from '../decode/app/quic/long-header.js';
import { QuicInitials, QuicResult } from '../decode/app/quic/quic-initials.js';
import { ClientHello } from '../decode/app/tls/client-hello.js';
import { looksLikeDtlsHello, parseDtlsHello } from '../decode/app/tls/dtls-hello.js';
import { HelloStatus } from '../decode/app/tls/hello-stream.js';
import { FLOW_WORDS, flowWords } from '../decode/flow-words.js';
import {
  CAPWAP_DTLS,
  CAPWAP_DTLS_BYTES,
  DNS_PORT,
  HANDSHAKE_RECORD,
  LLMNR_PORT,
  MDNS_PORT,
  NETBIOS_PORT,
} from '../kernel/layout.js';
import { DecodeStatus } from '../records/decode-status.js';
import type { Layer7Sink, MessagePlace, NameService } from './layer7-sink.js';
import type { Stride } from './stride.js';

export class UdpReader {
  readonly quic = new QuicInitials();
  readonly #sink: Layer7Sink;
  readonly #names: Stride;
  readonly #hellos: Stride;
  readonly #message = new DnsMessage();
  readonly #hello = new ClientHello();
  readonly #flow = new Int32Array(FLOW_WORDS);

  constructor(sink: Layer7Sink, names: Stride, hellos: Stride) {
    this.#sink = sink;
    this.#names = names;
    this.#hellos = hellos;
  }

  /**
   * The payload of `place`'s row; `place.messages` is set when there is a message. `rate`: packets a packet stands for, `nameRate`:
   * payloads on a port of names that one stands for.
   */
  read(place: MessagePlace, rate: number, nameRate: number): void {
    const { batch, columns, row } = place;
    const end = batch.payloadEnd[row] as number;
    const at = behindCapwap(batch.bytes, batch.payloadAt[row] as number, end);
    const srcPort = columns.srcPort[row] as number;
    const dstPort = columns.dstPort[row] as number;
    const service = serviceOf(srcPort, dstPort);
    if (service !== null) this.#readDns(place, at, end, service, rate * nameRate);
    else if (looksLikeInitial(batch.bytes, at, end)) this.#readInitial(place, at, end, rate);
    else if (looksLikeDtlsHello(batch.bytes, at, end)) this.#readDtls(place, at, end, rate);
    else if (srcPort !== NETBIOS_PORT && dstPort !== NETBIOS_PORT) this.#readDnsElsewhere(place, at, end, rate);
  }

  #readDns(place: MessagePlace, at: number, end: number, service: NameService, messages: number): void {
    const message = this.#message;
    const { bytes } = place.batch;
    this.#names.note(1);
    decodeDns(bytes, at, end, message);
    place.messages = messages;
    this.#sink.dns(message, bytes, end, service, place);
  }

  /** A payload on no port of DNS that can be nothing else: a whole message with one question. */
  #readDnsElsewhere(place: MessagePlace, at: number, end: number, rate: number): void {
    const message = this.#message;
    const { bytes } = place.batch;
    if (!looksLikeDns(bytes, at, end) || decodeDns(bytes, at, end, message) !== DecodeStatus.ok) return;
    if (!isWholeQuestion(message, end)) return;
    this.#names.note(1);
    place.messages = rate;
    this.#sink.dns(message, bytes, end, 'dns', place);
  }

  #readInitial(place: MessagePlace, at: number, end: number, rate: number): void {
    const { batch, columns, row } = place;
    flowWords(columns, row, this.#flow);
    if (this.quic.push(batch.bytes, at, end, this.#flow, this.#hello) !== QuicResult.hello) return;
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
