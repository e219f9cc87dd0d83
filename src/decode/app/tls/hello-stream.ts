/**
 * The ClientHello at the beginning of a TCP byte stream: TLS records and the handshake message in them. RFC 8446 §5.1, RFC 5246 §6.2.1.
 * SSL 2.0's own form of it (RFC 6101 appendix E) has no extensions and no JA3; RFC 6176 forbids it, and it counts as no hello here.
 */
import { DecodeStatus } from '../../../records/decode-status.js';
import { u16, u24 } from './byte-order.js';
import { type ClientHello, MAX_HELLO_BYTES, parseClientHello } from './client-hello.js';

/** What a look for a ClientHello found. */
export const HelloStatus = {
  /** No ClientHello, or one too broken for a fingerprint. More bytes do not change that. */
  none: 0,
  /** It begins like one, but bytes are missing. */
  needMore: 1,
  complete: 2,
} as const;
export type HelloStatus = (typeof HelloStatus)[keyof typeof HelloStatus];

const HANDSHAKE = 22;
const MAJOR_VERSION = 3;
/** TLS 1.3 writes 0x0301 or 0x0303 (RFC 8446 §5.1); 0x0304 is seen from libraries that read it otherwise. */
const LAST_MINOR_VERSION = 4;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_HEADER_BYTES = 4;
/** RFC 8446 §5.1: a plaintext record of more breaks the connection. */
const MAX_RECORD_BYTES = 16_384;
const LENGTH_AT = 3;

/** Handshake bytes of a hello that lies in more than one record. One for all streams: it is built anew on every look. */
const joined = new Uint8Array(MAX_HELLO_BYTES);

/** Whether `bytes[at, end)` can be the beginning of a TLS stream with a ClientHello; with fewer than 6 bytes, as far as they tell. */
export function looksLikeHello(bytes: Uint8Array, at: number, end: number): boolean {
  const have = end - at;
  if (have < 1 || bytes[at] !== HANDSHAKE) return false;
  if (have > 1 && bytes[at + 1] !== MAJOR_VERSION) return false;
  if (have > 2 && bytes[at + 2]! > LAST_MINOR_VERSION) return false;
  if (have > LENGTH_AT + 1 && !isRecordLength(u16(bytes, at + LENGTH_AT))) return false;
  return have <= RECORD_HEADER_BYTES || bytes[at + RECORD_HEADER_BYTES] === CLIENT_HELLO;
}

/** Empty handshake records are forbidden (RFC 8446 §5.1), and would let a stream grow without end. */
function isRecordLength(length: number): boolean {
  return length > 0 && length <= MAX_RECORD_BYTES;
}

export class HelloStream {
  /** With `needMore`: as many bytes must lie behind `at` before another look can end otherwise; MAX_HELLO_BYTES at most. */
  needed = 0;
  /** With `complete`: bytes of the stream up to the end of the hello. A record may go on behind it. */
  consumed = 0;

  /**
   * Looks at `bytes[at, end)`, the contiguous beginning of a stream, as often as it has grown to `needed`. Hellos that take more
   * than MAX_HELLO_BYTES of the stream are none. The ranges of `hello` refer to `hello.bytes`: the caller's, or where the hello
   * lies in several records a copy that is good until the next look.
   */
  read(bytes: Uint8Array, at: number, end: number, hello: ClientHello): HelloStatus {
    if (!looksLikeHello(bytes, at, end)) return HelloStatus.none;
    const bodyAt = at + RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES;
    if (end < bodyAt) return this.#need(bodyAt - at);
    const messageBytes = HANDSHAKE_HEADER_BYTES + u24(bytes, bodyAt - 3);
    if (messageBytes > u16(bytes, at + LENGTH_AT)) return this.#join(bytes, at, end, hello);
    this.consumed = RECORD_HEADER_BYTES + messageBytes;
    if (end - at < this.consumed) return this.#need(this.consumed);
    return this.#parse(bytes, bodyAt, at + this.consumed, hello);
  }

  /** The message does not end in the first record. */
  #join(bytes: Uint8Array, at: number, end: number, hello: ClientHello): HelloStatus {
    let wanted = HANDSHAKE_HEADER_BYTES;
    let count = 0;
    let next = at;
    while (count < wanted) {
      const dataAt = next + RECORD_HEADER_BYTES;
      if (end < dataAt) return this.#need(dataAt - at + wanted - count);
      if (!isHandshakeRecord(bytes, next)) return HelloStatus.none;
      const length = u16(bytes, next + LENGTH_AT);
      const have = Math.min(length, end - dataAt, joined.length - count);
      joined.set(bytes.subarray(dataAt, dataAt + have), count);
      count += have;
      next = dataAt + length;
      if (count >= HANDSHAKE_HEADER_BYTES) wanted = HANDSHAKE_HEADER_BYTES + u24(joined, 1);
      if (wanted > joined.length) return HelloStatus.none;
      if (count >= wanted) {
        this.consumed = dataAt + have - (count - wanted) - at;
        break;
      }
      if (next > end) return this.#need(neededBehind(next - at, wanted - count - (length - have)));
    }
    return this.#parse(joined, HANDSHAKE_HEADER_BYTES, wanted, hello);
  }

  #parse(bytes: Uint8Array, at: number, end: number, hello: ClientHello): HelloStatus {
    // Not only in #need: what is none in pieces is none as a whole.
    if (this.consumed > MAX_HELLO_BYTES) return HelloStatus.none;
    return parseClientHello(bytes, at, end, hello) === DecodeStatus.ok ? HelloStatus.complete : HelloStatus.none;
  }

  #need(bytes: number): HelloStatus {
    if (bytes > MAX_HELLO_BYTES) return HelloStatus.none;
    this.needed = bytes;
    return HelloStatus.needMore;
  }
}

/** The record ends `recordEnd` bytes behind the beginning; what is left of the message behind it needs one more record at least. */
function neededBehind(recordEnd: number, left: number): number {
  return left > 0 ? recordEnd + RECORD_HEADER_BYTES + left : recordEnd + left;
}

function isHandshakeRecord(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === HANDSHAKE &&
    bytes[at + 1] === MAJOR_VERSION &&
    bytes[at + 2]! <= LAST_MINOR_VERSION &&
    isRecordLength(u16(bytes, at + LENGTH_AT))
  );
}
