/** What is the traffic made of? */
import { memo } from 'react';
import { fitCells } from '../../src/format/cell-text.js';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatPps, formatShare } from '../../src/format/number-format.js';
import type { MixRow } from '../../src/snapshot/snapshot.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import { barText } from '../widgets/bar.js';
import { paneLines } from '../widgets/pane.js';
import type { RateUnit } from './TrafficPanel.js';

export type MixPanelProps = {
  readonly mix: readonly MixRow[];
  readonly unit: RateUnit;
  readonly span: string /* what the rates are means of */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const NAME_CELLS = 13;

export const MixPanel = memo(function MixPanel({ mix, unit, span: covered, width, height, theme }: MixPanelProps) {
  const rate = (row: MixRow) => (unit === 'pps' ? row.pps : row.bps);
  const total = mix.reduce((sum, row) => sum + rate(row), 0);
  const rows = [...mix].sort((a, b) => rate(b) - rate(a));
  const barCells = Math.max(0, width - 2 - 1 - NAME_CELLS - 1 - 6 - 6 - 1);
  const format = unit === 'pps' ? formatPps : formatBps;
  const content: Line[] = rows
    .slice(0, height - 2)
    .map((row, i) => [
      span(` ${fitCells(cleanText(row.name, NAME_CELLS), NAME_CELLS)} `, 'text'),
      span(
        `${format(rate(row)).padStart(5)} ${formatShare(rate(row) / total).padStart(5)} `,
        i === 0 ? 'title' : 'text',
      ),
      span(` ${barText(rate(row) / total, barCells)}`, 'good'),
    ]);
  const title = unit === 'pps' ? 'Mix by packets' : 'Mix by bits';
  const footHead: Line = covered === '' ? [] : [span(covered, 'dim')];
  const shown = content.length > 0 ? content : [[], [span('  no packets yet', 'dim')]];
  return (
    <Block lines={paneLines({ title, footHead }, shown, width, height)} width={width} height={height} theme={theme} />
  );
});
