/** Text in a column of so many cells: cleaned, broken between words, and in a word where it must be. */
import { cellWidth, isPlain } from '../../format/cell-text.js';
import { visibleText } from '../../format/clean-text.js';
import { graphemesOf } from '../../format/graphemes.js';

/** What is longer is cut and says so: a note has up to 16 384 characters, and stands whole where notes stand. */
export const MOST_IN_NOTE = 20_000;
const MOST_IN_TEXT = 4000;
export const MOST_IN_CELL = 1000;

/** Visible text and nothing else; in ASCII what is beyond it is written out, so that it stays what was sent. */
export function shownText(text: string, isAscii: boolean, most = MOST_IN_TEXT): string {
  const visible = visibleText(text.length > most ? `${text.slice(0, most)}...` : text);
  return isAscii ? visible.replace(/[^\x20-\x7e]/gu, writtenOut) : visible;
}

function writtenOut(char: string): string {
  return `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}

/** At least one line, none wider than `cells`. The text is shown text. */
export function wrapCells(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    for (const piece of piecesOf(word, cells)) {
      const pieceWidth = cellWidth(piece);
      if (line !== '' && width + 1 + pieceWidth > cells) {
        lines.push(line);
        line = piece;
        width = pieceWidth;
      } else {
        width += pieceWidth + (line === '' ? 0 : 1);
        line = line === '' ? piece : `${line} ${piece}`;
      }
    }
  }
  return [...lines, line];
}

/** A word that is wider than the column, cut. */
function piecesOf(word: string, cells: number): string[] {
  if (isPlain(word)) {
    if (word.length <= cells) return [word];
    return Array.from({ length: Math.ceil(word.length / cells) }, (_, i) => word.slice(i * cells, (i + 1) * cells));
  }
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const { segment } of graphemesOf(word)) {
    const wide = cellWidth(segment);
    if (piece !== '' && width + wide > cells) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += segment;
    width += wide;
  }
  return [...pieces, piece];
}
