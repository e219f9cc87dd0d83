/** What is being dropped now, for how long still, and does it work? */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBytes, formatCount } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { LiveMitigation } from '../../src/mitigation/types.js';
import { span } from '../theme/paint.js';
import type { Theme, Token } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { type TableColumn, tableLines } from '../widgets/table.js';

export type ActionsPanelProps = {
  readonly actions: readonly LiveMitigation[];
  readonly error: string | null /* why they cannot be listed */;
  readonly kept: ReadonlySet<string> /* ids that are extended while they match */;
  readonly selected: number;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const STATES: Readonly<Record<LiveMitigation['state'], { readonly text: string; readonly color: Token }>> = {
  unconfirmed: { text: '? confirm', color: 'suspect' },
  confirmed: { text: 'x dropping', color: 'ok' },
  orphan: { text: '! orphan', color: 'critical' },
  ended: { text: '- ended', color: 'dim' },
};

/** A sample drops nothing, and says so. */
function stateWords({ state, sample }: LiveMitigation): string {
  return sample !== undefined && state === 'confirmed' ? '# counting' : STATES[state].text;
}

const columnsOf = (kept: ReadonlySet<string>): readonly TableColumn<LiveMitigation>[] => [
  {
    id: 'state',
    head: 'STATE',
    cells: 10,
    priority: 0,
    text: stateWords,
    color: (row) => (row.problem ? 'critical' : STATES[row.state].color),
  },
  {
    id: 'left',
    head: 'ENDS IN',
    cells: 8,
    align: 'right',
    priority: 0,
    text: (row) => leftWords(row, kept.has(row.id)),
    color: () => 'title',
  },
  {
    id: 'packets',
    head: 'MATCHED',
    cells: 8,
    align: 'right',
    priority: 1,
    text: (row) => formatCount(row.packets),
    color: () => 'text',
  },
  {
    id: 'bytes',
    head: 'BYTES',
    cells: 8,
    align: 'right',
    priority: 3,
    text: (row) => formatBytes(row.bytes),
    color: () => 'dim',
  },
  {
    id: 'why',
    head: 'WHY',
    cells: 10,
    priority: 2,
    text: (row, cells) => cleanText(row.why, cells),
    color: () => 'text',
  },
  {
    id: 'prefixes',
    head: 'DROPS',
    cells: 18,
    growTo: 200,
    priority: 0,
    text: (row, cells) => cleanText(actionWords(row), cells),
    color: () => 'title',
  },
];

function leftWords({ expiresInSec, state }: LiveMitigation, isKept: boolean): string {
  if (expiresInSec === null) return state === 'ended' ? '' : 'never';
  return `${isKept ? '+' : ''}${formatDuration(expiresInSec)}`;
}

/** What it drops and what it lets pass; a problem comes first. */
function actionWords({ prefixes, targets, rules, sample, allow, problem }: LiveMitigation): string {
  const drops = [
    ...prefixes.map((prefix) => `from ${prefix}`),
    ...targets.map((target) => `to ${target}`),
    ...(rules === undefined ? [] : [rules.words]),
    ...(sample === undefined || sample.goodPackets === 0
      ? []
      : [`${formatCount(sample.goodPackets)} of known good sources`]),
  ].join(', ');
  const passes = allow.length > 0 ? `; lets pass ${allow.join(', ')}` : '';
  return `${problem ? `${problem}: ` : ''}${drops}${passes}`;
}

export const ActionsPanel = memo(function ActionsPanel({
  actions,
  error,
  kept,
  selected,
  width,
  height,
  theme,
}: ActionsPanelProps) {
  const content = error
    ? [[], [span(`  ${cleanText(error, width - 6)}`, 'suspect')]]
    : tableLines(
        {
          columns: columnsOf(kept),
          rows: actions,
          offset: Math.max(0, selected - (height - 4)),
          selected,
          isFocused: true,
          isMarked: () => false,
          sortId: '',
          isDescending: true,
          empty: 'nothing is being dropped by us',
        },
        width - 2,
        height - 2,
      );
  const note = [span('read from the kernel every second', 'dim')];
  const lines = paneLines({ title: 'Actions', hotKey: '7', note, isFocused: true }, content, width, height);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});
