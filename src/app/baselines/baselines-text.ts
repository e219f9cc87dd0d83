/** Baselines as text: the list of targets, and the week of one. */
import type { BaselineStore } from '../../detect/baseline/baseline-store.js';
import { FEATURES, type Feature } from '../../detect/baseline/features.js';
import { DAY_HOURS, HOURS } from '../../detect/baseline/hour-of-week.js';
import { BINS, spreadOf, valueAt } from '../../detect/baseline/log-histogram.js';
import { STEP_SEC, type WeekProfile } from '../../detect/baseline/week-profile.js';
import { formatBps, formatPps, NO_DATA } from '../../format/number-format.js';
import { formatDateTime, formatDuration } from '../../format/time-format.js';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Weeks begin on Monday here. */
const DAY_ORDER = [1, 2, 3, 4, 5, 6, 0];
const SPARKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_SPARKS = ['_', '.', ':', '-', '=', '+', '*', '#'];

export interface BaselineRow {
  readonly target: string;
  readonly learnedSec: number;
  readonly sinceSec: number;
  readonly heardSec: number;
  /** Moving mean. */
  readonly pps: number;
  /** Hours of the week of which something is known. */
  readonly hours: number;
}

export interface BaselineHour {
  /** 0 = Sunday 00:00 UTC. */
  readonly hour: number;
  readonly learnedSec: number;
  /** Per second: median, and what a tenth lies below and above. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function baselineRows(store: BaselineStore): BaselineRow[] {
  return store
    .entries()
    .map(([target, { learnedSec, sinceSec, heardSec, pps, steps }]) => ({
      target, learnedSec, sinceSec, heardSec, pps, hours: steps.filter((count) => count > 0).length,
    })) // biome-ignore format: one record
    .sort((a, b) => b.pps - a.pps);
}

/** Only what that hour itself learned, nothing that stands in for it. */
export function baselineHours(profile: WeekProfile, feature: number): BaselineHour[] {
  const { unit } = FEATURES[feature] as Feature;
  const found: BaselineHour[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const cell = profile.cellOf(hour);
    if (cell === null) continue;
    const { median, low, high } = spreadOf(cell.subarray(feature * BINS, (feature + 1) * BINS));
    const [rate, least, most] = [median, low, high].map((at) => valueAt(at) * unit) as [number, number, number];
    found.push({ hour, learnedSec: (profile.steps[hour] as number) * STEP_SEC, median: rate, low: least, high: most });
  }
  return found;
}

export function listText(rows: readonly BaselineRow[]): string {
  if (rows.length === 0) return 'Nothing is known yet: ddostop -i and ddostop watch -i learn while they run.\n';
  const wide = Math.max(6, ...rows.map(({ target }) => target.length));
  const lines = rows.map(
    ({ target, pps, learnedSec, hours, heardSec }) =>
      `${target.padEnd(wide)}  ${formatPps(pps).padStart(6)}  ${formatDuration(learnedSec).padStart(8)}  ${`${hours}/${HOURS}`.padStart(7)}  ${formatDateTime(heardSec)}`,
  );
  return `${[`${'target'.padEnd(wide)}     pps   learned    hours  last seen`, ...lines].join('\n')}\n`;
}

export function weekText(
  target: string,
  profile: WeekProfile,
  feature: number,
  hours: readonly BaselineHour[],
  isAscii: boolean,
): string {
  const { name, what } = FEATURES[feature] as Feature;
  const text = what === 'bits' ? formatBps : formatPps;
  const byHour = new Map(hours.map((one) => [one.hour, one]));
  const most = Math.max(0, ...hours.map(({ median }) => median));
  const lines = [
    `${target}: ${name}, learned from ${formatDuration(profile.learnedSec)} since ${formatDateTime(profile.sinceSec)}; hours are UTC`,
    '',
    ...DAY_ORDER.map((day) => sparkLine(day, byHour, most, text, isAscii ? ASCII_SPARKS : SPARKS)),
    '',
    `hour   ${DAY_ORDER.map((day) => (DAYS[day] as string).padStart(6)).join('')}   usual range`,
    ...Array.from({ length: DAY_HOURS }, (_, hour) => hourLine(hour, byHour, text)),
  ];
  return `${lines.join('\n')}\n`;
}

function sparkLine(
  day: number,
  byHour: ReadonlyMap<number, BaselineHour>,
  most: number,
  text: (rate: number) => string,
  marks: readonly string[],
): string {
  const medians = Array.from({ length: DAY_HOURS }, (_, hour) => byHour.get(day * DAY_HOURS + hour)?.median ?? null);
  const known = medians.filter((median) => median !== null);
  const bar = medians.map((median) =>
    median === null
      ? ' '
      : marks[most === 0 ? 0 : Math.min(marks.length - 1, Math.floor((median / most) * marks.length))],
  );
  const range = known.length === 0 ? NO_DATA : `${text(Math.min(...known))} to ${text(Math.max(...known))}`;
  return `${DAYS[day]}  ${bar.join('')}  ${range}`;
}

/** An hour of all days: medians, and from the least low to the largest high. */
function hourLine(hour: number, byHour: ReadonlyMap<number, BaselineHour>, text: (rate: number) => string): string {
  const cells = DAY_ORDER.map((day) => byHour.get(day * DAY_HOURS + hour) ?? null);
  const known = cells.filter((cell) => cell !== null);
  const range =
    known.length === 0
      ? NO_DATA
      : `${text(Math.min(...known.map(({ low }) => low)))} to ${text(Math.max(...known.map(({ high }) => high)))}`;
  const medians = cells.map((cell) => (cell === null ? NO_DATA : text(cell.median)).padStart(6));
  return `${String(hour).padStart(2, '0')}:00  ${medians.join('')}   ${range}`;
}
