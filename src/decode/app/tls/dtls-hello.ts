/** The ClientHello of a DTLS datagram. RFC 6347 §4.1, §4.2.2; RFC 9147 §5.5 keeps the form for the first flight of DTLS 1.3. */
import { DecodeStatus } from '../../../records/decode-status.js';
import { u16, u24 } from './byte-order.js';
import { type ClientHello, MAX_HELLO_BYTES, parseClientHello } from './client-hello.js';
import { HelloStatus } from './hello-stream.js';

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
/** Versions count down from 1.0 = 0xfeff; 1.2 = 0xfefd is written by 1.3 too. */
const VERSION_1_0 = 0xfeff;
const VERSION_1_2 = 0xfefd;
/** OpenSSL before 0.9.8f, still what Cisco AnyConnect speaks. */
const VERSION_OPENSSL = 0x0100;

const RECORD_HEADER_BYTES = 13;
const VERSION_AT = 1;
const EPOCH_AT = 3;
const LENGTH_AT = 11;

const MESSAGE_HEADER_BYTES = 12;
const MESSAGE_LENGTH_AT = 1;
const FRAGMENT_AT = 6;
const FRAGMENT_LENGTH_AT = 9;

/** Whether a datagram begins with a plaintext handshake record and a ClientHello, or a fragment of one. */
export function looksLikeDtlsHello(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES &&
    isHandshakeRecord(bytes, at) &&
    bytes[at + RECORD_HEADER_BYTES] === CLIENT_HELLO
  );
}

function isHandshakeRecord(bytes: Uint8Array, at: number): boolean {
  const version = u16(bytes, at + VERSION_AT);
  const isKnown = version === VERSION_1_0 || version === VERSION_1_2 || version === VERSION_OPENSSL;
  // What comes after the handshake has another epoch and is encrypted.
  return bytes[at] === HANDSHAKE && isKnown && u16(bytes, at + EPOCH_AT) === 0;
}

/**
 * The hello in the datagram `bytes[at, end)`. Fragments are joined when they are all in it and in order, with overlaps if need be.
 * `needMore`: the rest is in other datagrams, or was cut from this one. These are not joined; hellos are fragmented so only
 * above the path's MTU.
 */
export function parseDtlsHello(bytes: Uint8Array, at: number, end: number, out: ClientHello): HelloStatus {
  if (!looksLikeDtlsHello(bytes, at, end)) return HelloStatus.none;
  const length = u24(bytes, at + RECORD_HEADER_BYTES + MESSAGE_LENGTH_AT);
  if (length > MAX_HELLO_BYTES) return HelloStatus.none;
  joinedCount = 0;
  let next = at;
  while (end - next >= RECORD_HEADER_BYTES && isHandshakeRecord(bytes, next)) {
    const recordEnd = next + RECORD_HEADER_BYTES + u16(bytes, next + LENGTH_AT);
    if (recordEnd > end) break;
    const status = readRecord(bytes, next + RECORD_HEADER_BYTES, recordEnd, length, out);
    if (status !== HelloStatus.needMore) return status;
    next = recordEnd;
  }
  return HelloStatus.needMore;
}

/** The messages of one record. `length`: of the hello that is looked for. */
function readRecord(bytes: Uint8Array, at: number, end: number, length: number, out: ClientHello): HelloStatus {
  for (let next = at; end - next >= MESSAGE_HEADER_BYTES; ) {
    const bodyAt = next + MESSAGE_HEADER_BYTES;
    const bodyEnd = bodyAt + u24(bytes, next + FRAGMENT_LENGTH_AT);
    if (bodyEnd > end) return HelloStatus.none;
    if (bytes[next] === CLIENT_HELLO && u24(bytes, next + MESSAGE_LENGTH_AT) === length) {
      const offset = u24(bytes, next + FRAGMENT_AT);
      if (offset === 0 && bodyEnd - bodyAt === length) return parsed(bytes, bodyAt, bodyEnd, out);
      addFragment(bytes, bodyAt, bodyEnd, offset, length);
      if (joinedCount === length) return parsed(joined, 0, length, out);
    }
    next = bodyEnd;
  }
  return HelloStatus.needMore;
}

/** Fragments of one hello. One buffer for all datagrams: nothing is kept from one to the next. */
const joined = new Uint8Array(MAX_HELLO_BYTES);
/** Bytes of the hello in `joined`, from its beginning on. */
let joinedCount = 0;

function addFragment(bytes: Uint8Array, at: number, end: number, offset: number, length: number): void {
  const last = offset + end - at;
  if (offset > joinedCount || last <= joinedCount || last > length) return;
  joined.set(bytes.subarray(at, end), offset);
  joinedCount = last;
}

function parsed(bytes: Uint8Array, at: number, end: number, out: ClientHello): HelloStatus {
  return parseClientHello(bytes, at, end, out, true) === DecodeStatus.ok ? HelloStatus.complete : HelloStatus.none;
}
