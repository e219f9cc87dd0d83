/** How fast are attacks seen, acknowledged and stopped here, and how often was it none? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatExact, formatShare } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { FigureRow, SpanFigures, TeamFigures } from '../../src/incident/store/stats.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';

export type TeamPanelProps = {
  readonly team: TeamFigures | null;
  readonly why: string | null /* why nothing is kept; null: it is */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

export const TeamPanel = memo(function TeamPanel({ team, why, width, height, theme }: TeamPanelProps) {
  const frame = {
    title: 'Team figures',
    hotKey: '6',
    isFocused: true,
    foot: [span('medians; 9 of 10 took at most what stands behind', 'dim')],
  };
  const content =
    team === null ? [[span(`  ${why ?? 'reading the store…'}`, 'dim')]] : figureLines(team, width - 2, height - 2);
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function figureLines({ all, byWeek, byVector }: TeamFigures, width: number, height: number): Line[] {
  if (all.incidents === 0) return [[span('  no incident is kept yet', 'dim')]];
  const room = Math.max(3, Math.floor((height - 5) / 2));
  return [
    ...tableOf('', [all], width, 2),
    [],
    ...tableOf('WEEK', byWeek, width, room),
    [],
    ...tableOf('LARGEST VECTOR', byVector, width, room),
  ];
}

function tableOf(head: string, rows: readonly FigureRow[], width: number, height: number): Line[] {
  const view = {
    columns: columns(head),
    rows,
    offset: 0,
    selected: -1,
    isFocused: false,
    isMarked: () => false,
    sortId: '',
    isDescending: true,
    empty: '',
  };
  return tableLines(view, width, Math.min(height, rows.length + 1));
}

function columns(head: string): TableColumn<FigureRow>[] {
  const spanColumn = (id: string, title: string, of: (row: FigureRow) => SpanFigures): TableColumn<FigureRow> => ({
    id,
    head: title,
    cells: 15,
    align: 'right',
    priority: 1,
    text: (row) => spanWords(of(row)),
    color: () => 'text',
  });
  return [
    {
      id: 'key',
      head,
      cells: 14,
      growTo: 24,
      priority: 0,
      text: (row, cells) => cleanText(row.key, cells),
      color: () => 'title',
    },
    {
      id: 'n',
      head: 'INCIDENTS',
      cells: 9,
      align: 'right',
      priority: 0,
      text: (row) => formatExact(row.incidents),
      color: () => 'text',
    },
    spanColumn('detect', 'TO DETECT', (row) => row.detect),
    spanColumn('acknowledge', 'TO ACKNOWLEDGE', (row) => row.acknowledge),
    spanColumn('mitigate', 'TO MITIGATE', (row) => row.mitigate),
    {
      id: 'false',
      head: 'FALSE',
      cells: 14,
      align: 'right',
      priority: 2,
      text: (row) => (row.falseShare === null ? '-' : `${formatShare(row.falseShare)} of ${formatExact(row.judged)}`),
      color: (row) => (row.falsePositives > 0 ? 'suspect' : 'dim'),
    },
  ];
}

/** "1.2s  3.4s": median and nine of ten. */
function spanWords({ median, p90 }: SpanFigures): string {
  return median === null || p90 === null ? '-' : `${formatDuration(median)} ${formatDuration(p90).padStart(6)}`;
}
