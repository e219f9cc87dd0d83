/**
 * The one way text that came from outside (names, URIs, user agents, comments, other programs' messages) takes to a terminal, a
 * log or a report. What a terminal would act on or not show is written out: control characters (C0, DEL, C1, so no escape sequence
 * survives), line breaks, bidirectional controls (CVE-2021-42574), zero-width and other invisible characters, as \n, \x1b, \u{202e}.
 * It is shown, not taken away: what a client sent is evidence.
 */
import { cutCells, isPlain } from './cell-text.js';

// \p{Cc} and \p{Cf}: C0, DEL, C1, soft hyphen, zero width, bidi marks, embeddings, isolates, tags, BOM. Line and paragraph
// separators. Variation selectors and Hangul fillers are not Cf but just as invisible. Lone surrogates are \p{Cs}; private use
// (\p{Co}) prints as anything, unassigned (\p{Cn}) as nobody knows what.
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|[\u2028\u2029]|\u034f|[\u115f\u1160\u3164\uffa0]|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;
const NOT_SHOWN = new RegExp(HIDDEN, 'gu');
// More than two combining marks on one letter is an attack on the line above, not a language.
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

// Nothing of the above: most names are this, and the expressions with properties take 2 ms to build.
const HARMLESS = /^[\x20-\x7e]*$/;
const HARMLESS_LINES = /^[\n\x20-\x7e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One visible line of at most `maxCells` cells, safe to print anywhere. Cleaning twice changes nothing. */
export function cleanText(text: string, maxCells: number): string {
  if (HARMLESS.test(text)) return cutCells(text, maxCells);
  // 8 code units per cell is more than any visible text needs, and bounds the work an attacker can cause.
  const bounded = text.length > maxCells * 8 + 256 ? text.slice(0, maxCells * 8 + 256) : text;
  return cutCells(bounded.replace(NOT_SHOWN, writtenOut).replace(STACKED_MARKS, '$1'), maxCells);
}

/** Holds something that a terminal would act on, or not show. */
export function hasHidden(text: string): boolean {
  return HIDDEN.test(text);
}

/** Written out in the same way, but whole: the last guard before a screen. What is clean comes back as it is. */
export function visibleText(text: string): string {
  return isPlain(text) ? text : text.replace(NOT_SHOWN, writtenOut).replace(STACKED_MARKS, '$1');
}

/** The same of several lines, for messages on stderr: line feeds stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}

/** JSON whose bytes a terminal would show and not act on: strings say the same, by escapes. */
export function visibleJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  if (HARMLESS_LINES.test(text)) return text;
  return text.replace(NOT_SHOWN, (char) => (char === '\n' ? char : escaped(char)));
}

/** UTF-16, as JSON has it (RFC 8259 §7). */
function escaped(char: string): string {
  let text = '';
  for (let i = 0; i < char.length; i += 1) text += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return text;
}

function writtenOut(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
