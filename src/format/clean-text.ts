/**
 * Text that came from the traffic (names, URIs, user agents, comments) made harmless for a terminal, a log or a report:
 * no control characters (C0, DEL, C1), no escape sequences, no bidirectional controls (CVE-2021-42574), nothing invisible.
 */
import { cutCells } from './cell-text.js';

// CSI, OSC/DCS/PM/APC strings and two-byte escapes, 7-bit and 8-bit forms: taken out whole, so "[31m" does not stay behind.
// Every string form is bounded by its own terminator or the end of the text; no nested repeat, so it is linear.
const ESCAPES =
  /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]?|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[\x20-\x7e]?/g;
// Line and paragraph separators, NEL and tabs become a space; everything else that is not visible goes.
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
// \p{Cf}: soft hyphen, zero width, bidi marks, embeddings, isolates, tags, BOM. Variation selectors and Hangul fillers are
// not Cf but just as invisible. Lone surrogates are \p{Cs}; private use (\p{Co}) prints as anything.
const INVISIBLE =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
// More than two combining marks on one letter is an attack on the line above, not a language.
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

// Nothing of the above: most names are this, and the expressions with properties take 2 ms to build.
const HARMLESS = /^[\x20-\x7e]*$/;

/** One visible line of at most `maxCells` cells, safe to print anywhere. */
export function cleanText(text: string, maxCells: number): string {
  if (HARMLESS.test(text)) return cutCells(text, maxCells);
  // 8 code units per cell is more than any visible text needs, and bounds the work an attacker can cause.
  const bounded = text.length > maxCells * 8 + 256 ? text.slice(0, maxCells * 8 + 256) : text;
  const visible = bounded.replace(ESCAPES, '').replace(BREAKS, ' ').replace(INVISIBLE, '').replace(STACKED_MARKS, '$1');
  return cutCells(visible, maxCells);
}
