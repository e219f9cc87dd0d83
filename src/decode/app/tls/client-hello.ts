/** The ClientHello of TLS and DTLS: what its fingerprints are made of. RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6347 §4.2.1. */
import { DecodeStatus } from '../../../records/decode-status.js';
import { u16 } from './byte-order.js';
import { readExtensions } from './hello-extensions.js';
import { copyWords, openVector, vector } from './vectors.js';

/** A handshake message is this long at most: hellos with post-quantum keys and padding take 2 KiB, a record 16. */
export const MAX_HELLO_BYTES = 16_384;

// What real clients send stays far below: OpenSSL with every suite offers 200 and ~60 groups, IANA lists 350 suites,
// 65 extensions, 60 groups, 60 signature schemes (2025), GREASE adds 16 of each at most. A hello with more is marked.
const MAX_CIPHERS = 512;
const MAX_EXTENSIONS = 128;
const MAX_GROUPS = 256;
const MAX_SIGNATURE_ALGORITHMS = 256;
// All that a length of one byte can announce.
const MAX_POINT_FORMATS = 255;
const MAX_VERSIONS = 127;

const NO_BYTES = new Uint8Array(0);
const VERSION_BYTES = 2;
const RANDOM_BYTES = 32;

/** One ClientHello, 3 KiB, used again for every message. Lists are in wire order with GREASE (RFC 8701); what lies behind their counts is old. */
export class ClientHello {
  /** What the ranges refer to: the bytes that were parsed, lent. */
  bytes: Uint8Array = NO_BYTES;
  /** `client_version`, 0x0303 for TLS 1.2 and later. */
  legacyVersion = 0;
  /** First of the 32 bytes of `random`. */
  randomAt = 0;
  readonly ciphers = new Uint16Array(MAX_CIPHERS);
  cipherCount = 0;
  /** Extension types. */
  readonly extensions = new Uint16Array(MAX_EXTENSIONS);
  extensionCount = 0;
  /** supported_groups, once elliptic_curves. */
  readonly groups = new Uint16Array(MAX_GROUPS);
  groupCount = 0;
  readonly pointFormats = new Uint8Array(MAX_POINT_FORMATS);
  pointFormatCount = 0;
  /** Of signature_algorithms alone: delegated_credentials and signature_algorithms_cert have lists that look the same. */
  readonly signatureAlgorithms = new Uint16Array(MAX_SIGNATURE_ALGORITHMS);
  signatureAlgorithmCount = 0;
  readonly supportedVersions = new Uint16Array(MAX_VERSIONS);
  supportedVersionCount = 0;
  /** There is a server_name extension; its name may still be missing. */
  hasServerName = false;
  /** The first host name; equal when there is none. */
  serverNameAt = 0;
  serverNameEnd = 0;
  /** The first protocol of ALPN; equal when there is none. */
  alpnAt = 0;
  alpnEnd = 0;
  /** All protocols of ALPN, a length byte before each. */
  alpnListAt = 0;
  alpnListEnd = 0;
  /** First and last byte of the first protocol, -1 when there is none: JA4 wants no more of it. */
  alpnFirstByte = -1;
  alpnLastByte = -1;
  /** A list was longer than its array: fingerprints cover what is kept. */
  isCut = false;
  /** The list of extensions, or one of them, says it is longer than what it lies in. `isBroken` is set too. */
  isListBroken = false;
  /** Lengths disagree. What could be read is there. */
  isBroken = false;

  clear(): void {
    this.legacyVersion = this.randomAt = 0;
    this.cipherCount = this.extensionCount = this.groupCount = this.pointFormatCount = 0;
    this.signatureAlgorithmCount = this.supportedVersionCount = 0;
    this.hasServerName = this.isCut = this.isBroken = this.isListBroken = false;
    this.serverNameAt = this.serverNameEnd = 0;
    this.alpnAt = this.alpnEnd = this.alpnListAt = this.alpnListEnd = 0;
    this.alpnFirstByte = this.alpnLastByte = -1;
  }
}

/**
 * The handshake body `bytes[at, end)`, behind its header, into `out`. `isDtls`: there is a cookie (RFC 6347 §4.2.1).
 * `malformed` when it ends before its compression methods do: no fingerprint is made of that, and `out` is unspecified.
 * Damage behind them leaves `ok` with `isBroken`, as tshark fingerprints such hellos too. Never reads past `end`.
 */
export function parseClientHello(
  bytes: Uint8Array,
  at: number,
  end: number,
  out: ClientHello,
  isDtls = false,
): DecodeStatus {
  out.clear();
  out.bytes = bytes;
  let next = at + VERSION_BYTES + RANDOM_BYTES;
  if (next >= end) return DecodeStatus.malformed;
  out.legacyVersion = u16(bytes, at);
  out.randomAt = at + VERSION_BYTES;
  next += 1 + bytes[next]!; // session id
  if (isDtls) {
    if (next >= end) return DecodeStatus.malformed;
    next += 1 + bytes[next]!;
  }
  if (!openVector(bytes, next, end, 2, out)) return DecodeStatus.malformed;
  out.cipherCount = copyWords(bytes, out.ciphers, out);
  // Compression methods; their end is where the extensions begin.
  if (!openVector(bytes, vector.end, end, 1, out)) return DecodeStatus.malformed;
  // Before TLS 1.3 the extensions may be missing altogether (RFC 5246 §7.4.1.2).
  if (vector.end < end && !readExtensions(bytes, vector.end, end, out)) return DecodeStatus.malformed;
  return DecodeStatus.ok;
}
