/** Hands every message to two sinks: the one that counts and the one that keeps some. */
import type { DnsMessage } from '../decode/app/dns/dns-message.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import type { ClientHello } from '../decode/app/tls/client-hello.js';
import type { HelloTransport, Layer7Sink, MessagePlace, NameService } from './layer7-sink.js';

export class BothSinks implements Layer7Sink {
  /** Names and SYNs go to the first alone: the second has no use for them. */
  constructor(
    readonly first: Layer7Sink,
    readonly second: Pick<Layer7Sink, 'request' | 'hello' | 'slowPart'> & Partial<Pick<Layer7Sink, 'headerLines'>>,
  ) {}

  dns(message: DnsMessage, bytes: Uint8Array, end: number, service: NameService, place: MessagePlace): void {
    this.first.dns(message, bytes, end, service, place);
  }

  request(head: RequestHead, bytes: Uint8Array, place: MessagePlace): void {
    this.first.request(head, bytes, place);
    this.second.request(head, bytes, place);
  }

  headerLines(place: MessagePlace): void {
    this.first.headerLines(place);
    this.second.headerLines?.(place);
  }

  slowPart(place: MessagePlace): void {
    this.first.slowPart?.(place);
    this.second.slowPart?.(place);
  }

  hello(hello: ClientHello, transport: HelloTransport, place: MessagePlace): void {
    this.first.hello(hello, transport, place);
    this.second.hello(hello, transport, place);
  }

  syn(signature: string, place: MessagePlace): void {
    this.first.syn(signature, place);
  }
}
