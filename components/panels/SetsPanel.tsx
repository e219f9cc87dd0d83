/** Which sets are there, how full are they, and what is in the one that is open? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatCount, formatPps, formatShare, NO_DATA } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { ElementRow, SetRow } from '../../src/snapshot/rules-view.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';

export type SetsPanelProps = {
  readonly sets: readonly SetRow[];
  readonly offset: number;
  readonly selected: number;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Above it the next sources may find no room. */
const NEARLY_FULL = 0.8;

const SET_COLUMNS: readonly TableColumn<SetRow>[] = [
  {
    id: 'name',
    head: 'SET',
    cells: 16,
    growTo: 40,
    priority: 0,
    text: ({ name, table, family }, cells) => cleanText(family === null ? name : `${name}  ${family} ${table}`, cells),
    color: () => 'title',
  },
  {
    id: 'elements',
    head: 'HOLDS',
    cells: 6,
    align: 'right',
    priority: 0,
    text: ({ elements }) => (elements === null ? NO_DATA : formatCount(elements)),
    color: () => 'text',
  },
  {
    id: 'fill',
    head: 'FULL',
    cells: 5,
    align: 'right',
    priority: 1,
    text: ({ fill }) => (fill === null ? '' : formatShare(fill)),
    color: ({ fill }) => ((fill ?? 0) >= NEARLY_FULL ? 'critical' : 'dim'),
  },
  {
    id: 'type',
    head: 'TYPE',
    cells: 12,
    priority: 2,
    text: ({ by, type, flags }, cells) => cleanText(`${by} ${type} ${flags.join(',')}`, cells),
    color: () => 'dim',
  },
];

export const SetsPanel = memo(function SetsPanel(props: SetsPanelProps) {
  const { sets, offset, selected, isFocused, width, height, theme } = props;
  const view = { ...TABLE, columns: SET_COLUMNS, rows: sets, offset, selected, isFocused, empty: 'no sets' };
  const content = tableLines(view, width - 2, height - 2);
  const frame = { title: 'Sets', note: countOf(sets.length), isFocused };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

export type ElementsPanelProps = {
  readonly title: string;
  readonly rows: readonly ElementRow[];
  readonly total: number;
  readonly offset: number;
  readonly empty: string;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const TABLE = { isMarked: () => false, sortId: '', isDescending: true } as const;

const ELEMENT_COLUMNS: readonly TableColumn<ElementRow>[] = [
  {
    id: 'value',
    head: 'ADDRESS',
    cells: 15,
    growTo: 43,
    priority: 0,
    text: ({ value }, cells) => cleanText(value, cells),
    color: () => 'title',
  },
  {
    id: 'pps',
    head: 'PPS',
    cells: 6,
    align: 'right',
    priority: 0,
    text: ({ pps }) => (pps === null ? NO_DATA : formatPps(pps)),
    color: () => 'text',
  },
  {
    id: 'packets',
    head: 'PACKETS',
    cells: 7,
    align: 'right',
    priority: 1,
    text: ({ packets }) => (packets === null ? NO_DATA : formatCount(packets)),
    color: () => 'text',
  },
  {
    id: 'expires',
    head: 'ENDS IN',
    cells: 7,
    align: 'right',
    priority: 2,
    text: ({ expiresSec }) => (expiresSec === null ? '' : formatDuration(expiresSec)),
    color: () => 'dim',
  },
];

export const ElementsPanel = memo(function ElementsPanel(props: ElementsPanelProps) {
  const { rows, offset, isFocused, width, height, theme, empty } = props;
  const view = { ...TABLE, columns: ELEMENT_COLUMNS, rows, offset, selected: -1, isFocused, empty };
  const content = tableLines(view, width - 2, height - 2);
  const frame = { title: cleanText(props.title, width - 8), note: countOf(props.total), isFocused };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

function countOf(count: number): Line {
  return count === 0 ? [] : [span(formatCount(count), 'dim')];
}
