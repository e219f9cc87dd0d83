/** What a path asks for, by the end of its last segment: pages, what pages are made of, or else the extension itself. */
import { lowerCaseOf } from '../byte-range.js';
import { isDigit, isLetter } from './byte-class.js';

const SLASH = 0x2f;
const DOT = 0x2e;
const LONGEST_EXTENSION = 8;
const PAGES = new Set('html htm xhtml shtml php php5 phtml asp aspx jsp jspx do action cgi pl cfm'.split(' '));
const ASSETS = new Set(
  'css js mjs map json5 wasm png jpg jpeg gif webp avif svg ico bmp woff woff2 ttf otf eot mp3 mp4 webm webmanifest'.split(
    ' ',
  ),
);

/** "html", "asset", or an extension in lower case. `bytes[at, end)`: the path without its query. */
export function resourceKindOf(bytes: Uint8Array, at: number, end: number): string {
  const extension = extensionOf(bytes, at, end);
  if (extension === '' || PAGES.has(extension)) return 'html';
  return ASSETS.has(extension) ? 'asset' : extension;
}

/** Empty when there is none: no dot, a longer word, or other bytes than letters and digits. */
function extensionOf(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let next = end - 1; next >= at && end - next <= LONGEST_EXTENSION + 1; next -= 1) {
    const byte = bytes[next]!;
    if (byte === DOT) return text;
    if (byte === SLASH || !(isLetter(byte) || isDigit(byte))) return '';
    text = String.fromCharCode(lowerCaseOf(byte)) + text;
  }
  return '';
}
