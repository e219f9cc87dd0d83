/** Columns of a talker table. */
import { cutMiddle } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatBytes, formatCount, formatPps, formatShare } from '../../src/format/number-format.js';
import type { Talker } from '../../src/snapshot/snapshot.js';
import { barText } from '../widgets/bar.js';
import type { TableColumn } from '../widgets/table.js';
import { listColumns } from './list-column.js';
import type { RateUnit } from './TrafficPanel.js';

export const SORT_IDS = ['pps', 'bps', 'packets', 'bytes', 'key'] as const;
export type SortId = (typeof SORT_IDS)[number];
export type TableId = 'sources' | 'targets' | 'sourcePorts' | 'targetPorts' | 'flows';

export interface TalkerRow extends Talker {
  /** It left the top list; kept only because it is selected. */
  readonly isGone?: boolean;
}

const KEY_CELLS: Readonly<Record<TableId, number>> = {
  sources: 24,
  targets: 24,
  sourcePorts: 8,
  targetPorts: 8,
  flows: 34,
};
// Widest key: an IPv6 prefix is 43 cells, a flow of two of them with ports is about 95.
const KEY_GROW_TO: Readonly<Record<TableId, number>> = {
  sources: 43,
  targets: 43,
  sourcePorts: 12,
  targetPorts: 12,
  flows: 97,
};

/** `rows`: whether any is on a list. `totalPps`, `totalBps`: what a share is a share of. `most`: the largest rate, a full bar. `barCells`: 0 = none. */
export function talkerColumns(
  id: TableId,
  rows: readonly TalkerRow[],
  head: string,
  unit: RateUnit,
  totalPps: number,
  totalBps: number,
  most: number,
  barCells: number,
): TableColumn<TalkerRow>[] {
  const share = (row: Talker) => (unit === 'pps' ? row.pps / totalPps : row.bps / totalBps);
  const tone = (row: TalkerRow) => (row.isGone ? ('dim' as const) : ('text' as const));
  const columns: TableColumn<TalkerRow>[] = [
    {
      id: 'key',
      head,
      cells: KEY_CELLS[id],
      growTo: KEY_GROW_TO[id],
      priority: 0,
      text: (row, cells) => cutMiddle(cleanText(row.key, 120), cells),
      color: (row) => (row.isGone ? 'dim' : 'title'),
    },
    { id: 'pps', head: 'PPS', cells: 6, align: 'right', priority: 1, text: (row) => formatPps(row.pps), color: tone },
    { id: 'bps', head: 'BIT/S', cells: 6, align: 'right', priority: 2, text: (row) => formatBps(row.bps), color: tone },
    {
      id: 'share',
      head: 'SHARE',
      cells: 5,
      align: 'right',
      priority: 3,
      text: (row) => formatShare(share(row)),
      color: tone,
    },
    {
      id: 'packets',
      head: 'PACKETS',
      cells: 8,
      align: 'right',
      priority: 6,
      text: (row) => formatCount(row.packets),
      color: tone,
    },
    {
      id: 'bytes',
      head: 'BYTES',
      cells: 7,
      align: 'right',
      priority: 7,
      text: (row) => formatBytes(row.bytes),
      color: tone,
    },
  ];
  columns.push(...listColumns(rows));
  if (barCells > 0) {
    columns.push({
      id: 'bar',
      head: '',
      cells: barCells,
      priority: 5,
      text: (row, cells) => barText(row[unit] / most, cells),
      color: () => 'good',
    });
  }
  return columns;
}
