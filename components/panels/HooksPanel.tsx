/** Whom can this incident be told, and do these hooks work? Nothing is sent before A. */
import { cleanText } from '../../src/format/clean-text.js';
import { formatExact } from '../../src/format/number-format.js';
import { type QueueRow, vectorNames } from '../../src/incident/queue.js';
import { chip, type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Floating } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { tableLines } from '../widgets/table.js';
import type { HookRow } from './incidents-props.js';

export type HooksPanelProps = {
  readonly hooks: readonly HookRow[];
  readonly index: number;
  readonly row: QueueRow | null;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
};

export function HooksPanel({ hooks, index, row, columns, rows, theme }: HooksPanelProps) {
  const width = Math.min(columns - 2, 100);
  const height = Math.min(rows - 2, hooks.length + 8);
  const room = Math.max(2, height - 6);
  const name = row === null ? 'no incident' : cleanText(`${vectorNames(row)} → ${row.target}`, width - 20);
  const table = tableLines(
    {
      columns: COLUMNS,
      rows: hooks,
      offset: Math.max(0, index - room + 2),
      selected: index,
      isFocused: true,
      isMarked: () => false,
      sortId: '',
      isDescending: true,
      empty: 'no hook is configured',
    },
    width - 2,
    room,
  );
  const content: Line[] = [
    [span('  about: ', 'dim'), span(name, 'title', true)],
    ...table,
    [],
    [
      span('  '),
      chip('Esc close', 'ok'),
      span('   A', 'accent', true),
      span(' tell it this incident   ', 'text'),
      span('x', 'accent', true),
      span(' send it a test', 'text'),
    ],
  ];
  const lines = paneLines({ title: 'Tickets and messages', color: 'accent' }, content, width, height);
  const top = Math.max(0, Math.floor((rows - height) / 2));
  return (
    <Floating
      lines={lines}
      width={width}
      height={height}
      theme={theme}
      left={Math.floor((columns - width) / 2)}
      top={top}
    />
  );
}

const COLUMNS = [
  {
    id: 'name',
    head: 'HOOK',
    cells: 16,
    priority: 0,
    text: (row: HookRow, cells: number) => cleanText(row.name, cells),
    color: () => 'title' as const,
  },
  { id: 'kind', head: 'KIND', cells: 11, priority: 1, text: (row: HookRow) => row.kind, color: () => 'text' as const },
  {
    id: 'waiting',
    head: 'WAITING',
    cells: 7,
    align: 'right' as const,
    priority: 2,
    text: (row: HookRow) => formatExact(row.waiting),
    color: (row: HookRow) => (row.waiting > 0 ? ('suspect' as const) : ('dim' as const)),
  },
  {
    id: 'last',
    head: 'LAST',
    cells: 20,
    growTo: 80,
    priority: 0,
    text: (row: HookRow, cells: number) => cleanText(row.last === '' ? 'nothing was sent yet' : row.last, cells),
    color: (row: HookRow) =>
      row.isOk === null ? ('dim' as const) : row.isOk ? ('ok' as const) : ('critical' as const),
  },
];
