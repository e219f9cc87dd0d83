/**
 * Stacked area chart of one sample per second: good traffic below, attack on top. Braille: two seconds by four levels in a
 * cell. Columns are tied to absolute time, so the picture moves by whole cells every second second and most cells stay as
 * they are. A second without data stays empty above a dotted base line: a gap, not a zero.
 */
import type { Line, Span } from '../theme/paint.js';
import { span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';

export interface AreaSeries {
  /** Epoch seconds of index 0. */
  readonly startSec: number;
  /** NaN = no data. */
  readonly total: readonly number[];
  /** Part of `total`; same length. */
  readonly attack: readonly number[];
}

export interface AreaChartOptions {
  readonly width: number;
  readonly height: number;
  /** Value at the upper edge. */
  readonly top: number;
  /** Marked on the first row where it is on the chart; epoch seconds. */
  readonly onsetSec: number | null;
  /** Plain characters: attack "#", good ":". */
  readonly ascii: boolean;
}

const SECONDS_PER_CELL = 2;
const BRAILLE = 0x2800;
// Dots of the left and right column from the bottom up (Unicode braille: dots 7 3 2 1 and 8 6 5 4).
const LEFT_DOTS = [0x40, 0x04, 0x02, 0x01] as const;
const RIGHT_DOTS = [0x80, 0x20, 0x10, 0x08] as const;
const DOT_ROWS = 4;

/** First second of the leftmost column, so that the newest sample is in the last one. */
export function chartStartSec(series: AreaSeries, width: number): number {
  const newest = series.startSec + series.total.length - 1;
  return (Math.floor(newest / SECONDS_PER_CELL) - width + 1) * SECONDS_PER_CELL;
}

/** A round figure at or above `value`; the ladder is coarse so that the scale seldom moves. */
export function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 1.5, 2, 3, 5, 7.5]) if (step * power >= value) return step * power;
  return 10 * power;
}

interface Column {
  readonly totalDots: number;
  readonly goodDots: number;
  readonly isGap: boolean;
}

export function areaChart(series: AreaSeries, options: AreaChartOptions): Line[] {
  const { width, height, top } = options;
  const startSec = chartStartSec(series, width);
  const levels = height * DOT_ROWS;
  const column = (sec: number): Column => {
    const at = sec - series.startSec;
    if (at < 0 || at >= series.total.length) return { totalDots: 0, goodDots: 0, isGap: false };
    const total = series.total[at] as number;
    if (Number.isNaN(total)) return { totalDots: 0, goodDots: 0, isGap: true };
    const good = total - Math.min(total, series.attack[at] || 0);
    const dots = (value: number) =>
      value <= 0 ? 0 : Math.max(1, Math.min(levels, Math.round((value / top) * levels)));
    return { totalDots: dots(total), goodDots: dots(good), isGap: false };
  };
  const columns = Array.from({ length: width * SECONDS_PER_CELL }, (_, i) => column(startSec + i));
  const onsetCell =
    options.onsetSec === null ? -1 : Math.floor((Math.floor(options.onsetSec) - startSec) / SECONDS_PER_CELL);
  return Array.from({ length: height }, (_, row) => {
    const floor = (height - 1 - row) * DOT_ROWS;
    const cells: Span[] = [];
    for (let x = 0; x < width; x += 1) {
      const cell = cellOf(columns[x * 2]!, columns[x * 2 + 1]!, floor, options.ascii);
      const isOnset = x === onsetCell && cell.text === ' ';
      appendCell(cells, isOnset ? (row === 0 ? '▼' : '┊') : cell.text, isOnset ? 'critical' : cell.color);
    }
    return cells;
  });
}

function cellOf(left: Column, right: Column, floor: number, ascii: boolean): { text: string; color: Token } {
  let bits = 0;
  let attackDots = 0;
  let goodDots = 0;
  for (let i = 0; i < DOT_ROWS; i += 1) {
    for (const [column, dots] of [
      [left, LEFT_DOTS],
      [right, RIGHT_DOTS],
    ] as const) {
      if (column.totalDots <= floor + i) continue;
      bits |= dots[i]!;
      if (column.goodDots > floor + i) goodDots += 1;
      else attackDots += 1;
    }
  }
  // A cell has one colour; on a tie it is the attack's, else a thin layer of good traffic would flicker in blocks.
  const color: Token = attackDots > 0 && attackDots >= goodDots ? 'attack' : 'good';
  if (bits === 0) return { text: floor === 0 && (left.isGap || right.isGap) ? '·' : ' ', color: 'dim' };
  if (!ascii) return { text: String.fromCharCode(BRAILLE + bits), color };
  return { text: color === 'attack' ? '#' : ':', color };
}

/** Neighbours of one colour are one span. */
function appendCell(cells: Span[], text: string, color: Token): void {
  const last = cells.at(-1);
  if (last && (last.color === color || text === ' ')) cells[cells.length - 1] = { ...last, text: last.text + text };
  else cells.push(span(text, color));
}
