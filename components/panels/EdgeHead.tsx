/** How many requests, what became of them, and can the figures be trusted? Two lines, or one. */
import { memo } from 'react';
import { cleanText } from '../../src/format/clean-text.js';
import { formatBps, formatCount, formatPps, formatShare } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { EdgeView } from '../../src/snapshot/edge-view.js';
import { type Line, lineWidth, type Span, span } from '../theme/paint.js';
import type { Theme } from '../theme/theme.js';
import { Block } from '../widgets/Block.js';
import type { EdgeUi } from './edge-props.js';

export type EdgeHeadProps = {
  readonly edge: EdgeUi;
  readonly nowMs: number /* wall clock, for countdowns */;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
};

interface Part {
  readonly line: Line;
  /** Higher ones are left out first where there is no room. */
  readonly priority: number;
}

const part = (priority: number, ...line: Span[]): Part => ({ line, priority });
const doubt = (priority: number, text: string): Part => part(priority, span(` ${text} `, 'suspect'));

export const EdgeHead = memo(function EdgeHead({ edge, nowMs, width, height, theme }: EdgeHeadProps) {
  const { view } = edge;
  const lines =
    view === null
      ? [[span(` ${cleanText(edge.why, width - 2)}`, 'dim')]]
      : [fitParts(figures(view), width), fitParts(state(view, edge, nowMs), width)];
  return <Block lines={lines.slice(0, height)} width={width} height={height} theme={theme} />;
});

function fitParts(all: readonly Part[], width: number): Line {
  let parts = [...all];
  const total = () => parts.reduce((sum, { line }) => sum + lineWidth(line), 0);
  while (parts.length > 1 && total() > width) {
    const worst = parts.reduce((a, b) => (b.priority >= a.priority ? b : a));
    parts = parts.filter((each) => each !== worst);
  }
  return parts.flatMap(({ line }) => line);
}

/** Rates of the window, and of what status they were. */
function figures({ rates, statusClasses, sampleInterval }: EdgeView): Part[] {
  const estimate = sampleInterval > 1 ? '~' : '';
  const figure = (priority: number, text: string, unit: string, color: Span['color'] = 'title') =>
    part(priority, span(` ${text.padStart(6)}`, color, true), span(` ${unit} `, 'dim'));
  const logged = statusClasses.slice(1).reduce((sum, rate) => sum + rate, 0);
  const classes = statusClasses.flatMap((rate, index) =>
    index === 0 || !(rate > 0)
      ? []
      : [span(` ${index}xx`, 'dim'), span(` ${formatShare(rate / logged)}`, index === 5 ? 'critical' : 'text')],
  );
  return [
    figure(0, `${estimate}${formatPps(rates.requests)}`, 'req/s'),
    figure(0, formatPps(rates.stopped), 'stopped', rates.stopped > 0 ? 'ok' : 'title'),
    figure(1, formatPps(rates.answeredAtEdge), 'by the edge'),
    figure(0, formatPps(rates.toOrigin), 'to the origin', 'attack'),
    figure(4, formatBps(rates.bps), 'bit/s'),
    part(2, ...classes),
  ];
}

/** The session, and why a figure may be less than there was. */
function state(view: EdgeView, edge: EdgeUi, nowMs: number): Part[] {
  const { counts, sampleInterval, lagSec, zones } = view;
  const some = (priority: number, count: number, what: string) =>
    count > 0 ? [doubt(priority, `${formatCount(count)} ${what}`)] : [];
  return [
    ...zones.map((zone, index) => part(index === 0 ? 0 : 6, ...zoneSpans(zone, nowMs))),
    ...(edge.pausedUntilMs !== null && edge.pausedUntilMs > nowMs
      ? [
          doubt(
            0,
            `API calls wait ${formatDuration((edge.pausedUntilMs - nowMs) / 1000)}: ${cleanText(edge.pausedWhy, 40)}`,
          ),
        ]
      : []),
    ...(sampleInterval > 1 ? [doubt(1, `1 of ${sampleInterval.toFixed(sampleInterval < 10 ? 1 : 0)} logged`)] : []),
    ...(edge.isFilteredThere ? [doubt(1, 'filtered at the edge: totals too')] : []),
    ...(lagSec > 15 ? [doubt(2, `${formatDuration(lagSec)} behind`)] : []),
    ...some(2, counts.shed, 'shed'),
    ...some(3, counts.unparsable, 'not readable'),
    ...some(5, counts.late, 'late'),
    ...edge.remarks.slice(-1).map((text) => part(7, span(` ${cleanText(text, 60)} `, 'dim'))),
  ];
}

const STATE_COLOURS = {
  connecting: 'suspect',
  live: 'ok',
  retrying: 'critical',
  paused: 'suspect',
  ended: 'critical',
} as const satisfies Record<EdgeView['zones'][number]['state'], Span['color']>;

function zoneSpans({ zone, state: now, detail, renewByMs }: EdgeView['zones'][number], nowMs: number): Span[] {
  const left = renewByMs === null ? null : (renewByMs - nowMs) / 1000;
  // Seconds would be a change on the screen every second.
  const renews =
    left !== null && now === 'live' && left < 300 ? ` renews in ${Math.max(0, Math.ceil(left / 60))} min` : '';
  const words = [now, ...(detail === '' ? [] : [cleanText(detail, 70)])].join(', ');
  return [span(` ${cleanText(zone, 40)}`, 'title', true), span(` ${words}${renews} `, STATE_COLOURS[now])];
}
