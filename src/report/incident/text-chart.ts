/** A series drawn in characters: the attack filled, all traffic as the line above it; braille, or ASCII. Without an attack all of it is filled. */
import { formatBps, formatPps } from '../../format/number-format.js';
import { formatClock } from '../../format/time-format.js';
import { type ChartPlan, type ChartStep, planChart, positionOf } from './chart-steps.js';
import type { ChartBlock } from './incident-document.js';
import { wrapCells } from './text-wrap.js';

const ROWS = 8;
const LABEL_CELLS = 6;
const BRAILLE = 0x2800;
// Dots of the left and right column from the bottom up (Unicode braille: dots 7 3 2 1 and 8 6 5 4).
const DOTS = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const;

export function chartLines(chart: ChartBlock, width: number, isAscii: boolean): string[] {
  const cells = Math.max(10, width - LABEL_CELLS - 2);
  const plan = planChart(filled(chart), isAscii ? cells : cells * 2);
  const drawn = isAscii ? plan.steps.length : Math.ceil(plan.steps.length / 2);
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const row = ROWS - 1 - i;
    const glyphs = isAscii ? asciiRow(plan, row) : brailleRow(plan, row);
    return `${labelOf(chart, plan, row).padStart(LABEL_CELLS)} ${isAscii ? '|' : '│'}${glyphs}`.trimEnd();
  });
  return [...rows, ...axisLines(chart, plan, drawn, isAscii), ...legendLines(chart, width, isAscii)];
}

function filled(chart: ChartBlock): ChartBlock {
  return hasAttack(chart) ? chart : { ...chart, attack: chart.total };
}

function hasAttack({ attack }: ChartBlock): boolean {
  return attack.some((value) => value !== null && value > 0);
}

/** Figures at the upper edge, the middle and the ground. */
function labelOf({ unit }: ChartBlock, { top }: ChartPlan, row: number): string {
  const value = row === ROWS - 1 ? top : row === ROWS / 2 - 1 ? top / 2 : null;
  if (value === null) return row === 0 ? '0' : '';
  return unit === 'pps' ? formatPps(value) : formatBps(value);
}

/** How many of `levels` a value fills; something is at least one. */
function heightOf(value: number, top: number, levels: number): number {
  return value <= 0 ? 0 : Math.max(1, Math.min(levels, Math.round((value / top) * levels)));
}

function asciiRow({ steps, top }: ChartPlan, row: number): string {
  return steps
    .map(({ total, attack }) => {
      if (total === null) return row === 0 ? '?' : ' ';
      if (heightOf(Math.min(attack, total), top, ROWS) > row) return '#';
      return heightOf(total, top, ROWS) > row ? ':' : ' ';
    })
    .join('');
}

function brailleRow(plan: ChartPlan, row: number): string {
  const cells = Math.ceil(plan.steps.length / 2);
  return Array.from({ length: cells }, (_, x) => {
    const pair = [plan.steps[x * 2], plan.steps[x * 2 + 1]];
    if (pair.every((step) => step === undefined || step.total === null)) return row === 0 ? '?' : ' ';
    const bits = pair.reduce(
      (sum, step, side) => sum | dotsOf(step, plan.top, row, DOTS[side] as readonly number[]),
      0,
    );
    return bits === 0 ? ' ' : String.fromCharCode(BRAILLE + bits);
  }).join('');
}

/** Of all traffic the highest dot, of the attack every dot up to its height. */
function dotsOf(step: ChartStep | undefined, top: number, row: number, dots: readonly number[]): number {
  if (step === undefined || step.total === null) return 0;
  const levels = ROWS * 4;
  const line = heightOf(step.total, top, levels) - 1;
  const filled = heightOf(Math.min(step.attack, step.total), top, levels);
  let bits = 0;
  for (let i = 0; i < 4; i += 1) {
    const level = row * 4 + i;
    if (level === line || level < filled) bits |= dots[i] as number;
  }
  return bits;
}

function axisLines({ marks }: ChartBlock, plan: ChartPlan, cells: number, isAscii: boolean): string[] {
  const [corner, line] = isAscii ? ['+', '-'] : ['└', '─'];
  const indent = ' '.repeat(LABEL_CELLS + 2);
  const from = formatClock(plan.startSec);
  const to = formatClock(plan.endSec);
  const lines = [
    `${' '.repeat(LABEL_CELLS)} ${corner}${line.repeat(cells)}`,
    `${indent}${from}${to.padStart(Math.max(to.length + 1, cells - from.length))}`,
  ];
  if (marks.length === 0) return lines;
  const row = Array.from({ length: cells }, () => ' ');
  for (const [i, { at }] of marks.entries()) {
    let x = Math.min(cells - 1, Math.floor(positionOf(plan, at) * cells));
    while (x < cells - 1 && row[x] !== ' ') x += 1;
    row[x] = markLetter(i);
  }
  return [lines[0] as string, `${indent}${row.join('')}`.trimEnd(), lines[1] as string];
}

/** Marks are letters on the axis, said below. */
export function markLetter(i: number): string {
  return String.fromCharCode(65 + i);
}

function legendLines(chart: ChartBlock, width: number, isAscii: boolean): string[] {
  const indent = LABEL_CELLS + 2;
  const marks = chart.marks.map(({ at, label }, i) => `${markLetter(i)} ${label} ${formatClock(at)}`).join(', ');
  const parts = [
    marks,
    hasAttack(chart) ? (isAscii ? '#: the attack, colon: all traffic' : 'filled: the attack, line: all traffic') : '',
    chart.total.includes(null) ? '?: no data' : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return [];
  return wrapCells(parts.join('; '), width - indent).map((line) => `${' '.repeat(indent)}${line}`);
}
