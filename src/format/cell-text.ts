/** Text measured in terminal cells: how wide, cut to fit, padded to fit. Input holds no escape sequences. */
import stringWidth from 'string-width';
import { graphemesOf } from './graphemes.js';

/** Printable ASCII, Latin-1 letters, ellipsis, box, block, braille, arrows: one code unit = one cell, no combining. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u00ff\u2026\u2190-\u21ff\u2500-\u259f\u25a0-\u25fc\u2800-\u28ff]*$/;

/** Every code unit of it is one cell, and none is anything but a glyph. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

export function cellWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** At most `cells` wide; what was cut is marked by "…" when there is room for it. */
export function cutCells(text: string, cells: number): string {
  if (cells <= 0) return '';
  if (PLAIN.test(text)) {
    if (text.length <= cells) return text;
    return cells === 1 ? text.slice(0, 1) : `${text.slice(0, cells - 1)}…`;
  }
  if (stringWidth(text) <= cells) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemesOf(text)) {
    const next = stringWidth(segment);
    if (width + next > cells - 1) break;
    kept += segment;
    width += next;
  }
  return `${kept}…`;
}

/** As many whole glyphs as fit, at least one; nothing marks the cut. */
export function takeCells(text: string, cells: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(1, cells));
  const glyphs = Array.from(graphemesOf(text), ({ segment }) => segment);
  return fill(glyphs, cells).join('') || (glyphs[0] ?? '');
}

/** At most `cells` wide, cut in the middle: addresses of one network, and paths of one site, differ at the end. */
export function cutMiddle(text: string, cells: number): string {
  if (cellWidth(text) <= cells || cells < 9) return cutCells(text, cells);
  const tail = Math.floor((cells - 1) / 3);
  if (!PLAIN.test(text)) return cutMiddleOfWide(text, cells, tail);
  return `${text.slice(0, cells - 1 - tail)}…${text.slice(text.length - tail)}`;
}

function cutMiddleOfWide(text: string, cells: number, tail: number): string {
  const glyphs = Array.from(graphemesOf(text), ({ segment }) => segment);
  const end = fill(glyphs.reverse(), tail).reverse().join('');
  return `${fill(glyphs.reverse(), cells - 1 - tail).join('')}…${end}`;
}

/** The first glyphs, as many as `cells` hold. */
function fill(glyphs: readonly string[], cells: number): string[] {
  let width = 0;
  const count = glyphs.findIndex((glyph) => {
    width += stringWidth(glyph);
    return width > cells;
  });
  return glyphs.slice(0, count < 0 ? glyphs.length : count);
}

/** Exactly `cells` wide, cut or filled with spaces. */
export function fitCells(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutCells(text, cells);
  const fill = ' '.repeat(Math.max(0, cells - cellWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}
