/** Rows of figures: what a bench hands out, what the table prints, what bench/results.json keeps. */
import { spread } from './statistics.mjs';

/**
 * A row from the values of its runs. `goal`: `{ atMost }` or `{ atLeast }`, or none for a figure that only informs. The figure
 * is the median, with `worst` the value furthest from the goal. `digits` are decimals on the screen. A detail is on the screen
 * only when it misses its goal.
 */
export function row(
  name,
  values,
  { unit = '', digits = 2, goal = null, worst = false, note = '', isDetail = false } = {},
) {
  const { low, median, high } = spread(values);
  const figure = worst ? (goal?.atLeast === undefined ? high : low) : median;
  return {
    name,
    figure,
    low,
    high,
    unit,
    digits,
    goal,
    isMet: isMet(figure, goal),
    runs: values.length,
    note,
    isDetail,
  };
}

function isMet(figure, goal) {
  if (goal === null) return null;
  return goal.atMost === undefined ? figure >= goal.atLeast : figure <= goal.atMost;
}

/** A row for one side of a pair: wall time, CPU and memory in its note. */
export function costRow(name, runs) {
  const of = (key) => spread(runs.map((run) => run[key]));
  const note = `CPU ${of('cpuSec').median.toFixed(2)} s, peak ${of('peakMib').high.toFixed(0)} MiB`;
  return row(
    name,
    runs.map((run) => run.wallSec),
    { unit: ' s', digits: 3, note },
  );
}

const COLUMNS = [
  ['', (each) => (each.isMet === null ? ' ' : each.isMet ? '✔' : '✘')],
  ['', (each) => each.name],
  ['figure', (each) => number(each, each.figure)],
  ['goal', goalText],
  ['min..max', (each) => `${number(each, each.low)} .. ${number(each, each.high)}`],
  ['runs', (each) => String(each.runs)],
  ['', (each) => each.note],
];

/** The rows as text, one line each, with a heading. */
export function table(all) {
  const rows = all.filter((each) => !each.isDetail || each.isMet === false);
  const hidden = all.length - rows.length;
  return `${aligned(rows)}${hidden === 0 ? '' : `\n   ${hidden} more figures, none that misses its goal: bench/results.json`}`;
}

function aligned(rows) {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((each) => COLUMNS.map(([, text]) => text(each)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells.map((line) => pad(line, widths).trimEnd()).join('\n');
}

function pad(line, widths) {
  return line
    .map((text, column) => (column < 2 || column === 6 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
    .join('  ');
}

function number({ digits, unit }, value) {
  return `${value.toFixed(digits)}${unit}`;
}

function goalText({ goal, ...each }) {
  if (goal === null) return '';
  return goal.atMost === undefined ? `>= ${number(each, goal.atLeast)}` : `<= ${number(each, goal.atMost)}`;
}
