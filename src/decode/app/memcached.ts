/**
 * memcached over UDP: an eight-byte frame header, then text or a binary command (protocol.txt of memcached, "UDP protocol";
 * BinaryProtocolRevamped for the latter). An answer of many datagrams has text at the beginning of the first only.
 */
import { DecodeStatus } from '../../records/decode-status.js';
import { asciiBytes, ByteRange } from './byte-range.js';

export const MEMCACHED_PORT = 11211;

export const MemcachedKind = {
  command: 0,
  response: 1,
  /** A later datagram of an answer: bytes of a value, mostly. */
  continuation: 2,
  binaryCommand: 3,
  binaryResponse: 4,
} as const;
export type MemcachedKind = (typeof MemcachedKind)[keyof typeof MemcachedKind];

const FRAME_BYTES = 8;
const BINARY_HEADER_BYTES = 24;
const BINARY_REQUEST = 0x80;
const BINARY_RESPONSE = 0x81;
const LONGEST_WORD = 16;

const COMMANDS = (
  'get gets gat gats set add replace append prepend cas delete incr decr touch stats version flush_all verbosity quit cache_memlimit ' +
  'slabs lru lru_crawler watch misbehave mg ms md ma mn me'
)
  .split(' ')
  .map(asciiBytes);
const RESPONSES = (
  'VALUE STAT END STORED NOT_STORED EXISTS NOT_FOUND DELETED TOUCHED OK ERROR CLIENT_ERROR SERVER_ERROR VERSION RESET BUSY ' +
  'HD EN NF NS EX VA MN ME'
)
  .split(' ')
  .map(asciiBytes);

/** One datagram, reused. */
export class MemcachedDatagram {
  requestId = 0;
  /** Number of the datagram in its message, and how many there are. */
  sequence = 0;
  datagrams = 0;
  kind: MemcachedKind = MemcachedKind.command;
  /** The first word of a text: "gets", "VALUE". Not set else. */
  readonly word = new ByteRange();
  /** Of a binary command; -1 else. */
  opcode = -1;

  get isResponse(): boolean {
    return (
      this.kind === MemcachedKind.response ||
      this.kind === MemcachedKind.continuation ||
      this.kind === MemcachedKind.binaryResponse
    );
  }
}

/** Payload of UDP. `malformed`: no memcached. */
export function decodeMemcached(bytes: Uint8Array, at: number, end: number, out: MemcachedDatagram): DecodeStatus {
  out.requestId = out.sequence = out.datagrams = 0;
  out.kind = MemcachedKind.command;
  out.opcode = -1;
  out.word.clear();
  if (end - at < FRAME_BYTES) return DecodeStatus.truncated;
  out.requestId = u16(bytes, at);
  out.sequence = u16(bytes, at + 2);
  out.datagrams = u16(bytes, at + 4);
  // The last two bytes are reserved and 0; requests come in one datagram.
  if (u16(bytes, at + 6) !== 0 || out.sequence >= out.datagrams) return DecodeStatus.malformed;
  if (out.sequence > 0) {
    out.kind = MemcachedKind.continuation;
    return DecodeStatus.ok;
  }
  return decodeBody(bytes, at + FRAME_BYTES, end, out);
}

function decodeBody(bytes: Uint8Array, at: number, end: number, out: MemcachedDatagram): DecodeStatus {
  if (at === end) return DecodeStatus.truncated;
  const first = bytes[at]!;
  if (first === BINARY_REQUEST || first === BINARY_RESPONSE) {
    out.kind = first === BINARY_REQUEST ? MemcachedKind.binaryCommand : MemcachedKind.binaryResponse;
    if (end - at < BINARY_HEADER_BYTES) return DecodeStatus.truncated;
    out.opcode = bytes[at + 1]!;
    return DecodeStatus.ok;
  }
  const wordEnd = wordEndOf(bytes, at, Math.min(end, at + LONGEST_WORD + 1));
  if (isOneOf(RESPONSES, bytes, at, wordEnd)) out.kind = MemcachedKind.response;
  else if (!isOneOf(COMMANDS, bytes, at, wordEnd) && !isNumber(bytes, at, wordEnd)) {
    return wordEnd === end ? DecodeStatus.truncated : DecodeStatus.malformed;
  } else if (isNumber(bytes, at, wordEnd)) out.kind = MemcachedKind.response; // of incr and decr
  out.word.set(at, wordEnd);
  return DecodeStatus.ok;
}

function isOneOf(words: readonly Uint8Array[], bytes: Uint8Array, at: number, end: number): boolean {
  for (const word of words) {
    if (word.length !== end - at) continue;
    let index = 0;
    while (index < word.length && bytes[at + index] === word[index]) index += 1;
    if (index === word.length) return true;
  }
  return false;
}

function isNumber(bytes: Uint8Array, at: number, end: number): boolean {
  for (let next = at; next < end; next += 1) if (bytes[next]! < 0x30 || bytes[next]! > 0x39) return false;
  return end > at;
}

function wordEndOf(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next]! > 0x20 && bytes[next]! < 0x7f) next += 1;
  return next;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
