/** Words for what an edge's network view holds; strings are cleaned by who prints them. */

import { formatDuration } from '../../src/format/time-format.js';
import type { EdgeSystem } from '../../src/records/edge-network-rows.js';
import type {
  EdgeAttack,
  EdgeNetworkView,
  EdgeSystemSeries,
  TunnelState,
} from '../../src/snapshot/edge-network-view.js';
import { type Line, span } from '../theme/paint.js';
import type { Token } from '../theme/theme.js';

export const SYSTEM_WORDS: Readonly<Record<EdgeSystem, string>> = {
  magicTransit: 'Magic Transit',
  spectrum: 'Spectrum',
  dosd: 'DDoS protection',
  flowtrackd: 'TCP protection',
  magicFirewall: 'Netw. Firewall',
};

export const TUNNEL_COLOR: Readonly<Record<TunnelState, Token>> = {
  healthy: 'ok',
  degraded: 'suspect',
  down: 'critical',
  unknown: 'dim',
};

/** Newer data is late as a rule. */
const LATE_SEC = 120;
const SILENT_SEC = 60;

/** "203.0.113.9:443/udp"; IPv6 in brackets. */
export function targetWords({ target, port, protocol }: EdgeAttack): string {
  const host = target ?? 'several';
  const place = port === null ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return protocol === '' ? place : `${place}/${protocol.toLowerCase()}`;
}

/** How old the newest figures are, and whether there is news at all. */
export function freshness(view: EdgeNetworkView, nodes: readonly string[]): Line {
  if (view.state === 'connecting') return [span('asking what is there…', 'dim')];
  if (view.silentSec > SILENT_SEC || view.state === 'retrying')
    return [span(`no data for ${formatDuration(view.silentSec)}: figures are old`, 'critical', true)];
  if (view.state === 'paused') return [span('paused: the budget of queries is spent', 'suspect', true)];
  const lags = nodes
    .map((node) => view.lagSec[node])
    .filter((lag) => lag !== undefined && !Number.isNaN(lag)) as number[];
  if (lags.length === 0) return [span('no rows yet', 'dim')];
  const lag = Math.min(...lags);
  return [span(`${formatDuration(lag)} behind`, lag > LATE_SEC ? 'suspect' : 'dim')];
}

/** Of the newest bucket that is known; NaN: none is. */
export function newestRates({ passedBps, droppedBps, passedPps, droppedPps }: EdgeSystemSeries) {
  const at = passedBps.findLastIndex((rate) => !Number.isNaN(rate));
  const dropped = droppedBps.findLastIndex((rate) => !Number.isNaN(rate));
  const newest = Math.max(at, dropped);
  const of = (rates: readonly number[]) => rates[newest] ?? Number.NaN;
  return { passedBps: of(passedBps), droppedBps: of(droppedBps), passedPps: of(passedPps), droppedPps: of(droppedPps) };
}
