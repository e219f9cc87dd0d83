/**
 * Heads of HTTP/1.x requests: the first line and the headers. RFC 9112 §3, §5; RFC 9110 §5. Everything found is a range into the
 * caller's bytes. As lenient as servers are, so that a flood that breaks the rules is seen: bare line feeds, folded values,
 * lines without a colon, NUL, any byte above 127. Found by asking tshark 4.0 what it takes: see request-line.ts.
 */

import { asciiBytes, ByteRange, equalsIgnoreCase, setTrimmed } from '../byte-range.js';
import { BodyFraming, BodyKind } from './body-framing.js';
import { CookieList } from './cookie-list.js';
import { HeaderList } from './header-list.js';
import { LineKind, mayBecomeRequest, mayBeginRequest, parseRequestLine, RequestLine } from './request-line.js';

export { BodyKind };

export const HeadStatus = {
  complete: 0,
  /** The empty line is not there yet. */
  needMore: 1,
  notHttp: 2,
} as const;
export type HeadStatus = (typeof HeadStatus)[keyof typeof HeadStatus];

const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const COLON = 0x3a;

/** One head, reused. Of a header that is sent twice the first value counts; `headers` has both. */
export class RequestHead {
  readonly #line = new RequestLine();
  readonly method = this.#line.method;
  /** As sent: a path, an absolute URI, host:port or an asterisk. May be empty. */
  readonly target = this.#line.target;
  /** Not set without a version (HTTP/0.9). */
  readonly version = this.#line.version;
  readonly host = new ByteRange();
  readonly userAgent = new ByteRange();
  readonly referer = new ByteRange();
  readonly accept = new ByteRange();
  readonly acceptLanguage = new ByteRange();
  readonly acceptEncoding = new ByteRange();
  readonly cookie = new ByteRange();
  readonly contentType = new ByteRange();
  readonly connection = new ByteRange();
  readonly upgrade = new ByteRange();
  readonly headers = new HeaderList();
  /** Cookies of all Cookie headers. */
  readonly cookies = new CookieList();
  readonly #framing = new BodyFraming();
  readonly #known: readonly { readonly name: Uint8Array; readonly range: ByteRange }[] = [
    { name: asciiBytes('host'), range: this.host },
    { name: asciiBytes('user-agent'), range: this.userAgent },
    { name: asciiBytes('referer'), range: this.referer },
    { name: asciiBytes('accept'), range: this.accept },
    { name: asciiBytes('accept-language'), range: this.acceptLanguage },
    { name: asciiBytes('accept-encoding'), range: this.acceptEncoding },
    { name: asciiBytes('cookie'), range: this.cookie },
    { name: asciiBytes('content-type'), range: this.contentType },
    { name: asciiBytes('connection'), range: this.connection },
    { name: asciiBytes('upgrade'), range: this.upgrade },
  ];

  /** Where the empty line ends; what follows is the body or the next request. */
  headEnd = 0;
  bodyKind: BodyKind = BodyKind.none;
  /** The bytes given were the last and the head was not complete: its last value may be a part. */
  isCut = false;

  get hasHost(): boolean {
    return this.host.isSet;
  }

  get hasUserAgent(): boolean {
    return this.userAgent.isSet;
  }

  get cookieCount(): number {
    return this.cookies.count;
  }

  /** 11 for HTTP/1.1, 10, ...; 9 where there is none, 0 for one that cannot be read. */
  get versionNumber(): number {
    return this.#line.versionNumber;
  }

  /** One of the methods tshark counts; false for a word that only looks like one. */
  get isKnownMethod(): boolean {
    return this.#line.isKnownMethod;
  }

  /** With BodyKind.length the body's bytes, else what the header says, -1 without one or for one that is no number. */
  get contentLength(): number {
    return this.#framing.contentLength;
  }

  get isChunked(): boolean {
    return this.bodyKind === BodyKind.chunked;
  }

  /** The head says two things about the length of its body, as request smuggling does. */
  get isAmbiguous(): boolean {
    return this.#framing.isAmbiguous;
  }

  clear(): void {
    for (const { range } of this.#known) range.clear();
    this.method.clear();
    this.target.clear();
    this.version.clear();
    this.headers.clear();
    this.cookies.clear();
    this.#framing.clear();
    this.headEnd = 0;
    this.bodyKind = BodyKind.none;
    this.isCut = false;
  }

  readLine(bytes: Uint8Array, at: number, end: number, isCut: boolean): LineKind {
    return parseRequestLine(bytes, at, end, isCut, this.#line);
  }

  /** A header line, folded ones joined, without its end. */
  readHeader(bytes: Uint8Array, at: number, end: number): void {
    let colon = at;
    while (colon < end && bytes[colon] !== COLON && bytes[colon] !== LINE_FEED) colon += 1;
    if (colon === at || colon === end || bytes[colon] !== COLON) {
      this.headers.badLines += 1;
      return;
    }
    const value = scratch;
    setTrimmed(value, bytes, colon + 1, end);
    this.headers.add(at, colon, value.at, value.end);
    this.#note(bytes, at, colon, value);
  }

  finish(headEnd: number): void {
    this.headEnd = headEnd;
    this.bodyKind = this.#framing.kindFor(this.#line.isConnect);
  }

  #note(bytes: Uint8Array, at: number, end: number, value: ByteRange): void {
    for (const { name, range } of this.#known) {
      if (name.length !== end - at || !equalsIgnoreCase(bytes, at, end, name)) continue;
      if (!range.isSet) range.set(value.at, value.end);
      if (range === this.cookie) this.cookies.addValue(bytes, value.at, value.end);
      return;
    }
    if (equalsIgnoreCase(bytes, at, end, CONTENT_LENGTH)) this.#framing.addContentLength(bytes, value.at, value.end);
    else if (equalsIgnoreCase(bytes, at, end, TRANSFER_ENCODING)) {
      this.#framing.addTransferEncoding(bytes, value.at, value.end);
    }
  }
}

const CONTENT_LENGTH = asciiBytes('content-length');
const TRANSFER_ENCODING = asciiBytes('transfer-encoding');
const scratch = new ByteRange();

/** Could a request begin here? For the first segment of a stream, or behind a body. Cheap; `parseRequestHead` knows for sure. */
export function looksLikeRequest(bytes: Uint8Array, at: number, end: number): boolean {
  return mayBeginRequest(bytes, skipLineEnds(bytes, at, end), end);
}

/**
 * The head at `bytes[at, end)` into `out`, linear in its length. Empty lines before it are passed over (RFC 9112 §2.2). With
 * needMore, `out` holds what the complete lines say: the method is set once the first line is there. `isLast`: no more bytes
 * will come, because the snap length cut them; then a head counts as complete as far as it goes, as in tshark, and is marked.
 */
export function parseRequestHead(
  bytes: Uint8Array,
  at: number,
  end: number,
  out: RequestHead,
  isLast = false,
): HeadStatus {
  out.clear();
  const start = skipLineEnds(bytes, at, end);
  let next = lineFeedAt(bytes, start, end);
  if (next === end && !isLast) {
    return start === end || mayBecomeRequest(bytes, start, end) ? HeadStatus.needMore : HeadStatus.notHttp;
  }
  if (out.readLine(bytes, start, textEnd(bytes, start, next), next === end) !== LineKind.request) {
    out.clear();
    return HeadStatus.notHttp;
  }
  for (next += 1; next < end; ) {
    const emptyEnd = emptyLineEnd(bytes, next, end);
    if (emptyEnd > 0) {
      out.finish(emptyEnd);
      return HeadStatus.complete;
    }
    const lineEnd = foldedLineFeedAt(bytes, next, end, isLast);
    if (lineEnd === end && !isLast) break;
    out.readHeader(bytes, next, textEnd(bytes, next, lineEnd));
    next = lineEnd + 1;
  }
  if (!isLast) return HeadStatus.needMore;
  out.isCut = true;
  out.finish(end);
  return HeadStatus.complete;
}

function skipLineEnds(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] === CARRIAGE_RETURN || bytes[next] === LINE_FEED)) next += 1;
  return next;
}

/** `end` when there is none. */
function lineFeedAt(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && bytes[next] !== LINE_FEED) next += 1;
  return next;
}

/** The line feed of the last line that belongs to the header at `at`; `end` while the byte behind it, which decides, is not there. */
function foldedLineFeedAt(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
  for (let next = lineFeedAt(bytes, at, end); ; next = lineFeedAt(bytes, next + 1, end)) {
    if (next >= end) return end;
    if (next + 1 === end) return isLast ? next : end;
    if (bytes[next + 1] !== SPACE && bytes[next + 1] !== TAB) return next;
  }
}

/** End of the line's text: without the carriage return. */
function textEnd(bytes: Uint8Array, at: number, lineFeed: number): number {
  return lineFeed > at && bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
}

/** Behind the empty line at `at`, or 0 when what is there is none, or not all of one. */
function emptyLineEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === LINE_FEED) return at + 1;
  return bytes[at] === CARRIAGE_RETURN && at + 1 < end && bytes[at + 1] === LINE_FEED ? at + 2 : 0;
}
