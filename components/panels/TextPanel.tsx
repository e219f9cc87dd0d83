/** What did they ask for, and with what? One ranked table of texts. */
import { memo } from 'react';
import { formatCount } from '../../src/format/number-format.js';
import type { ShownRole } from '../../src/snapshot/shown-role.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { tableLines } from '../widgets/table.js';
import { visibleRows } from './TalkerPanel.js';
import type { RateUnit } from './TrafficPanel.js';
import type { SortId, TalkerRow } from './talker-columns.js';
import { textColumns } from './text-columns.js';
import { TEXT_WORDS } from './text-roles.js';

export type TextPanelProps = {
  readonly role: ShownRole;
  readonly place: string /* "2/12" where not all tables are shown at once */;
  readonly rows: readonly TalkerRow[] /* in the order shown; keys as sent */;
  readonly span: string /* what the rates are means of */;
  readonly distinct: number;
  readonly isExact: boolean;
  readonly offset: number;
  readonly selected: number /* index into rows, -1 = none */;
  readonly isFocused: boolean;
  readonly marked: ReadonlySet<string>;
  readonly sort: SortId;
  readonly isDescending: boolean;
  readonly unit: RateUnit;
  readonly totalPerSec: number /* messages/s of its kind */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

export const TextPanel = memo(function TextPanel(props: TextPanelProps) {
  const { role, rows, width, height, theme, offset, marked, unit, sort } = props;
  const inner = width - 2;
  const most = rows.reduce((largest, row) => Math.max(largest, row[unit]), 0);
  const columns = textColumns({
    role,
    rows,
    unit,
    sort,
    totalPerSec: props.totalPerSec,
    width: inner,
    most,
    barCells: barCells(inner),
  });
  const content = tableLines(
    {
      columns,
      rows,
      offset,
      selected: props.selected,
      isFocused: props.isFocused,
      isMarked: (row) => marked.has(row.key),
      sortId: sort,
      isDescending: props.isDescending,
      empty: 'none in this window',
    },
    inner,
    height - 2,
  );
  const last = Math.min(rows.length, offset + visibleRows(height));
  const foot: Line = rows.length > last - offset ? [span(`${offset + 1}-${last} of ${rows.length}`, 'dim')] : [];
  const count = `${props.isExact ? '' : '~'}${formatCount(props.distinct)}`.padStart(6);
  const note: Line = [
    ...(marked.size > 0 ? [span(`${marked.size} marked  `, 'accent', true)] : []),
    span(`${count} seen`, 'dim'),
  ];
  const title = [TEXT_WORDS[role].label, props.place].join(' ').trim();
  const footHead: Line = props.span === '' ? [] : [span(props.span, 'dim')];
  const frame = { title, note, foot, footHead, isFocused: props.isFocused };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function barCells(width: number): number {
  if (width >= 150) return 24;
  return width >= 90 ? 12 : 8;
}
