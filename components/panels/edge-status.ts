/** The status line where requests are all there is to see, and words of an onset. */
import { cleanText } from '../../src/format/clean-text.js';
import { formatBpsUnit, formatPps } from '../../src/format/number-format.js';
import { formatDuration } from '../../src/format/time-format.js';
import type { EdgeOnsetView, EdgeView } from '../../src/snapshot/edge-view.js';
import { type Line, type Span, span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';
import type { EdgeUi } from './edge-props.js';

/** The one that goes on and gets most; null: none. */
export function openOnset(view: EdgeView | null): EdgeOnsetView | null {
  const open = (view?.onsets ?? []).filter(({ endSec }) => endSec === null);
  return open.reduce<EdgeOnsetView | null>(
    (most, onset) => (most === null || onset.rps > most.rps ? onset : most),
    null,
  );
}

/** "4.03k req/s → www.shop.example, before 215". */
export function onsetWords({ host, rps, baselineRps }: EdgeOnsetView): Span[] {
  return [
    span(`${formatPps(rps)} req/s`, 'attack', true),
    span(' → ', 'dim'),
    span(cleanText(host, 45), 'title', true),
    span(`, before ${formatPps(baselineRps)}`, 'dim'),
  ];
}

/** Who came in the middle of a flood has seen nothing else: how long is said. */
export function calmEdgeWords({ series }: EdgeView): string {
  const { length } = series.requests;
  return length === 0 ? 'no request logged yet' : `no onset in ${formatDuration(Math.max(1, length))}`;
}

const STATE_TOKENS = {
  live: 'ok',
  connecting: 'dim',
  retrying: 'suspect',
  paused: 'accent',
  ended: 'dim',
} as const satisfies Record<EdgeView['zones'][number]['state'], Token>;

/** "edge shop.example  live". */
export function edgeSource({ view }: EdgeUi): { readonly name: Line; readonly state: Line } {
  const zone = view?.zones[0];
  if (zone === undefined) return { name: [span('edge  ', 'text')], state: [span('connecting', 'dim')] };
  const more = (view?.zones.length ?? 1) > 1 ? ` +${(view?.zones.length ?? 1) - 1}` : '';
  return {
    name: [span(`edge ${cleanText(zone.zone, 40)}${more}  `, 'text')],
    state: [span(zone.state, STATE_TOKENS[zone.state])],
  };
}

/** The second row. */
export function edgeRates({ view }: EdgeUi): Line {
  if (view === null) return [];
  const { rates, series } = view;
  const attack = series.attack.at(-1) ?? Number.NaN;
  const whole = series.requests.at(-1) ?? Number.NaN;
  const figure = (label: string, text: string, color: Token): Span[] => [
    span(` ${label} `, 'dim'),
    span(text, color, true),
    span(' '),
  ];
  return [
    ...figure('in', `${formatPps(rates.requests).padStart(5)} req/s`, 'title'),
    span(`${formatBpsUnit(rates.bps).padEnd(11)} `, 'title', true),
    ...figure('above before', formatPps(attack).padStart(5), attack > 0 ? 'attack' : 'dim'),
    ...figure('as before', formatPps(whole - (attack || 0)).padStart(5), 'good'),
    ...figure('stopped', formatPps(rates.stopped).padStart(5), 'text'),
  ];
}
