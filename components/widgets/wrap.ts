/** Words into lines of at most `cells`; a word that is longer is broken. An indent goes on. Input is one clean line. */
import { cellWidth, takeCells } from '../../src/format/cell-text.js';

export function wrapWords(text: string, cells: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  if (indent !== '' && indent.length < cells / 2) {
    return wrapWords(text.slice(indent.length), cells - indent.length).map((line) => indent + line);
  }
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && cellWidth(line) + 1 + cellWidth(rest) > cells) {
      lines.push(line);
      line = '';
    }
    while (cellWidth(rest) > cells && cells > 0) {
      const cut = takeCells(rest, cells);
      lines.push(cut);
      rest = rest.slice(cut.length);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}
