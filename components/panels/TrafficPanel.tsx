/** How much, since when, and how much of it is the attack? */
import { memo } from 'react';
import { formatBps, formatPps } from '../../src/format/number-format.js';
import { formatClock } from '../../src/format/time-format.js';
import type { Series } from '../../src/snapshot/snapshot.js';
import type { Line } from '../theme/paint.js';
import { span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { type AreaSeries, areaChart, chartStartSec, roundTop } from '../widgets/area-chart.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';

export type RateUnit = 'pps' | 'bps';

export type TrafficPanelProps = {
  readonly series: Series | null;
  readonly unit: RateUnit;
  readonly onsetSec: number | null /* epoch seconds */;
  readonly isAscii: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const AXIS_CELLS = 6;
// Below this many rows a time axis costs more than it tells.
const TIME_AXIS_FROM = 7;

export const TrafficPanel = memo(function TrafficPanel({
  series,
  unit,
  onsetSec,
  isAscii,
  width,
  height,
  theme,
}: TrafficPanelProps) {
  const title = unit === 'pps' ? 'Traffic, packets/s' : 'Traffic, bit/s';
  const format = unit === 'pps' ? formatPps : formatBps;
  if (!series || series.packets.length === 0) {
    const lines = paneLines({ title }, [[], [span('  no packets yet', 'dim')]], width, height);
    return <Block lines={lines} width={width} height={height} theme={theme} />;
  }
  const area = areaSeries(series, unit);
  const chartWidth = width - 2 - AXIS_CELLS - 1;
  const hasTimeAxis = height - 2 >= TIME_AXIS_FROM;
  const chartHeight = height - 2 - (hasTimeAxis ? 1 : 0);
  const startSec = chartStartSec(area, chartWidth);
  const seen = area.total.slice(Math.max(0, startSec - area.startSec)).filter((value) => !Number.isNaN(value));
  const peak = seen.reduce((most, value) => Math.max(most, value), 0);
  const top = roundTop(peak);
  const chart = areaChart(area, { width: chartWidth, height: chartHeight, top, onsetSec, ascii: isAscii });
  const content: Line[] = chart.map((line, row) => [span(axisLabel(row, chartHeight, top, format), 'dim'), ...line]);
  if (hasTimeAxis) content.push(timeAxis(startSec, chartWidth));
  const mark = isAscii ? ['#', ':'] : ['■', '■'];
  const note: Line = [
    span(`${mark[0]} attack  `, 'attack'),
    span(`${mark[1]} good  `, 'good'),
    span(`peak ${format(peak).padStart(5)}`, 'dim'),
  ];
  return (
    <Block lines={paneLines({ title, note }, content, width, height)} width={width} height={height} theme={theme} />
  );
});

function areaSeries(series: Series, unit: RateUnit): AreaSeries {
  const bits = (values: readonly number[]) => values.map((value) => value * 8);
  return unit === 'pps'
    ? { startSec: series.startSec, total: series.packets, attack: series.attackPackets }
    : { startSec: series.startSec, total: bits(series.bytes), attack: bits(series.attackBytes) };
}

function axisLabel(row: number, rows: number, top: number, format: (value: number) => string): string {
  const middle = Math.floor(rows / 2);
  if (row === 0) return `${format(top).padStart(AXIS_CELLS - 1)} `;
  if (rows >= 5 && row === middle) return `${format((top * (rows - middle)) / rows).padStart(AXIS_CELLS - 1)} `;
  return row === rows - 1 ? `${'0'.padStart(AXIS_CELLS - 1)} ` : ' '.repeat(AXIS_CELLS);
}

/** A clock every 20 cells, tied to absolute time so that it moves with the picture. */
function timeAxis(startSec: number, width: number): Line {
  const stepSec = 40; // 20 cells of 2 s
  let text = '';
  for (let sec = Math.ceil(startSec / stepSec) * stepSec; ; sec += stepSec) {
    const cell = (sec - startSec) / 2;
    if (cell + 9 > width) break;
    text = `${text.padEnd(cell)}╵${formatClock(sec)}`;
  }
  return [span(' '.repeat(AXIS_CELLS) + text, 'dim')];
}
