/** A table in cells: as wide as what is in it, and where that is too much the widest columns wrap. */
import { cellWidth, fitCells } from '../../format/cell-text.js';
import type { Column, TableBlock } from './incident-document.js';
import { wrapCells } from './text-wrap.js';

const GAP = 2;
/** Narrower nothing can be read; a word of a heading stays whole where it is not longer than this. */
const LEAST = 7;
const LONGEST_WORD = 14;

/** Lines of at most `width` cells where the columns allow it; `shown` cleans a cell. */
export function tableLines({ columns, rows }: TableBlock, width: number, shown: (text: string) => string): string[] {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) => row.map(shown));
  const widths = columnWidths(columns, cells, width);
  const [head, ...body] = cells.map((row) => rowLines(row, columns, widths));
  return [...(head as string[]), ...body.flat()];
}

function columnWidths(columns: readonly Column[], cells: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map((_, i) => Math.max(1, ...cells.map((row) => Math.min(width, cellWidth(row[i] ?? '')))));
  const least = columns.map(({ title }, i) =>
    Math.min(widths[i] as number, Math.max(LEAST, Math.min(LONGEST_WORD, longestWord(title)))),
  );
  let over = widths.reduce((sum, one) => sum + one, 0) + GAP * (columns.length - 1) - width;
  for (; over > 0; over -= 1) {
    const spare = widths.map((one, i) => (one > (least[i] as number) ? one : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    const at = spare.indexOf(widest);
    widths[at] = widest - 1;
  }
  return widths;
}

function longestWord(title: string): number {
  return Math.max(...title.split(' ').map(cellWidth));
}

function rowLines(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string[] {
  const wrapped = columns.map((_, i) => wrapCells(row[i] ?? '', widths[i] as number));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, y) =>
    columns
      .map(({ align }, i) => fitCells(wrapped[i]?.[y] ?? '', widths[i] as number, align))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}
