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

/** Of ten bins, how many fall together: as fine as there are lines. Below 30 is what bot rules call automated. */
const TENS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
const FIFTHS = [2, 2, 2, 2, 2];
const THIRDS = [3, 4, 3];
const GROUPINGS: readonly (readonly (readonly number[])[])[] = [
  [TENS, TENS],
  [TENS, FIFTHS],
  [FIFTHS, FIFTHS],
  [FIFTHS, THIRDS],
  [THIRDS, THIRDS],
];
const FINEST: readonly (readonly number[])[] = [TENS, FIFTHS, THIRDS];
const NAME_CELLS = 5;
const LABEL_CELLS = 6;
const SHARE_CELLS = 6;

export const ScoresPanel = memo(function ScoresPanel({ bot, waf, width, height, theme }: ScoresPanelProps) {
  const content = scoreLines(bot, waf, height - 2, width - 2);
  const lines = paneLines({ title: 'Scores: low = machine, attack' }, content, width, height);
  return <Block lines={lines} width={width} height={height} theme={theme} />;
});

function scoreLines(bot: readonly number[] | null, waf: readonly number[] | null, rows: number, cells: number): Line[] {
  if (bot !== null && waf !== null) {
    const pair = GROUPINGS.find(([a, b]) => a!.length + b!.length <= rows);
    if (pair !== undefined)
      return [...histogram('Bot', bot, pair[0]!, cells), ...histogram('WAF', waf, pair[1]!, cells)];
  }
  const [name, bins] = bot !== null ? (['Bot', bot] as const) : (['WAF', waf] as const);
  if (bins === null) return [[span('  the log has no scores (a paid part of the plan)', 'dim')]];
  return histogram(name, bins, FINEST.find((each) => each.length <= rows) ?? THIRDS, cells);
}

function histogram(name: string, bins: readonly number[], groups: readonly number[], cells: number): Line[] {
  const barCells = Math.max(0, cells - NAME_CELLS - LABEL_CELLS - SHARE_CELLS - 2);
  let from = 0;
  return groups.map((size, row) => {
    const share = bins.slice(from, from + size).reduce((sum, value) => sum + value, 0);
    const label = `${from * 10 + 1}-${Math.min(99, (from + size) * 10)}`;
    const isLow = from < 3;
    from += size;
    return [
      span(` ${(row === 0 ? name : '').padEnd(NAME_CELLS - 1)}`, 'title', true),
      span(label.padStart(LABEL_CELLS), 'dim'),
      span(`${formatShare(share).padStart(SHARE_CELLS)} `, 'text'),
      span(`${barText(share, barCells)} `, isLow ? 'attack' : 'good'),
    ];
  });
}
