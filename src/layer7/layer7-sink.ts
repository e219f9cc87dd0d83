/** What the readers of payloads found, one call a message. Records and bytes are lent: copy what is kept. */
import type { DnsMessage } from '../decode/app/dns/dns-message.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import type { HeaderColumns, PacketBatch } from '../records/packet-batch.js';

/** The packet that completed a message. */
export interface MessagePlace {
  batch: PacketBatch;
  /** The innermost header. */
  columns: HeaderColumns;
  row: number;
  /** Messages this one stands for; 1 unless there were too many to read all. */
  messages: number;
}

/** Who resolves the name: the system, or neighbours on the link. */
export type NameService = 'dns' | 'mdns' | 'llmnr';
/** TCP, QUIC, DTLS; the letters of JA4. */
export type HelloTransport = 't' | 'q' | 'd';

export interface Layer7Sink {
  /** The first question is read; `bytes` up to `end` hold the others. */
  dns(message: DnsMessage, bytes: Uint8Array, end: number, service: NameService, place: MessagePlace): void;
  /** Ranges of `head` refer to `bytes`. */
  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void;
  /** A segment of nothing but header lines, of a request that was not seen to begin. */
  headerLines(place: MessagePlace): void;
  /** A short segment that goes on with a message and does not complete it. */
  slowPart?(place: MessagePlace): void;
  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void;
  /** A SYN's signature in p0f's format. */
  syn(signature: string, place: MessagePlace): void;
}
