/** Requests of zones and what the firewall did to them, in the newest minutes. */
import type { EdgeNetworkTally } from '../aggregate/edge/edge-network-tally.js';
import type { EdgeHttpRow } from '../records/edge-network-rows.js';
import type { EdgeFirewallCount, EdgeFlow, EdgeHttpCount, EdgeZoneTraffic } from './edge-network-view.js';

const MINUTE = 60;
const WINDOW_SEC = 5 * MINUTE;
const MOST = 20;
const MOST_MINUTES = 15;

/** `zoneName`: by id. */
export function zoneTraffic(
  tally: EdgeNetworkTally,
  zoneName: (id: string) => string,
  nowSec: number,
): EdgeZoneTraffic[] {
  const byStatus = tally.http.get('httpStatus') ?? [];
  const byHost = tally.http.get('httpHosts') ?? [];
  const zones = new Set([...byStatus, ...byHost].map(({ zone }) => zone));
  return [...zones].map((zone) => {
    const statusRows = byStatus.filter((row) => row.zone === zone);
    const hostRows = byHost.filter((row) => row.zone === zone);
    return {
      zone: zoneName(zone),
      rps: minuteRates(statusRows.length > 0 ? statusRows : hostRows, nowSec),
      statuses: counted(statusRows, ({ status }) => (status === null ? null : String(status)), nowSec),
      caches: counted(statusRows, ({ cache }) => cache, nowSec),
      hosts: counted(hostRows, ({ host }) => host, nowSec),
      countries: counted(hostRows, ({ country }) => country, nowSec),
    };
  });
}

export function firewallCounts(
  tally: EdgeNetworkTally,
  zoneName: (id: string) => string,
  nowSec: number,
): EdgeFirewallCount[] {
  const sums = new Map<string, EdgeFirewallCount>();
  for (const { zone, action, source, ruleId, events, sec } of tally.firewall) {
    if (sec < nowSec - WINDOW_SEC - MINUTE) continue;
    const key = JSON.stringify([zone, action, source, ruleId]);
    const known = sums.get(key)?.events ?? 0;
    sums.set(key, { zone: zoneName(zone), action, source, ruleId, events: known + events });
  }
  return [...sums.values()].sort((a, b) => b.events - a.events).slice(0, MOST);
}

/** What routers send, by target. */
export function flowTargets(tally: EdgeNetworkTally): EdgeFlow[] {
  const newest = tally.flows.reduce((most, { sec }) => Math.max(most, sec), 0);
  const recent = tally.flows.filter(({ sec, target }) => target !== null && sec > newest - WINDOW_SEC);
  const windowSec = Math.max(1, new Set(recent.map(({ sec }) => sec)).size) * MINUTE;
  const sums = new Map<string, { packets: number; bits: number }>();
  for (const { target, packets, bits } of recent) {
    const sum = sums.get(target as string) ?? { packets: 0, bits: 0 };
    sum.packets += packets;
    sum.bits += bits;
    sums.set(target as string, sum);
  }
  return [...sums]
    .map(([key, { packets, bits }]) => ({ key, pps: packets / windowSec, bps: bits / windowSec }))
    .sort((a, b) => b.bps - a.bps)
    .slice(0, MOST);
}

/** Whole minutes between the first and the last known; the one that goes on has only a part. */
function minuteRates(rows: readonly EdgeHttpRow[], nowSec: number): number[] {
  const sums = new Map<number, number>();
  for (const { sec, requests } of rows) {
    if (sec + MINUTE <= nowSec) sums.set(sec, (sums.get(sec) ?? 0) + requests);
  }
  if (sums.size === 0) return [];
  const last = Math.max(...sums.keys());
  const first = Math.max(Math.min(...sums.keys()), last - (MOST_MINUTES - 1) * MINUTE);
  return Array.from({ length: (last - first) / MINUTE + 1 }, (_, i) => (sums.get(first + i * MINUTE) ?? 0) / MINUTE);
}

function counted(
  rows: readonly EdgeHttpRow[],
  keyOf: (row: EdgeHttpRow) => string | null,
  nowSec: number,
): EdgeHttpCount[] {
  const sums = new Map<string, { requests: number; bytes: number }>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null || row.sec < nowSec - WINDOW_SEC - MINUTE) continue;
    const sum = sums.get(key) ?? { requests: 0, bytes: 0 };
    sum.requests += row.requests;
    sum.bytes += row.bytes;
    sums.set(key, sum);
  }
  return [...sums]
    .map(([key, sum]) => ({ key, ...sum }))
    .sort((a, b) => b.requests - a.requests)
    .slice(0, MOST);
}
