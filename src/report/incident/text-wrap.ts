/** Text in a column of so many cells: cleaned, broken between words, and in a word where it must be. */
import { cellWidth, takeCells } from '../../format/cell-text.js';
import { visibleText } from '../../format/clean-text.js';

/** A note has up to 16 384 characters; nothing in a report needs more. */
const MOST_CHARACTERS = 20_000;

/** Visible text and nothing else; in ASCII what is beyond it is written out, so that it stays what was sent. */
export function shownText(text: string, isAscii: boolean): string {
  const visible = visibleText(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);
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
        line = line === '' ? piece : `${line} ${piece}`;
        width = cellWidth(line);
      }
    }
  }
  return [...lines, line];
}

/** A word that is wider than the column, cut. */
function piecesOf(word: string, cells: number): string[] {
  if (cellWidth(word) <= cells) return [word];
  const pieces: string[] = [];
  for (let rest = word; rest !== ''; ) {
    const piece = takeCells(rest, cells);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces;
}
