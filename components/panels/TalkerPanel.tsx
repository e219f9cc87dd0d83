/** Who sends, who is hit, on which ports? One ranked table. */
import { memo } from 'react';
import { formatCount } from '../../src/format/number-format.js';
import { type Line, type Span, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { tableLines } from '../widgets/table.js';
import type { RateUnit } from './TrafficPanel.js';
import { type SortId, type TableId, type TalkerRow, talkerColumns } from './talker-columns.js';

export interface TableTab {
  readonly id: TableId;
  readonly label: string;
}

export type TalkerPanelProps = {
  readonly id: TableId;
  readonly title: string;
  readonly tabs: readonly TableTab[] /* stand in for the title when there are any */;
  readonly head: string /* of the key column */;
  readonly rows: readonly TalkerRow[] /* in the order shown */;
  readonly span: string /* what the rates are means of */;
  readonly empty: string /* said where there are no rows */;
  readonly distinct: number;
  readonly isExact: boolean;
  readonly offset: number /* first row shown */;
  readonly selected: number /* index into rows, -1 = none */;
  readonly isFocused: boolean;
  readonly marked: ReadonlySet<string>;
  readonly sort: SortId;
  readonly isDescending: boolean;
  readonly unit: RateUnit;
  readonly totalPps: number;
  readonly totalBps: number /* bit/s */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Rows of a table in a pane of this height: two borders and the head go. */
export function visibleRows(height: number): number {
  return Math.max(0, height - 3);
}

export const TalkerPanel = memo(function TalkerPanel(props: TalkerPanelProps) {
  const { id, rows, width, height, theme, offset, selected, marked } = props;
  const inner = width - 2;
  const most = rows.reduce((largest, row) => Math.max(largest, row[props.unit]), 0);
  const columns = talkerColumns(
    id,
    rows,
    props.head,
    props.unit,
    props.totalPps,
    props.totalBps,
    most,
    barCells(inner),
  );
  const content = tableLines(
    {
      columns,
      rows,
      offset,
      selected,
      isFocused: props.isFocused,
      isMarked: (row) => marked.has(row.key),
      sortId: props.sort,
      isDescending: props.isDescending,
      empty: props.empty,
    },
    inner,
    height - 2,
  );
  const count = `${props.isExact ? '' : '~'}${formatCount(props.distinct)}`.padStart(6);
  const last = Math.min(rows.length, offset + visibleRows(height));
  const foot: Line = rows.length > last - offset ? [span(`${offset + 1}-${last} of ${rows.length}`, 'dim')] : [];
  const note: Line = [
    ...(marked.size > 0 ? [span(`${marked.size} marked  `, 'accent', true)] : []),
    span(`${count} seen`, 'dim'),
  ];
  const tabTitle = props.tabs.map((tab) => tab.label).join(' · '); // same width as the tabs that replace it
  const hasTabs = props.tabs.length > 0 && tabTitle.length <= width - 8;
  const title = hasTabs ? tabTitle : props.tabs.length > 0 ? tabPosition(props) : props.title;
  const footHead: Line = props.span === '' ? [] : [span(props.span, 'dim')];
  const frame = { title, note, foot, footHead, isFocused: props.isFocused };
  const lines = paneLines(frame, content, width, height);
  if (hasTabs) lines[0] = withTabs(lines[0]!, props);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});

function barCells(width: number): number {
  if (width >= 150) return 64;
  if (width >= 100) return 24;
  return width >= 70 ? 14 : 8;
}

/** Where there is no room for all tabs: "Sources 1/5". */
function tabPosition({ tabs, id, title }: TalkerPanelProps): string {
  return `${title} ${tabs.findIndex((tab) => tab.id === id) + 1}/${tabs.length}`;
}

/** The title of a pane with tabs is its tabs: the open one bold, the others dim. Same width as the title it replaces. */
function withTabs(border: Line, { tabs, id }: TalkerPanelProps): Line {
  const spans: Span[] = [];
  for (const [i, tab] of tabs.entries()) {
    if (i > 0) spans.push(span(' · ', 'border'));
    spans.push(span(tab.label, tab.id === id ? 'title' : 'dim', tab.id === id));
  }
  return border.flatMap((part, i) => (i === 2 ? spans : [part]));
}
