/** Since when, and how much of it is stopped at the edge? Below it, on the same seconds, what packets and counters here say. */
import { memo } from 'react';
import { formatPps } from '../../src/format/number-format.js';
import type { EdgeSeries } from '../../src/snapshot/edge-view.js';
import type { Series } from '../../src/snapshot/snapshot.js';
import { type Line, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { areaChart, chartStartSec, roundTop } from '../widgets/area-chart.js';
import { Block } from '../widgets/Block.js';
import { paneLines } from '../widgets/pane.js';
import { trendText } from '../widgets/trend-line.js';
import type { DropSample } from './edge-props.js';

export type EdgeTrendProps = {
  readonly series: EdgeSeries | null;
  /** Packets of the source beside it; null: none is captured. */
  readonly packets: Pick<Series, 'startSec' | 'packets'> | null;
  readonly drops: readonly DropSample[];
  readonly isAscii: boolean;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

const AXIS_CELLS = 6;
const SECONDS_PER_CELL = 2;
const LABEL_CELLS = 14;

export const EdgeTrend = memo(function EdgeTrend(props: EdgeTrendProps) {
  const { series, width, height, theme, isAscii } = props;
  const title = 'Requests/s';
  if (series === null || series.requests.length === 0) {
    const lines = paneLines({ title }, [[span('  no requests yet', 'dim')]], width, height);
    return <Block lines={lines} width={width} height={height} theme={theme} />;
  }
  const hasAttack = series.attack.length > 0;
  // Before an onset there is nothing to tell apart but what the edge stopped.
  const area = {
    startSec: series.startSec,
    total: series.requests,
    attack: hasAttack ? series.attack : series.stopped,
  };
  const chartWidth = width - 2 - AXIS_CELLS - 1;
  const startSec = chartStartSec(area, chartWidth);
  const companions = companionLines(props, startSec, chartWidth);
  const chartHeight = Math.max(1, height - 2 - companions.length);
  const peak = area.total
    .slice(Math.max(0, startSec - area.startSec))
    .reduce((most, value) => Math.max(most, value || 0), 0);
  const top = roundTop(peak);
  const chart = areaChart(area, { width: chartWidth, height: chartHeight, top, onsetSec: null, ascii: isAscii });
  const content = [
    ...chart.map((line, row): Line => [span(axisLabel(row, chartHeight, top), 'dim'), ...line]),
    ...companions,
  ];
  const marks = isAscii ? ['#', ':'] : ['■', '■'];
  const note: Line = [
    span(`${marks[0]} ${hasAttack ? 'above before' : 'stopped'}  `, 'attack'),
    span(`${marks[1]} ${hasAttack ? 'as before' : 'let through'}  `, 'good'),
    span(`peak ${formatPps(peak).padStart(5)}`, 'dim'),
  ];
  return (
    <Block lines={paneLines({ title, note }, content, width, height)} width={width} height={height} theme={theme} />
  );
});

function axisLabel(row: number, rows: number, top: number): string {
  if (row === 0) return `${formatPps(top).padStart(AXIS_CELLS - 1)} `;
  return row === rows - 1 ? `${'0'.padStart(AXIS_CELLS - 1)} ` : ' '.repeat(AXIS_CELLS);
}

/** On the seconds of the chart above them; none where the pane is low. */
function companionLines(props: EdgeTrendProps, startSec: number, cells: number): Line[] {
  const { packets, drops, height, series } = props;
  if (height < 7) return [];
  const rows: Line[] = [];
  const room = cells - LABEL_CELLS;
  const fromSec = startSec + LABEL_CELLS * SECONDS_PER_CELL;
  const add = (label: string, values: readonly (number | null)[]) => {
    const newest = values.findLast((value) => value !== null) ?? null;
    const figure = newest === null ? '-' : formatPps(newest);
    rows.push([
      span(` ${figure.padStart(AXIS_CELLS - 2)} `, 'text'),
      span(label.padEnd(LABEL_CELLS), 'dim'),
      span(trendText(values, room), 'accent'),
    ]);
  };
  if (series !== null && series.attack.length > 0)
    add('stopped there', perCell(valuesAt(series.startSec, series.stopped), fromSec, room));
  if (packets !== null && packets.packets.length > 0)
    add('packets here', perCell(valuesAt(packets.startSec, packets.packets), fromSec, room));
  if (drops.length > 0) add('dropped here', perCell(dropsAt(drops), fromSec, room));
  return rows;
}

type At = (sec: number) => number | null;

const valuesAt =
  (startSec: number, values: readonly number[]): At =>
  (sec) => {
    const value = values[sec - startSec];
    return value === undefined || Number.isNaN(value) ? null : value;
  };

/** A poll stands for the seconds up to the next one, ten at most: beyond, nobody looked. */
function dropsAt(drops: readonly DropSample[]): At {
  return (sec) => {
    const found = drops.findLast((drop) => drop.sec <= sec + 1);
    return found === undefined || sec - found.sec > 10 ? null : found.pps;
  };
}

function perCell(at: At, fromSec: number, cells: number): (number | null)[] {
  return Array.from({ length: Math.max(0, cells) }, (_, cell) => {
    const sec = fromSec + cell * SECONDS_PER_CELL;
    const [a, b] = [at(sec), at(sec + 1)];
    return a === null ? b : b === null ? a : (a + b) / 2;
  });
}
