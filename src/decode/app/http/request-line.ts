/**
 * The first line of a request: method, target, version. RFC 9112 §3; HTTP/0.9 has no version (RFC 1945 §4.1).
 *
 * tshark 4.0 takes a line for a request when it begins with one of the methods below, in capitals, and a space; on ports that are
 * not HTTP's its heuristic also wants HTTP/1.x at the end. We know no ports: a line of these methods may lack the version only
 * with a target that cannot be another protocol's, and floods invent methods, so any other word in capitals will do with an
 * HTTP version behind it. RTSP, SIP and the preface of HTTP/2 are no HTTP/1.
 */
import { asciiBytes, ByteRange, equalsIgnoreCase } from '../byte-range.js';

/** Every method that tshark 4.0.17 shows as http.request.method. */
const METHODS = (
  'GET PUT POST HEAD DELETE OPTIONS TRACE CONNECT PATCH COPY LOCK MOVE POLL MKCOL BCOPY BMOVE LABEL MERGE SEARCH UNLOCK REPORT ' +
  'UPDATE NOTIFY BDELETE CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND UNCHECKOUT BPROPPATCH MKACTIVITY ' +
  'UNSUBSCRIBE RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA VERSION-CONTROL BASELINE-CONTROL MKWORKSPACE M-SEARCH SSTP_DUPLEX_POST'
)
  .split(' ')
  .map(asciiBytes);
const LONGEST_METHOD = 24;
/** Begins every HTTP/2 connection (RFC 9113 §3.4). */
const PRI = asciiBytes('PRI');
const CONNECT = asciiBytes('CONNECT');
const HTTP = asciiBytes('http');
const HTTP_SLASH = asciiBytes('http/');
/** Schemes of targets that share methods with HTTP: RFC 3261 §7.1, RFC 7826 §7.1. */
const FOREIGN_SCHEMES = ['sip:', 'sips:', 'rtsp:', 'rtsps:', 'rtspu:'].map(asciiBytes);

const SPACE = 0x20;
const SLASH = 0x2f;
const ASTERISK = 0x2a;
const DOT = 0x2e;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Bytes in which the end of a doubtful line is looked for. */
const LONGEST_LOOK = 2048;
const VERSION_BYTES = 8; // HTTP/1.1

/** Where a line stands among requests. */
export const LineKind = { request: 0, notHttp: 1 } as const;
export type LineKind = (typeof LineKind)[keyof typeof LineKind];

export class RequestLine {
  readonly method = new ByteRange();
  /** As sent; the range is empty when the line ends behind the method. */
  readonly target = new ByteRange();
  /** What follows the target, mostly "HTTP/1.1"; not set without one. */
  readonly version = new ByteRange();
  /** 11 for HTTP/1.1, 10, ...; 9 where there is none; 0 for one that cannot be read. */
  versionNumber = 0;
  /** One of the methods tshark knows. */
  isKnownMethod = false;
  isConnect = false;
}

const scratch = new RequestLine();

/** `bytes[at, end)` is the line without its end. `isCut`: it went on, so the last thing in it may be a part. */
export function parseRequestLine(
  bytes: Uint8Array,
  at: number,
  end: number,
  isCut: boolean,
  line: RequestLine,
): LineKind {
  const methodEnd = methodEndOf(bytes, at, end);
  if (methodEnd < 0 || methodEnd === end || bytes[methodEnd] !== SPACE) return LineKind.notHttp;
  line.method.set(at, methodEnd);
  line.isKnownMethod = isKnown(bytes, at, methodEnd);
  line.isConnect = equalsExactly(bytes, at, methodEnd, CONNECT);
  const targetAt = skipSpaces(bytes, methodEnd, end);
  const targetEnd = wordEnd(bytes, targetAt, end);
  line.target.set(targetAt, targetEnd);
  const versionAt = skipSpaces(bytes, targetEnd, end);
  const versionEnd = trimEnd(bytes, versionAt, end);
  readVersion(bytes, versionAt, versionEnd, line);
  if (equalsExactly(bytes, at, methodEnd, PRI) || hasForeignScheme(bytes, targetAt, targetEnd)) return LineKind.notHttp;
  return isRequest(bytes, line, isCut) ? LineKind.request : LineKind.notHttp;
}

function isRequest(bytes: Uint8Array, line: RequestLine, isCut: boolean): boolean {
  const isPlain = isPlainTarget(bytes, line.target.at, line.target.end);
  if (!line.isKnownMethod) return isPlain && line.versionNumber > 9;
  if (line.versionNumber > 9) return true;
  return line.version.isSet ? isVersionLike(bytes, line, isCut) : isCut || isPlain;
}

/**
 * Could a request begin at `at`? Method and first byte of the target say so for nearly all; of the others the line is read when
 * its end is in sight. True also when `end` comes too early to say, as long as a method tshark knows is begun: one byte is
 * enough for those that send byte by byte.
 */
export function mayBeginRequest(bytes: Uint8Array, at: number, end: number): boolean {
  const methodEnd = methodEndOf(bytes, at, end);
  if (methodEnd < 0) return false;
  if (methodEnd === end) return methodEnd > at && isBegun(bytes, at, end);
  const targetAt = skipSpaces(bytes, methodEnd, end);
  if (isPlainTarget(bytes, targetAt, end) && isKnown(bytes, at, methodEnd)) return true;
  const lineEnd = lineEndOf(bytes, targetAt, Math.min(end, at + LONGEST_LOOK));
  if (lineEnd >= 0) return parseRequestLine(bytes, at, lineEnd, false, scratch) === LineKind.request;
  return mayBecomeRequest(bytes, at, end) && (targetAt < end || isKnown(bytes, at, methodEnd));
}

/** Could a line whose end is not there yet become a request's? Says no only when no bytes could make it one. */
export function mayBecomeRequest(bytes: Uint8Array, at: number, end: number): boolean {
  const methodEnd = methodEndOf(bytes, at, end);
  if (methodEnd < 0) return false;
  const targetAt = skipSpaces(bytes, methodEnd, end);
  if (targetAt === end) return true;
  if (isKnown(bytes, at, methodEnd)) return !hasForeignScheme(bytes, targetAt, end);
  return isPlainTarget(bytes, targetAt, end) && !equalsExactly(bytes, at, methodEnd, PRI);
}

/** Where the line's text ends, or -1 when the line feed is not there. */
function lineEndOf(bytes: Uint8Array, at: number, end: number): number {
  for (let next = at; next < end; next += 1) {
    if (bytes[next] === LINE_FEED) return next > at && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
  }
  return -1;
}

/** End of a word in capitals at `at`, which a space follows, or `end`; -1 when there is none. */
function methodEndOf(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + LONGEST_METHOD + 1);
  let next = at;
  while (next < limit && isMethodByte(bytes[next]!, next === at)) next += 1;
  if ((next === at && next < end) || next - at > LONGEST_METHOD) return -1;
  if (next < end && bytes[next] !== SPACE) return -1;
  return next;
}

/** Methods are tokens in any case (RFC 9110 §9.1); all that are registered are capitals, hyphens, and once an underscore. */
function isMethodByte(byte: number, isFirst: boolean): boolean {
  if (byte >= 0x41 && byte <= 0x5a) return true;
  return !isFirst && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f);
}

function isKnown(bytes: Uint8Array, at: number, end: number): boolean {
  for (const method of METHODS) if (equalsExactly(bytes, at, end, method)) return true;
  return false;
}

function isBegun(bytes: Uint8Array, at: number, end: number): boolean {
  for (const method of METHODS) {
    if (method.length >= end - at && beginsWith(bytes, at, end, method, end - at)) return true;
  }
  return false;
}

function equalsExactly(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  return word.length === end - at && beginsWith(bytes, at, end, word, word.length);
}

function beginsWith(bytes: Uint8Array, at: number, end: number, word: Uint8Array, length: number): boolean {
  if (end - at < length) return false;
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== word[index]) return false;
  return true;
}

function hasForeignScheme(bytes: Uint8Array, at: number, end: number): boolean {
  for (const scheme of FOREIGN_SCHEMES) {
    if (end - at >= scheme.length && equalsIgnoreCase(bytes, at, at + scheme.length, scheme)) return true;
  }
  return false;
}

/** Begins like a path, an asterisk or an absolute URI of HTTP (RFC 9112 §3.2); a part of "http" is enough at the end. */
function isPlainTarget(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  if (bytes[at] === SLASH || bytes[at] === ASTERISK) return true;
  const length = Math.min(HTTP.length, end - at);
  for (let index = 0; index < length; index += 1) if ((bytes[at + index]! | 0x20) !== HTTP[index]) return false;
  return true;
}

/** tshark reads "GET /a b HTTP/1.1" as the target "/a" and the version "b HTTP/1.1", so the last word decides. */
function readVersion(bytes: Uint8Array, at: number, end: number, line: RequestLine): void {
  line.version.clear();
  line.versionNumber = 9;
  if (at >= end) return;
  line.version.set(at, end);
  const wordAt = end - VERSION_BYTES;
  line.versionNumber = 0;
  if (wordAt < at || !equalsIgnoreCase(bytes, wordAt, end - 3, HTTP_SLASH) || bytes[end - 2] !== DOT) return;
  const major = bytes[end - 3]! - 0x30;
  const minor = bytes[end - 1]! - 0x30;
  if (major >= 0 && major <= 9 && minor >= 0 && minor <= 9) line.versionNumber = major * 10 + minor;
}

function isVersionLike(bytes: Uint8Array, { version }: RequestLine, isCut: boolean): boolean {
  const length = isCut ? Math.min(HTTP_SLASH.length, version.length) : HTTP_SLASH.length;
  if (version.length < length) return false;
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[version.at + index]!;
    if ((byte | (index < HTTP.length ? 0x20 : 0)) !== HTTP_SLASH[index]) return false;
  }
  return true;
}

function skipSpaces(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] === SPACE) next += 1;
  return next;
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== SPACE) next += 1;
  return next;
}

function trimEnd(bytes: Uint8Array, at: number, end: number): number {
  let last = end;
  while (last > at && bytes[last - 1] === SPACE) last -= 1;
  return last;
}
