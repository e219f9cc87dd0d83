/** The long header of QUIC packets, as far as it is not protected. RFC 8999 §5.1, RFC 9000 §17.2. */
import { u32 } from '../tls/byte-order.js';
import { type QuicVersion, versionOf } from './quic-versions.js';
import { readVarint, varint } from './varint.js';

/** Header form and fixed bit. RFC 9287 lets peers clear the latter once they have agreed, which an Initial comes before. */
const LONG = 0xc0;
const VERSION_AT = 1;
const CONNECTION_ID_AT = 5;
export const MAX_CONNECTION_ID_BYTES = 20;
/** RFC 9001 §5.4.2: the sample begins 4 bytes behind the packet number's first; 16 bytes, all of which must be there. */
const SAMPLE_END = 20;

export const PacketKind = { none: 0, initial: 1, other: 2 } as const;
export type PacketKind = (typeof PacketKind)[keyof typeof PacketKind];

/** Where the parts of one packet are; one record is used again. */
export class LongHeader {
  at = 0;
  version: QuicVersion | null = null;
  /** Destination connection ID. */
  targetIdAt = 0;
  targetIdEnd = 0;
  /** Source connection ID. */
  sourceIdAt = 0;
  sourceIdEnd = 0;
  /** Valid for Initials, as `numberAt` is. */
  hasToken = false;
  /** First byte of the protected packet number. */
  numberAt = 0;
  /** Where the packet ends, and a coalesced one may begin. */
  end = 0;
}

/**
 * The packet at `bytes[at, end)` of a datagram. `none`: no packet with a long header and a length, of a version we know, that ends
 * before `end`; neither then is what follows it. `other`: one that is no Initial.
 */
export function readLongHeader(bytes: Uint8Array, at: number, end: number, out: LongHeader): PacketKind {
  if (end - at < CONNECTION_ID_AT + 2 || (bytes[at]! & LONG) !== LONG) return PacketKind.none;
  const version = versionOf(u32(bytes, at + VERSION_AT));
  if (version === null) return PacketKind.none;
  out.at = at;
  out.version = version;
  out.targetIdAt = at + CONNECTION_ID_AT + 1;
  out.targetIdEnd = out.targetIdAt + bytes[at + CONNECTION_ID_AT]!;
  if (out.targetIdEnd >= end || out.targetIdEnd - out.targetIdAt > MAX_CONNECTION_ID_BYTES) return PacketKind.none;
  out.sourceIdAt = out.targetIdEnd + 1;
  out.sourceIdEnd = out.sourceIdAt + bytes[out.targetIdEnd]!;
  if (out.sourceIdEnd >= end || out.sourceIdEnd - out.sourceIdAt > MAX_CONNECTION_ID_BYTES) return PacketKind.none;
  return readLength(bytes, end, (bytes[at]! >> 4) & 3, version, out);
}

function readLength(bytes: Uint8Array, end: number, type: number, version: QuicVersion, out: LongHeader): PacketKind {
  if (type === version.retryType) return PacketKind.none;
  varint.at = out.sourceIdEnd;
  const isInitial = type === version.initialType;
  if (isInitial) {
    if (!readVarint(bytes, end)) return PacketKind.none;
    out.hasToken = varint.value > 0;
    varint.at += varint.value;
  }
  if (!readVarint(bytes, end)) return PacketKind.none;
  out.numberAt = varint.at;
  out.end = varint.at + varint.value;
  if (out.end > end || varint.value < SAMPLE_END) return PacketKind.none;
  return isInitial ? PacketKind.initial : PacketKind.other;
}

const scratch = new LongHeader();

/** Whether a UDP payload begins with an Initial packet, by client or server, of a version we can open. 35 ns. */
export function looksLikeInitial(bytes: Uint8Array, at: number, end: number): boolean {
  return readLongHeader(bytes, at, end, scratch) === PacketKind.initial;
}
