/** The column that names the lists a source is on; none where no row is on one. */
import { cleanText } from '../../src/format/clean-text.js';
import type { TableColumn } from '../widgets/table.js';
import type { TalkerRow } from './talker-columns.js';

/** Enough for "firehol_level1". */
const LIST_CELLS = 14;

export function listColumns(rows: readonly TalkerRow[]): TableColumn<TalkerRow>[] {
  if (rows.every(({ lists }) => lists === undefined)) return [];
  return [
    {
      id: 'lists',
      head: 'LISTS',
      cells: LIST_CELLS,
      priority: 4,
      text: ({ lists = [] }, cells) => cleanText(lists.join(' '), cells),
      color: (row) => (row.isGone ? 'dim' : 'suspect'),
    },
  ];
}
