/**
 * The headers that browsers send of themselves (Fetch Metadata, W3C; User-Agent Client Hints, WICG) against what the user agent says.
 * Browsers send them over TLS only, so "none" over plain HTTP is no sign of anything.
 *
 *   none     none of sec-fetch-site, -mode, -dest, sec-ch-ua
 *   whole    all three of sec-fetch; sec-ch-ua where, and only where, the user agent says Chromium
 *   broken   anything else: a part of them, or another browser's
 */
import { BrowserHeaders } from '../../../records/request-samples.js';
import { asciiBytes, equalsIgnoreCase } from '../byte-range.js';
import type { RequestHead } from './request-head.js';

const SITE = 1;
const MODE = 2;
const DEST = 4;
const HINTS = 8;
const FETCH = SITE | MODE | DEST;
const NAMES = [
  { name: asciiBytes('sec-fetch-site'), bit: SITE },
  { name: asciiBytes('sec-fetch-mode'), bit: MODE },
  { name: asciiBytes('sec-fetch-dest'), bit: DEST },
  { name: asciiBytes('sec-ch-ua'), bit: HINTS },
];
/** Opera, Edge and the like have it too; Chrome on iOS ("CriOS/") is WebKit, which has no client hints. */
const CHROMIUM = asciiBytes('chrome/');

/** A `BrowserHeaders`. */
export function browserHeadersOf(bytes: Uint8Array, head: RequestHead): number {
  const { headers, userAgent } = head;
  let there = 0;
  for (let index = 0; index < headers.kept; index += 1) {
    for (const { name, bit } of NAMES) {
      if (equalsIgnoreCase(bytes, headers.nameAt[index]!, headers.nameEnd[index]!, name)) there |= bit;
    }
  }
  if (there === 0) return BrowserHeaders.none;
  const wanted = saysChromium(bytes, userAgent.at, userAgent.end) ? FETCH | HINTS : FETCH;
  return there === wanted ? BrowserHeaders.whole : BrowserHeaders.broken;
}

function saysChromium(bytes: Uint8Array, at: number, end: number): boolean {
  for (let next = at; next >= 0 && next + CHROMIUM.length <= end; next += 1) {
    if (equalsIgnoreCase(bytes, next, next + CHROMIUM.length, CHROMIUM)) return true;
  }
  return false;
}
