/**
 * A table of fixed columns: what does not fit is left out by priority, one column takes the rest of the width. Numbers are
 * right-aligned in a width that never changes. The selected row is one style without inner colours.
 */
import { fitCells } from '../../src/format/cell-text.js';
import type { Line, Span } from '../theme/paint.js';
import { span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';

export interface TableColumn<Row> {
  readonly id: string;
  readonly head: string;
  readonly cells: number;
  /** Takes what is left, at most this many cells; only one column may. */
  readonly growTo?: number;
  readonly align?: 'left' | 'right';
  /** 0 = always; higher ones go first when there is no room. */
  readonly priority: number;
  readonly text: (row: Row, cells: number) => string;
  readonly color?: (row: Row) => Token;
}

export interface TableView<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** First row shown. */
  readonly offset: number;
  /** Index into `rows`; -1 = none. */
  readonly selected: number;
  readonly isFocused: boolean;
  readonly isMarked: (row: Row) => boolean;
  readonly sortId: string;
  readonly isDescending: boolean;
  /** Text of an empty table. */
  readonly empty: string;
}

const GUTTER = 2; // cursor and mark
const GAP = 1;

/** Columns that fit `width`, with their widths. */
export function fitColumns<Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
): { readonly column: TableColumn<Row>; readonly cells: number }[] {
  let kept = [...columns];
  const total = () => kept.reduce((sum, column) => sum + column.cells + GAP, GUTTER - GAP);
  while (kept.length > 1 && total() > width) {
    const worst = kept.reduce((a, b) => (b.priority >= a.priority ? b : a));
    if (worst.priority === 0) break;
    kept = kept.filter((column) => column !== worst);
  }
  const spare = width - total();
  return kept.map((column) => {
    const grown = column.growTo === undefined ? column.cells : Math.min(column.growTo, column.cells + spare);
    return { column, cells: Math.max(1, grown) };
  });
}

/** Head and rows, at most `height` lines of `width` cells. */
export function tableLines<Row>(view: TableView<Row>, width: number, height: number): Line[] {
  const fitted = fitColumns(view.columns, width);
  const head: Span[] = [span(' '.repeat(GUTTER))];
  for (const [i, { column, cells }] of fitted.entries()) {
    const isSort = column.id === view.sortId;
    const label = isSort ? `${column.head}${view.isDescending ? '▾' : '▴'}` : column.head;
    head.push(span(fitCells(label, cells, column.align ?? 'left'), isSort ? 'accent' : 'dim', isSort));
    if (i < fitted.length - 1) head.push(span(' '));
  }
  const lines: Line[] = [head];
  if (view.rows.length === 0) lines.push([span(`  ${view.empty}`, 'dim')]);
  for (let i = view.offset; i < view.rows.length && lines.length < height; i += 1) {
    lines.push(rowLine(view, view.rows[i]!, i === view.selected, fitted, width));
  }
  return lines;
}

function rowLine<Row>(
  view: TableView<Row>,
  row: Row,
  isSelected: boolean,
  fitted: readonly { readonly column: TableColumn<Row>; readonly cells: number }[],
  width: number,
): Line {
  const isMarked = view.isMarked(row);
  const gutter = `${isSelected ? '▸' : ' '}${isMarked ? '●' : ' '}`;
  if (isSelected) {
    const texts = fitted.map(({ column, cells }) => fitCells(column.text(row, cells), cells, column.align ?? 'left'));
    const text = fitCells(`${gutter}${texts.join(' ')}`, width);
    return view.isFocused
      ? [{ text, color: 'selectionText', background: 'selection', bold: true }]
      : [{ text, color: 'title', bold: true }];
  }
  const spans: Span[] = [span(gutter, isMarked ? 'accent' : undefined, isMarked)];
  for (const [i, { column, cells }] of fitted.entries()) {
    spans.push(
      span(
        fitCells(column.text(row, cells), cells, column.align ?? 'left') + (i < fitted.length - 1 ? ' ' : ''),
        column.color?.(row),
      ),
    );
  }
  return spans;
}
