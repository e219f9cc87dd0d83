/**
 * Reads the messages that lie one behind the other in the bytes of one direction of a TCP connection, and says what is to become
 * of the rest: nothing, wait for more bytes, or pass over a body. Knows no packets and keeps nothing but its records, so that any
 * split of the stream gives the same messages.
 */
import { DnsMessage, decodeDns, dnsTcpLength } from '../decode/app/dns/dns-message.js';
import { ChunkedSkipper } from '../decode/app/http/chunked-skipper.js';
import {
  BodyKind,
  HeadStatus,
  looksLikeRequest,
  parseRequestHead,
  RequestHead,
} from '../decode/app/http/request-head.js';
import { ClientHello } from '../decode/app/tls/client-hello.js';
import { HelloStatus, HelloStream, looksLikeHello } from '../decode/app/tls/hello-stream.js';
import { CHANGE_CIPHER_RECORD } from '../kernel/layout.js';
import { headEnd } from './head-end.js';
import { isHeaderLines } from './header-line.js';
import type { Layer7Sink, MessagePlace } from './layer7-sink.js';
import { LONGEST_START } from './stream-buffers.js';

/** What becomes of the bytes behind the last complete message. */
export const Rest = {
  /** They are nobody's: what comes next is looked at as a new beginning. */
  none: 0,
  /** A message begins at `restAt` and is not complete. */
  message: 1,
  /** The next `skip` bytes are a body. */
  body: 2,
  /** A chunked body: as long as the chunks say. */
  chunks: 3,
} as const;
export type Rest = (typeof Rest)[keyof typeof Rest];

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const DNS_LENGTH_BYTES = 2;
const CHANGE_CIPHER_BYTES = 6;

export class MessageScan {
  /** Where the bytes that were not read begin, with Rest.message. */
  restAt = 0;
  /** Bytes from `restAt` on that must be there before another look is worth it. */
  needed = 0;
  /** Bytes behind `end` that belong to the body, with Rest.body. */
  skip = 0;
  /** Fed up to `end`, with Rest.chunks; yours. */
  chunks: ChunkedSkipper | null = null;
  readonly #sink: Layer7Sink;
  readonly #dns = new DnsMessage();
  readonly #head = new RequestHead();
  readonly #hello = new ClientHello();
  readonly #helloStream = new HelloStream();

  constructor(sink: Layer7Sink) {
    this.#sink = sink;
  }

  /**
   * `bytes[at, end)`, which begins with a message. `isDns`: by its port. `scannedTo`: before it there is no end of a head. `isLast`:
   * no more bytes will come, so a head that is cut counts as far as it goes.
   */
  scan(
    bytes: Uint8Array,
    at: number,
    end: number,
    isDns: boolean,
    scannedTo: number,
    isLast: boolean,
    place: MessagePlace,
  ): Rest {
    if (isDns) return this.#scanDns(bytes, at, end, place);
    let next = behindChangeCipher(bytes, at, end);
    for (let scanned = scannedTo; ; scanned = next) {
      while (next < end && (bytes[next] === LINE_FEED || bytes[next] === CARRIAGE_RETURN)) next += 1;
      if (next >= end) return Rest.none;
      if (looksLikeHello(bytes, next, end)) return this.#scanHello(bytes, next, end, place);
      if (!looksLikeRequest(bytes, next, end)) {
        if (next === at && isHeaderLines(bytes, at, end)) this.#sink.headerLines(place);
        return Rest.none;
      }
      const headEndAt = headEnd(bytes, next, Math.max(next, scanned), end);
      if (headEndAt < 0 && !isLast) {
        this.#wait(next, end - next + 1);
        return Rest.message;
      }
      const status = parseRequestHead(bytes, next, headEndAt < 0 ? end : headEndAt, this.#head, isLast);
      if (status !== HeadStatus.complete) return Rest.none;
      this.#sink.request(this.#head, bytes, place);
      const { bodyKind, contentLength } = this.#head;
      if (headEndAt < 0) return Rest.none;
      next = headEndAt;
      if (bodyKind === BodyKind.chunked) {
        const chunks = new ChunkedSkipper();
        next = chunks.feed(bytes, next, end);
        if (chunks.isBroken) return Rest.none;
        if (!chunks.isDone) {
          this.chunks = chunks;
          return Rest.chunks;
        }
      }
      if (bodyKind === BodyKind.length) next += contentLength;
      if (next > end) {
        this.skip = next - end;
        return Rest.body;
      }
    }
  }

  #scanHello(bytes: Uint8Array, at: number, end: number, place: MessagePlace): Rest {
    const stream = this.#helloStream;
    const status = stream.read(bytes, at, end, this.#hello);
    if (status === HelloStatus.complete) {
      this.#sink.hello(this.#hello, 't', place);
      return Rest.none;
    }
    if (status === HelloStatus.none || stream.needed > LONGEST_START) return Rest.none;
    this.#wait(at, stream.needed);
    return Rest.message;
  }

  #scanDns(bytes: Uint8Array, at: number, end: number, place: MessagePlace): Rest {
    for (let next = at; next < end; ) {
      const length = dnsTcpLength(bytes, next, end);
      const messageEnd = next + DNS_LENGTH_BYTES + length;
      if (length < 0 || messageEnd > end) {
        if (length > LONGEST_START - DNS_LENGTH_BYTES) return Rest.none;
        this.#wait(next, length < 0 ? DNS_LENGTH_BYTES : DNS_LENGTH_BYTES + length);
        return Rest.message;
      }
      decodeDns(bytes, next + DNS_LENGTH_BYTES, messageEnd, this.#dns);
      if (!this.#dns.hasQuestion) return Rest.none;
      this.#sink.dns(this.#dns, bytes, messageEnd, 'dns', place);
      next = messageEnd;
    }
    return Rest.none;
  }

  #wait(at: number, needed: number): void {
    this.restAt = at;
    this.needed = needed;
  }
}

/** A client that was asked for another hello may send this record, of six bytes, before it. */
function behindChangeCipher(bytes: Uint8Array, at: number, end: number): number {
  const isThere =
    end - at > CHANGE_CIPHER_BYTES && bytes[at] === CHANGE_CIPHER_RECORD && bytes[at + 1] === 3 && bytes[at + 4] === 1;
  return isThere ? at + CHANGE_CIPHER_BYTES : at;
}
