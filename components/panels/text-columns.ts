/** Columns of a table of texts. */
import { cutMiddle } from '../../src/format/cell-text.js';
import { formatBps, formatBytes, formatCount, formatPps, formatShare } from '../../src/format/number-format.js';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import { barText } from '../widgets/bar.js';
import type { TableColumn } from '../widgets/table.js';
import { listColumns } from './list-column.js';
import type { RateUnit } from './TrafficPanel.js';
import type { SortId, TalkerRow } from './talker-columns.js';
import { shownText, TEXT_WORDS } from './text-roles.js';

/** Cells of a text that are looked at before it is cut: more than any column has. */
const MOST_CELLS = 600;
/** Texts that may grow so long are long ones. */
const LONG_FROM = 90;
const LONG_SHARE = 0.56;
const LEAST_CELLS = 10;
/** Cursor and mark, the rate and the share, with their gaps. */
const FIGURES_CELLS = 15;

export interface TextColumnsInput {
  readonly role: ShownRole;
  readonly rows: readonly TalkerRow[];
  readonly unit: RateUnit;
  readonly sort: SortId;
  /** Messages a second that shares are of. */
  readonly totalPerSec: number;
  /** Cells of the table. */
  readonly width: number;
  /** The largest rate, a full bar. */
  readonly most: number;
  readonly barCells: number;
}

/** Long texts take more than half before further figures do; in the narrowest table rate and share stay beside them. */
function textCells(role: ShownRole, width: number): number {
  const { cells, growTo } = TEXT_WORDS[role];
  const wanted = growTo >= LONG_FROM ? Math.max(cells, Math.floor(width * LONG_SHARE)) : cells;
  return Math.max(LEAST_CELLS, Math.min(wanted, growTo, width - FIGURES_CELLS));
}

export function textColumns(input: TextColumnsInput): TableColumn<TalkerRow>[] {
  const { role, unit, sort, totalPerSec, most, barCells } = input;
  const { head, growTo, kind } = TEXT_WORDS[role];
  const tone = (row: TalkerRow) => (row.isGone ? ('dim' as const) : ('text' as const));
  // What rows are sorted by stays to be seen.
  const priority = (id: SortId, otherwise: number) => (id === sort || id === unit ? 1 : otherwise);
  const figure = (
    id: SortId | 'share',
    name: string,
    width: number,
    rank: number,
    text: (row: TalkerRow) => string,
  ): TableColumn<TalkerRow> => ({ id, head: name, cells: width, align: 'right', priority: rank, text, color: tone });
  return [
    {
      id: 'key',
      head,
      cells: textCells(role, input.width),
      growTo,
      priority: 0,
      text: (row, width) => cutMiddle(shownText(role, row.key, MOST_CELLS), width),
      color: (row) => (row.isGone ? 'dim' : 'title'),
    },
    figure('pps', kind === 'edge' ? 'REQ/S' : 'MSG/S', 6, priority('pps', 6), (row) => formatPps(row.pps)),
    figure('bps', 'BIT/S', 6, priority('bps', 5), (row) => formatBps(row.bps)),
    figure('share', 'SHARE', 5, 2, (row) => formatShare(row.pps / totalPerSec)),
    figure('packets', 'TOTAL', 6, priority('packets', 4), (row) => formatCount(row.packets)),
    figure('bytes', 'BYTES', 7, priority('bytes', 7), (row) => formatBytes(row.bytes)),
    ...listColumns(input.rows),
    {
      id: 'bar',
      head: '',
      cells: barCells,
      priority: 3,
      text: (row, width) => barText(row[unit] / most, width),
      color: () => 'good',
    },
  ];
}
