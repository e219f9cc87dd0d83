/** What fits where: rows of panes for a screen of any size. Breakpoints follow from the least width of a pane, not from names. */
import type { TableId } from '../panels/talker-columns.js';

export type PaneKind = 'traffic' | 'mix' | 'incidents' | 'log' | 'tabs' | TableId;

export interface LayoutPane {
  readonly kind: PaneKind;
  readonly width: number;
}

export interface LayoutRow {
  readonly height: number;
  readonly panes: readonly LayoutPane[];
}

export interface ScreenLayout {
  readonly statusRows: 1 | 2;
  readonly hasFilterLine: boolean;
  readonly rows: readonly LayoutRow[];
}

export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
// Two tables side by side need their key, both rates and the share: 2 x 48; three need 3 x 60.
export const TWO_PANES_FROM = 100;
export const THREE_PANES_FROM = 180;

export const isTooSmall = (columns: number, rows: number): boolean => columns < MIN_COLUMNS || rows < MIN_ROWS;

/** Rows left between the status line and the hint line. */
export function frameOf(rows: number, hasFilter: boolean): { statusRows: 1 | 2; hasFilterLine: boolean; body: number } {
  const statusRows = rows >= 16 ? 2 : 1;
  const hasFilterLine = hasFilter && rows >= 12;
  return { statusRows, hasFilterLine, body: rows - statusRows - 1 - (hasFilterLine ? 1 : 0) };
}

function split(columns: number, kinds: readonly PaneKind[], shares: readonly number[]): LayoutPane[] {
  let left = columns;
  return kinds.map((kind, i) => {
    const width = i === kinds.length - 1 ? left : Math.round(columns * shares[i]!);
    left -= width;
    return { kind, width };
  });
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, Math.floor(value)));

export function overviewLayout(columns: number, rows: number, hasFilter: boolean): ScreenLayout {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  const layoutRows: LayoutRow[] = [];
  let left = body;
  const add = (height: number, panes: readonly LayoutPane[]): void => {
    layoutRows.push({ height, panes });
    left -= height;
  };
  if (columns < TWO_PANES_FROM) {
    if (body >= 15) add(clamp(body / 3, 7, 12), split(columns, ['traffic'], []));
    const strip = body >= 26 ? 5 : 0;
    add(left - strip, split(columns, ['tabs'], []));
    if (strip > 0) add(strip, split(columns, ['incidents'], []));
    return { statusRows, hasFilterLine, rows: layoutRows };
  }
  if (body >= 18)
    add(clamp(body * 0.3, 8, 20), split(columns, ['traffic', 'mix'], [columns >= THREE_PANES_FROM ? 0.68 : 0.62]));
  const strip = body >= 26 ? clamp(body / 8, 5, 9) : 0;
  if (columns >= THREE_PANES_FROM && body >= 45) {
    const lower = clamp((left - strip) * 0.42, 8, 30);
    add(left - strip - lower, split(columns, ['sources', 'targets'], [0.5]));
    add(lower, split(columns, ['flows', 'sourcePorts', 'targetPorts'], [0.5, 0.25]));
    add(strip, split(columns, ['incidents', 'log'], [0.62]));
  } else {
    add(left - strip, split(columns, ['sources', 'targets'], [0.52]));
    if (strip > 0) add(strip, split(columns, ['incidents'], []));
  }
  return { statusRows, hasFilterLine, rows: layoutRows };
}

/** One full-height table. */
export function talkersLayout(columns: number, rows: number, hasFilter: boolean): ScreenLayout {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  return { statusRows, hasFilterLine, rows: [{ height: body, panes: [{ kind: 'tabs', width: columns }] }] };
}

/** A list above the detail of its selected row. */
export function listLayout(
  columns: number,
  rows: number,
  hasFilter: boolean,
  items: number,
): ScreenLayout & { listHeight: number; detailHeight: number; width: number } {
  const { statusRows, hasFilterLine, body } = frameOf(rows, hasFilter);
  const listHeight = clamp(Math.max(items + 3, body * 0.3), 4, Math.max(4, body * 0.5));
  return { statusRows, hasFilterLine, rows: [], listHeight, detailHeight: body - listHeight, width: columns };
}

/** The tables a layout shows at once, in Tab order; empty when it shows them one at a time. */
export function tablesOf(layout: ScreenLayout): TableId[] {
  const kinds = layout.rows.flatMap((row) => row.panes.map((pane) => pane.kind));
  return kinds.filter((kind): kind is TableId => !['traffic', 'mix', 'incidents', 'log', 'tabs'].includes(kind));
}

/** Height of the pane that shows table `id`. */
export function tableHeight(layout: ScreenLayout, id: TableId): number {
  return layout.rows.find((row) => row.panes.some((pane) => pane.kind === id || pane.kind === 'tabs'))?.height ?? 0;
}
