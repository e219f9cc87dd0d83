/** Type and version of a QUIC packet with a long header, "quic initial 1", by its first bytes. RFC 8999 §5.1, RFC 9000 §17.2, RFC 9369 §3.2. */
import { u32 } from '../tls/byte-order.js';
import { MAX_CONNECTION_ID_BYTES } from './long-header.js';
import { versionOf } from './quic-versions.js';

const LONG = 0xc0;
const TARGET_ID_LENGTH_AT = 5;
/** From version 1 on in the order of the type bits; version 2 turns them by one. */
const TYPES = ['initial', '0-rtt', 'handshake', 'retry'];

/** Empty: no packet of a version we know. */
export function quicMessageName(bytes: Uint8Array, at: number, end: number): string {
  if (at + TARGET_ID_LENGTH_AT >= end || (bytes[at]! & LONG) !== LONG) return '';
  const number = u32(bytes, at + 1);
  const version = versionOf(number);
  const targetIdBytes = bytes[at + TARGET_ID_LENGTH_AT]!;
  if (version === null || targetIdBytes > MAX_CONNECTION_ID_BYTES) return '';
  const sourceLengthAt = at + TARGET_ID_LENGTH_AT + 1 + targetIdBytes;
  if (sourceLengthAt >= end || bytes[sourceLengthAt]! > MAX_CONNECTION_ID_BYTES) return '';
  const type = (((bytes[at]! >> 4) & 3) - version.initialType + 4) & 3;
  return `quic ${TYPES[type]} ${versionName(number)}`;
}

function versionName(version: number): string {
  if (version === 1) return '1';
  if (version === 0x6b3343cf) return '2';
  if (version >>> 8 === 0xff0000) return `draft ${version & 0xff}`;
  return version.toString(16);
}
