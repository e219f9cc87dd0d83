/** Are they machines, and do they attack? Histograms of the edge's scores: low means automated, or malicious. */
import { memo } from 'react';
import { formatShare } from '../../src/format/number-format.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { barText } from '../widgets/bar.js';
import { paneLines } from '../widgets/pane.js';

export type ScoresPanelProps = {
  readonly bot: readonly number[] | null /* shares by tens */;
  readonly waf: readonly number[] | null;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

/** Of ten bins, those drawn where there is room for so many lines. */
const GROUPINGS: readonly (readonly number[])[] = [
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  [2, 2, 2, 2, 2],
  // Below 30 is what rules of bot management call automated.
  [3, 4, 3],
  [10],
];
const LABEL_CELLS = 7;
const SHARE_CELLS = 6;

export const ScoresPanel = memo(function ScoresPanel({ bot, waf, width, height, theme }: ScoresPanelProps) {
  const shown = [
    ...(bot === null ? [] : [{ name: 'Bot', bins: bot }]),
    ...(waf === null ? [] : [{ name: 'WAF', bins: waf }]),
  ];
  const rows = height - 2;
  const cells = Math.floor((width - 2) / Math.max(1, shown.length));
  const groups = GROUPINGS.find((each) => each.length <= rows) ?? [10];
  const columns = shown.map(({ name, bins }) => histogram(name, bins, groups, cells));
  const content = columns[0]?.map((_, row) => columns.flatMap((lines) => lines[row] ?? [])) ?? [
    [span('  the log has no scores (a paid part of the plan)', 'dim')],
  ];
  const lines = paneLines({ title: 'Scores, 1 = surely a machine or an attack' }, content, width, height);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});

function histogram(name: string, bins: readonly number[], groups: readonly number[], cells: number): Line[] {
  const barCells = Math.max(0, cells - 4 - LABEL_CELLS - SHARE_CELLS - 2);
  let from = 0;
  return groups.map((size, row) => {
    const share = bins.slice(from, from + size).reduce((sum, value) => sum + value, 0);
    const label = `${from * 10 + 1}-${Math.min(99, (from + size) * 10)}`;
    from += size;
    return [
      span(` ${(row === 0 ? name : '').padEnd(3)}`, 'title', true),
      span(`${label.padStart(LABEL_CELLS)}`, 'dim'),
      span(`${formatShare(share).padStart(SHARE_CELLS)} `, 'text'),
      span(`${barText(share, barCells)} `, from <= 3 ? 'attack' : 'good'),
    ];
  });
}
