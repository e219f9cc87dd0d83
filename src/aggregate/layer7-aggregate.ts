/**
 * What the payloads said, counted: names asked for, requests, ClientHellos, SYN signatures. Each role has a table of texts,
 * made with its first text; all share one bounded dictionary. Figures are messages; bytes are those of the frames that completed
 * them. Of messages that were too many to read all, one stands for several, and `isSampled` says so.
 */

import type { ByteRange } from '../decode/app/byte-range.js';
import { type DnsMessage, nextDnsQuestion } from '../decode/app/dns/dns-message.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import { cookieShapeOf, headerOrderOf } from '../decode/app/http/request-shape.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import { ja3Of } from '../decode/app/tls/ja3.js';
import { ja4Of } from '../decode/app/tls/ja4.js';
import type { HelloTransport, Layer7Sink, MessagePlace, NameService } from '../layer7/layer7-sink.js';
import { TEXT_ROLES, type TextRole } from '../records/text-role.js';
import { TextDictionary } from '../sketch/text-dictionary.js';
import { CountHistory } from './count-history.js';
import type { TableOptions } from './dimension.js';
import { TextDimension } from './text-dimension.js';
import type { Scope } from './window-scope.js';

/** 65 536 places of 12 B, 32 768 texts of 60 B on average: 2.8 MB at most, touched as it fills. */
const PLACES = 65_536;
const TEXT_BYTES = 2 ** 21;
/** Exact tables hold every text they can. */
const EXACT_PLACES = 2 ** 20;
const EXACT_TEXT_BYTES = 2 ** 25;

const LONGEST_NAME_KEY = 1100;

export interface Layer7Counts {
  /** Messages; each may ask for several names, or none. */
  dnsQueries: number;
  dnsResponses: number;
  /** Payloads on a port of names without a question that can be read, as empty or broken ones. */
  dnsUnreadable: number;
  /** mDNS and LLMNR. */
  multicastQueries: number;
  multicastResponses: number;
  httpRequests: number;
  /** Segments of header lines alone. */
  httpHeaderLines: number;
  /** TLS over TCP, in QUIC, and in DTLS. */
  tcpHellos: number;
  quicHellos: number;
  dtlsHellos: number;
  /** TCP SYNs whose signature is known. */
  syns: number;
}

export class Layer7Aggregate implements Layer7Sink {
  readonly counts: Layer7Counts = {
    dnsQueries: 0,
    dnsResponses: 0,
    dnsUnreadable: 0,
    multicastQueries: 0,
    multicastResponses: 0,
    httpRequests: 0,
    httpHeaderLines: 0,
    tcpHellos: 0,
    quicHellos: 0,
    dtlsHellos: 0,
    syns: 0,
  };
  readonly #history = new CountHistory<Layer7Counts>();
  readonly #texts: TextDictionary;
  readonly #dimensions = new Map<TextRole, TextDimension>();
  readonly #nameKey = new Uint8Array(LONGEST_NAME_KEY);
  /** Of the roles whose messages were not all read. */
  readonly #sampled = new Set<TextRole>();

  /** `ja4Compat`: JA4 of a non-ASCII ALPN as older tools have it. */
  constructor(
    readonly options: TableOptions,
    readonly ja4Compat: boolean,
  ) {
    const [places, bytes] = options.exact ? [EXACT_PLACES, EXACT_TEXT_BYTES] : [PLACES, TEXT_BYTES];
    this.#texts = new TextDictionary(places, bytes, (hold) => {
      for (const dimension of this.#dimensions.values()) dimension.table.visitKeys(hold);
    });
  }

  /** Null: nothing of this role was seen. */
  dimension(role: TextRole): TextDimension | null {
    return this.#dimensions.get(role) ?? null;
  }

  isSampled(role: TextRole): boolean {
    return this.#sampled.has(role);
  }

  /** Messages in the scope. */
  countsIn(scope: Scope): Layer7Counts {
    return this.#history.within(scope, this.counts);
  }

  /** Roles with at least one text, in the order of TEXT_ROLES. */
  seenRoles(): TextRole[] {
    return TEXT_ROLES.filter((role) => this.#dimensions.has(role));
  }

  dns(message: DnsMessage, bytes: Uint8Array, end: number, service: NameService, place: MessagePlace): void {
    const { counts } = this;
    if (!message.hasQuestion) {
      counts.dnsUnreadable += place.messages;
      return;
    }
    let role: TextRole = 'dnsMulticast';
    if (service !== 'dns') {
      if (message.isResponse) counts.multicastResponses += place.messages;
      else counts.multicastQueries += place.messages;
    } else if (message.isResponse) {
      counts.dnsResponses += place.messages;
      role = 'dnsResponses';
    } else {
      counts.dnsQueries += place.messages;
      role = 'dnsQueries';
    }
    for (let has: boolean = true; has; has = nextDnsQuestion(bytes, end, message)) this.#addName(message, role, place);
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    this.counts.httpRequests += place.messages;
    this.#addRange('httpMethods', bytes, head.method, place);
    this.#addRange('httpUris', bytes, head.target, place);
    this.#addRange('httpHosts', bytes, head.host, place);
    this.#addRange('httpUserAgents', bytes, head.userAgent, place);
    this.#addText('httpHeaderOrders', headerOrderOf(bytes, head), place);
    if (head.cookies.count > 0) this.#addText('httpCookies', cookieShapeOf(bytes, head), place);
  }

  headerLines(place: MessagePlace): void {
    this.counts.httpHeaderLines += place.messages;
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    const { counts } = this;
    if (transport === 't') counts.tcpHellos += place.messages;
    else if (transport === 'q') counts.quicHellos += place.messages;
    else counts.dtlsHellos += place.messages;
    // JA3 is of TLS only.
    if (transport !== 'd') this.#addText('tlsJa3', ja3Of(hello), place);
    this.#addText('tlsJa4', ja4Of(hello, transport, this.ja4Compat), place);
    if (hello.serverNameEnd > hello.serverNameAt) {
      this.#add('tlsServerNames', hello.bytes, hello.serverNameAt, hello.serverNameEnd, place);
    }
  }

  syn(signature: string, place: MessagePlace): void {
    this.counts.syns += place.messages;
    this.#addText('tcpSynSignatures', signature, place);
  }

  /** Ends second `sec`. */
  rotate(sec: number): void {
    for (const { table } of this.#dimensions.values()) table.rotate(1, sec);
    this.#history.note(sec, this.counts);
  }

  /** The clock was set: the windows are empty from here on. */
  forgetWindows(): void {
    for (const { table } of this.#dimensions.values()) table.forgetWindows(1);
    this.#history.forget(this.counts);
  }

  #addName(message: DnsMessage, role: TextRole, place: MessagePlace): void {
    const key = this.#nameKey;
    let length = Math.min(message.nameLength, LONGEST_NAME_KEY - 6);
    key.set(message.name.subarray(0, length));
    const type = String(message.qtype);
    key[length] = 0x20;
    length += 1;
    for (let i = 0; i < type.length; i += 1) key[length + i] = type.charCodeAt(i);
    this.#add(role, key, 0, length + type.length, place);
  }

  #add(role: TextRole, bytes: Uint8Array, at: number, end: number, place: MessagePlace): void {
    this.#open(role, place).add(bytes, at, end, place.messages, wireBytes(place));
  }

  #addRange(role: TextRole, bytes: Uint8Array, range: ByteRange, place: MessagePlace): void {
    if (range.isSet) this.#add(role, bytes, range.at, range.end, place);
  }

  #addText(role: TextRole, text: string, place: MessagePlace): void {
    this.#open(role, place).addText(text, place.messages, wireBytes(place));
  }

  #open(role: TextRole, { messages }: MessagePlace): TextDimension {
    if (messages > 1) this.#sampled.add(role);
    let dimension = this.#dimensions.get(role);
    if (dimension === undefined) {
      dimension = new TextDimension(this.options, this.#texts);
      this.#dimensions.set(role, dimension);
    }
    return dimension;
  }
}

function wireBytes({ batch, row }: MessagePlace): number {
  return batch.wireLen[row] as number;
}
