/** Which rules of the firewall match now, how much, and which never do? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatCount, formatPps, formatShare, NO_DATA } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { RuleRow, RulesView } from '../../src/snapshot/rules-view.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';
import { trendText } from '../widgets/trend-line.js';
import type { RateUnit } from './TrafficPanel.js';

export type RulesPanelProps = {
  readonly view: RulesView;
  readonly rows: readonly RuleRow[] /* in the order shown */;
  readonly offset: number;
  readonly selected: number;
  readonly unit: RateUnit;
  readonly isFocused: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const TREND_CELLS = 12;
const VERDICT: Readonly<Record<RuleRow['verdict'], { readonly text: string; readonly color: Token }>> = {
  drop: { text: 'drop', color: 'attack' },
  reject: { text: 'reject', color: 'attack' },
  accept: { text: 'accept', color: 'good' },
  jump: { text: 'jump', color: 'dim' },
  queue: { text: 'queue', color: 'text' },
  continue: { text: 'count', color: 'dim' },
  other: { text: '-', color: 'dim' },
};

function columnsOf(unit: RateUnit): readonly TableColumn<RuleRow>[] {
  const rate = (row: RuleRow) => (unit === 'pps' ? row.pps : row.bps);
  return [
    {
      id: 'verdict',
      head: 'DOES',
      cells: 6,
      priority: 0,
      text: ({ verdict }) => VERDICT[verdict].text,
      color: ({ verdict }) => VERDICT[verdict].color,
    },
    {
      id: 'rate',
      head: unit === 'pps' ? 'PPS' : 'BPS',
      cells: 6,
      align: 'right',
      priority: 0,
      text: (row) => {
        const value = rate(row);
        return value === null ? NO_DATA : unit === 'pps' ? formatPps(value) : formatBps(value);
      },
      color: (row) => ((rate(row) ?? 0) > 0 ? 'title' : 'dim'),
    },
    {
      id: 'share',
      head: 'SHARE',
      cells: 5,
      align: 'right',
      priority: 3,
      text: ({ share }) => (share === null ? NO_DATA : formatShare(share)),
      color: () => 'text',
    },
    {
      id: 'trend',
      head: 'TREND',
      cells: TREND_CELLS,
      priority: 5,
      text: ({ trend }, cells) => trendText(trend, cells),
      color: () => 'accent',
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
    { id: 'last', head: 'LAST', cells: 7, align: 'right', priority: 2, text: lastWords, color: () => 'dim' },
    { id: 'left', head: 'ENDS IN', cells: 7, align: 'right', priority: 4, text: leftWords, color: () => 'suspect' },
    {
      id: 'where',
      head: 'CHAIN',
      cells: 22,
      priority: 6,
      text: ({ family, table, chain }, cells) => cleanText(`${family} ${table} ${chain}`, cells),
      color: () => 'dim',
    },
    {
      id: 'text',
      head: 'RULE',
      cells: 20,
      growTo: 400,
      priority: 0,
      text: (row, cells) => cleanText(ruleWords(row), cells),
      color: (row) => (isOurs(row) ? 'ok' : 'title'),
    },
  ];
}

/** When it matched last: "now", "14s", "never", as long as we have watched. */
function lastWords({ idleSec, packets, pps }: RuleRow): string {
  if (packets === null) return '';
  if (packets === 0) return 'never';
  if ((pps ?? 0) > 0) return 'now';
  return idleSec === null ? 'before' : formatDuration(idleSec);
}

function leftWords({ mitigationId, leftSec }: RuleRow): string {
  return mitigationId === null || leftSec === null ? '' : formatDuration(leftSec);
}

/** Its rules carry our name; other tables may not be called so without being told from them. */
function isOurs({ mitigationId, comment }: RuleRow): boolean {
  return mitigationId !== null || /^ddostop[ :]/.test(comment);
}

/** Ours by name, so that nobody takes them for a stranger's. */
function ruleWords(row: RuleRow): string {
  const { mitigationId, kind, text, comment, chain } = row;
  if (kind === 'policy') return `policy of ${chain}`;
  const ours = isOurs(row) ? `ddostop${mitigationId === null ? '' : ` ${mitigationId}`}: ` : '';
  const note = comment === '' || isOurs(row) ? '' : `  # ${comment}`;
  return `${ours}${text}${note}`;
}

export const RulesPanel = memo(function RulesPanel(props: RulesPanelProps) {
  const { view, rows, width, height, theme, offset, unit } = props;
  const content = tableLines(
    {
      columns: [...columnsOf(unit)],
      rows,
      offset,
      selected: props.selected,
      isFocused: props.isFocused,
      isMarked: () => false,
      sortId: 'rate',
      isDescending: true,
      empty: 'no rule: this firewall lets everything pass',
    },
    width - 2,
    height - 2,
  );
  const last = Math.min(rows.length, offset + height - 3);
  const more = view.ruleCount > rows.length ? ` (busiest of ${formatCount(view.ruleCount)})` : '';
  const foot: Line = rows.length > 0 ? [span(`${offset + 1}-${last} of ${rows.length}${more}`, 'dim')] : [];
  const frame = {
    title: view.host === '' ? 'Rules of this host' : `Rules of ${cleanText(view.host, 40)}`,
    hotKey: '5',
    note: noteOf(view),
    footHead: [span(cleanText(view.through, 60), 'dim')],
    foot,
    isFocused: props.isFocused,
  };
  return <Block lines={paneLines(frame, content, width, height)} width={width} height={height} theme={theme} />;
});

/** How fresh the figures are, and what looking costs. */
function noteOf({ state, everyMs, cost, rxPps }: RulesView): Line {
  const received = rxPps === null ? [] : [span(`host gets ${formatPps(rxPps)} pps  `, 'text')];
  if (state === 'stale' || state === 'failed') return [span('no news: figures are old', 'critical', true)];
  return [
    ...received,
    span(`every ${formatDuration(Math.round(everyMs / 1000))}, ${formatShare(cost)} of a core`, 'dim'),
  ];
}
