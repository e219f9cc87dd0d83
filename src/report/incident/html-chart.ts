/** A series as inline SVG: all traffic in one colour, of it the attack in another; gaps are hatched, and what happened is a line with a letter. */
import { formatBps, formatPps } from '../../format/number-format.js';
import { formatClock } from '../../format/time-format.js';
import { type ChartPlan, type ChartStep, planChart, positionOf } from './chart-steps.js';
import { type Html, html } from './html-template.js';
import type { ChartBlock } from './incident-document.js';
import { markLetter } from './text-chart.js';

const WIDTH = 720;
const HEIGHT = 210;
const LEFT = 52;
const RIGHT = 10;
const TOP = 22;
const BOTTOM = 24;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
const MOST_STEPS = 360;
const TICKS = 4;
const LETTER_GAP = 17;

/** `name` tells the charts of a page apart; fixed words. */
export function chartSvg(chart: ChartBlock, name: string): Html {
  const plan = planChart(chart, MOST_STEPS);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">${chart.title}</title>
<desc id="${name}-desc">${chart.words}</desc>
<defs><pattern id="${name}-gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" class="hatch"/></pattern></defs>
${valueTicks(chart, plan)}${timeTicks(plan)}
${gaps(plan, name)}
<path class="all" d="${areaPath(plan, ({ total }) => total)}"/>
<path class="attack" d="${areaPath(plan, ({ total, attack }) => (total === null ? null : Math.min(attack, total)))}"/>
<line class="axis" x1="${LEFT}" y1="${TOP + PLOT_HEIGHT}" x2="${WIDTH - RIGHT}" y2="${TOP + PLOT_HEIGHT}"/>
${marks(chart, plan)}
</svg>`;
}

/** One decimal of a pixel is more than anybody sees. */
function px(value: number): number {
  return Math.round(value * 10) / 10;
}

function xOf({ steps }: ChartPlan, i: number): number {
  return px(LEFT + (i / steps.length) * PLOT_WIDTH);
}

function yOf({ top }: ChartPlan, value: number): number {
  return px(TOP + PLOT_HEIGHT * (1 - Math.min(1, value / top)));
}

/** A closed area for each run of seconds with data; a step is as wide as its time. */
function areaPath(plan: ChartPlan, rateOf: (step: ChartStep) => number | null): string {
  const ground = TOP + PLOT_HEIGHT;
  let path = '';
  let isOpen = false;
  for (const [i, step] of plan.steps.entries()) {
    const value = rateOf(step);
    if (value === null) {
      if (isOpen) path += `V${ground}Z`;
      isOpen = false;
      continue;
    }
    path += `${isOpen ? '' : `M${xOf(plan, i)} ${ground}`}V${yOf(plan, value)}H${xOf(plan, i + 1)}`;
    isOpen = true;
  }
  return isOpen ? `${path}V${ground}Z` : path;
}

function gaps(plan: ChartPlan, name: string): Html[] {
  const found: Html[] = [];
  for (let i = 0; i < plan.steps.length; i += 1) {
    const from = i;
    while (i < plan.steps.length && plan.steps[i]?.total === null) i += 1;
    if (i > from)
      found.push(
        html`<rect x="${xOf(plan, from)}" y="${TOP}" width="${px(xOf(plan, i) - xOf(plan, from))}" height="${PLOT_HEIGHT}" fill="url(#${name}-gap)"/>`,
      );
  }
  return found;
}

function valueTicks({ unit }: ChartBlock, plan: ChartPlan): Html[] {
  return Array.from({ length: TICKS + 1 }, (_, i) => {
    const value = (plan.top * i) / TICKS;
    const y = yOf(plan, value);
    const label = unit === 'pps' ? formatPps(value) : formatBps(value);
    return html`<line class="grid" x1="${LEFT}" y1="${y}" x2="${WIDTH - RIGHT}" y2="${y}"/><text x="${LEFT - 7}" y="${px(y + 3.5)}" text-anchor="end">${label}</text>`;
  });
}

const TIME_STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900];
const MOST_TIMES = 6;

/** Full times of the clock. */
function timeTicks(plan: ChartPlan): Html[] {
  const { startSec, endSec } = plan;
  const step = TIME_STEPS.find((sec) => (endSec - startSec) / sec <= MOST_TIMES) ?? 1800;
  const first = Math.ceil(startSec / step) * step;
  const count = Math.max(0, Math.min(MOST_TIMES + 1, Math.floor((endSec - first) / step) + 1));
  return Array.from({ length: count }, (_, i) => {
    const x = px(LEFT + positionOf(plan, first + i * step) * PLOT_WIDTH);
    const anchor = x < LEFT + 24 ? 'start' : x > WIDTH - RIGHT - 24 ? 'end' : 'middle';
    return html`<text x="${x}" y="${HEIGHT - 7}" text-anchor="${anchor}">${formatClock(first + i * step)}</text>`;
  });
}

/** Letters above the plot, moved aside where two would stand on each other. */
function marks({ marks: all }: ChartBlock, plan: ChartPlan): Html[] {
  let free = 0;
  return all.map(({ at }, i) => {
    const x = px(LEFT + positionOf(plan, at) * PLOT_WIDTH);
    const letterX = Math.max(x, free);
    free = letterX + LETTER_GAP;
    return html`<line class="mark" x1="${x}" y1="${TOP - 3}" x2="${x}" y2="${TOP + PLOT_HEIGHT}"/><circle class="letter" cx="${letterX}" cy="${TOP - 11}" r="7.5"/><text class="letter" x="${letterX}" y="${TOP - 7.5}" text-anchor="middle">${markLetter(i)}</text>`;
  });
}

/** What the colours and letters stand for. */
export function chartLegend({ marks: all, attack, total }: ChartBlock): Html {
  const hasAttack = attack.some((value) => value !== null && value > 0);
  return html`<p class="legend">${hasAttack ? html`<span><i class="key attack"></i>attack</span> <span><i class="key all"></i>all else</span>` : html`<span><i class="key all"></i>all traffic</span>`}${
    total.includes(null) ? html` <span><i class="key gap"></i>no data</span>` : ''
  }${all.map(({ at, label }, i) => html` <span><b>${markLetter(i)}</b> ${label} ${formatClock(at)}</span>`)}</p>`;
}
