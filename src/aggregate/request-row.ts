/**
 * A request into one row of samples. Called for those that are kept, some 20 µs. Of a head that the snap length cut, what may lie behind
 * the cut is not known, and its last value is not whole: both are absent.
 */
import { asciiBytes, type ByteRange, equalsIgnoreCase, lowerCaseOf } from '../decode/app/byte-range.js';
import { browserHeadersOf } from '../decode/app/http/browser-headers.js';
import { maskNumbers, maskPath, pathEndOf } from '../decode/app/http/digit-template.js';
import { cookieNameList, queryNameList } from '../decode/app/http/name-lists.js';
import { QueryNames } from '../decode/app/http/query-names.js';
import type { RequestHead } from '../decode/app/http/request-head.js';
import { cookieShapeOf, headerOrderOf, headerSetOf } from '../decode/app/http/request-shape.js';
import { resourceKindOf } from '../decode/app/http/resource-kind.js';
import type { MessagePlace } from '../layer7/layer7-sink.js';
import { NOT_SAID } from '../records/message-columns.js';
import type { RequestSamples } from '../records/request-samples.js';
import type { TextKeeper } from '../records/text-keeper.js';
import { readPlace } from './message-row.js';

const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;
const HASH = 0x23;
const MOST_COUNTED = 0x7fff;
const SCHEMES = ['http://', 'https://'].map(asciiBytes);
/** Templates are never longer than their text; longer texts are cut. */
const LONGEST_TEMPLATE = 4096;

const query = new QueryNames();
const scratch = new Uint8Array(LONGEST_TEMPLATE);

export function readRequest(
  head: RequestHead,
  bytes: Uint8Array,
  place: MessagePlace,
  out: RequestSamples,
  at: number,
  names: TextKeeper,
): void {
  readPlace(place, out, at);
  out.method[at] = names.keep(bytes, head.method.at, head.method.end);
  out.version[at] = head.version.isSet
    ? names.keep(bytes, head.version.at, head.version.end)
    : head.isCut
      ? 0
      : names.keepText('HTTP/0.9');
  readTarget(head, bytes, out, at, names);
  const lastEnd = lastValueEnd(head);
  const header = (range: ByteRange) => keepHeader(head, bytes, range, lastEnd, names);
  out.host[at] = header(head.host);
  out.userAgent[at] = header(head.userAgent);
  out.userAgentTemplate[at] = out.userAgent[at] === 0 ? 0 : keepMasked(bytes, head.userAgent, names);
  out.accept[at] = header(head.accept);
  out.acceptLanguage[at] = header(head.acceptLanguage);
  out.acceptEncoding[at] = header(head.acceptEncoding);
  out.refererHost[at] = header(head.referer) === 0 ? 0 : keepHostOf(bytes, head.referer, names);
  readShape(head, bytes, out, at, names);
  clearLogFields(out, at);
}

/** Path and query; of "GET http://host/path" the path alone, as servers and firewalls take it. */
function readTarget(head: RequestHead, bytes: Uint8Array, out: RequestSamples, at: number, names: TextKeeper): void {
  const { target } = head;
  const isKnown = !head.isCut || head.version.isSet;
  const end = target.end;
  const pathAt = pathStart(bytes, target.at, end);
  const pathEnd = pathEndOf(bytes, pathAt, end);
  const templateEnd = Math.min(pathEnd, pathAt + LONGEST_TEMPLATE);
  query.read(bytes, pathAt, end);
  out.path[at] = isKnown ? names.keep(bytes, pathAt, pathEnd) : 0;
  out.pathTemplate[at] = isKnown ? names.keep(scratch, 0, maskPath(bytes, pathAt, templateEnd, scratch)) : 0;
  out.resource[at] = isKnown ? names.keepText(resourceKindOf(bytes, pathAt, pathEnd)) : 0;
  out.queryNames[at] = isKnown ? names.keepText(queryNameList(bytes, query)) : 0;
  out.queryLength[at] = isKnown ? Math.max(0, query.queryBytes) : NOT_SAID;
  out.queryCount[at] = isKnown ? Math.min(query.count, MOST_COUNTED) : NOT_SAID;
}

/** What all headers together say; unknown of a head that is cut. */
function readShape(head: RequestHead, bytes: Uint8Array, out: RequestSamples, at: number, names: TextKeeper): void {
  const isKnown = !head.isCut;
  const text = (make: () => string) => (isKnown ? names.keepText(make()) : 0);
  out.browserHeaders[at] = isKnown ? browserHeadersOf(bytes, head) : 0;
  out.headerOrder[at] = text(() => headerOrderOf(bytes, head));
  out.headerSet[at] = text(() => headerSetOf(bytes, head));
  out.headerCount[at] = isKnown ? Math.min(head.headers.count, MOST_COUNTED) : NOT_SAID;
  out.cookieNames[at] = text(() => cookieNameList(bytes, head.cookies));
  out.cookieShape[at] = text(() => cookieShapeOf(bytes, head));
  out.cookieCount[at] = isKnown ? Math.min(head.cookies.count, MOST_COUNTED) : NOT_SAID;
}

/** What a log says and packets do not. */
function clearLogFields(out: RequestSamples, at: number): void {
  out.country[at] = 0;
  out.asn[at] = 0;
  out.ja3[at] = 0;
  out.ja4[at] = 0;
  out.status[at] = NOT_SAID;
  out.cacheStatus[at] = 0;
  out.botScore[at] = NOT_SAID;
  out.botSource[at] = 0;
  out.jsDetection[at] = 0;
  out.wafScore[at] = NOT_SAID;
  out.device[at] = 0;
}

function keepHeader(
  head: RequestHead,
  bytes: Uint8Array,
  range: ByteRange,
  lastEnd: number,
  names: TextKeeper,
): number {
  if (head.isCut && (!range.isSet || range.end === lastEnd)) return 0;
  return range.isSet ? names.keep(bytes, range.at, range.end) : names.keep(bytes, 0, 0);
}

/** Where the last header that was kept ends. */
function lastValueEnd({ headers }: RequestHead): number {
  return headers.kept === 0 ? -1 : (headers.valueEnd[headers.kept - 1] as number);
}

function keepMasked(bytes: Uint8Array, { isSet, at, end }: ByteRange, names: TextKeeper): number {
  const length = isSet ? maskNumbers(bytes, at, Math.min(end, at + LONGEST_TEMPLATE), scratch) : 0;
  return names.keep(scratch, 0, length);
}

/** The authority of a URL without its port, in lower case; empty without a referer. */
function keepHostOf(bytes: Uint8Array, { isSet, at, end }: ByteRange, names: TextKeeper): number {
  let length = 0;
  for (let next = behindScheme(bytes, at, end); isSet && next < end && length < LONGEST_TEMPLATE; next += 1) {
    const byte = bytes[next] as number;
    if (byte === SLASH || byte === COLON || byte === QUESTION || byte === HASH) break;
    scratch[length] = lowerCaseOf(byte);
    length += 1;
  }
  return names.keep(scratch, 0, length);
}

function pathStart(bytes: Uint8Array, at: number, end: number): number {
  let next = behindScheme(bytes, at, end);
  if (next === at) return at;
  while (next < end && bytes[next] !== SLASH && bytes[next] !== QUESTION && bytes[next] !== HASH) next += 1;
  return next;
}

/** `at` when there is none of HTTP. */
function behindScheme(bytes: Uint8Array, at: number, end: number): number {
  for (const scheme of SCHEMES) {
    if (at >= 0 && end - at >= scheme.length && equalsIgnoreCase(bytes, at, at + scheme.length, scheme)) {
      return at + scheme.length;
    }
  }
  return at;
}
