/** Tunnels by their traffic and their health. State: developers.cloudflare.com/magic-transit/analytics/query-tunnel-health (0 down, 0.5 degraded, 1 healthy). */
import type { EdgeTunnelCheck, EdgeTunnelRow } from '../records/edge-network-rows.js';
import type { EdgeTunnel, TunnelState } from './edge-network-view.js';

const BUCKET_SEC = 300;
const MOST = 100;
const DOWN_BELOW = 0.25;
const HEALTHY_FROM = 0.99;

export function tunnelsOf(
  rows: readonly EdgeTunnelRow[],
  checks: readonly EdgeTunnelCheck[],
  nowSec: number,
): EdgeTunnel[] {
  const names = new Set([...checks, ...rows].map(({ name }) => name));
  const whole = rows.map(({ sec }) => sec).filter((sec) => sec + BUCKET_SEC <= nowSec);
  const newestSec = whole.length === 0 ? Number.NaN : Math.max(...whole);
  return [...names]
    .sort()
    .slice(0, MOST)
    .map((name) => {
      const own = rows.filter((row) => row.name === name && row.sec === newestSec);
      return { name, ...healthOf(checks.filter((check) => check.name === name)), ...ratesOf(own, newestSec) };
    });
}

/** No row of a tunnel where others have some: nothing went through it. */
function ratesOf(rows: readonly EdgeTunnelRow[], newestSec: number) {
  const of = (direction: string) =>
    Number.isNaN(newestSec)
      ? Number.NaN
      : rows.filter((row) => row.direction === direction).reduce((sum, { bits }) => sum + bits, 0) / BUCKET_SEC;
  return { ingressBps: of('ingress'), egressBps: of('egress') };
}

/** By the newest check of each data centre: down where all of them say so. */
function healthOf(checks: readonly EdgeTunnelCheck[]) {
  const newest = new Map<string, EdgeTunnelCheck>();
  for (const check of checks) {
    const known = newest.get(check.colo);
    if (known === undefined || check.sec >= known.sec) newest.set(check.colo, check);
  }
  const states = [...newest.values()].map(({ state }) => state);
  const colosDown = states.filter((state) => state < DOWN_BELOW).length;
  return { state: stateOf(states, colosDown), colos: states.length, colosDown };
}

function stateOf(states: readonly number[], down: number): TunnelState {
  if (states.length === 0) return 'unknown';
  if (down === states.length) return 'down';
  return states.every((state) => state >= HEALTHY_FROM) ? 'healthy' : 'degraded';
}
