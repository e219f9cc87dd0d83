/** Makes the view of an edge's network from what is tallied. */
import type { EdgeNetworkTally } from '../aggregate/edge/edge-network-tally.js';
import { joinedAttacks } from './edge-network-attacks.js';
import { firewallCounts, flowTargets, zoneTraffic } from './edge-network-requests.js';
import { BUCKET_SEC, seriesStart, systemSeries } from './edge-network-series.js';
import { networkTops } from './edge-network-tops.js';
import { tunnelsOf } from './edge-network-tunnels.js';
import type { EdgeNetworkView } from './edge-network-view.js';

/** `zones`: names for ids. */
export function takeEdgeNetworkView(
  tally: EdgeNetworkTally,
  zones: readonly { readonly id: string; readonly name: string }[],
  nowMs: number,
): EdgeNetworkView {
  const nowSec = nowMs / 1000;
  const names = new Map(zones.map(({ id, name }) => [id, name]));
  const zoneName = (id: string) => names.get(id) ?? id;
  const { last } = tally;
  return {
    atMs: nowMs,
    state: last?.state ?? 'connecting',
    detail: last?.detail ?? '',
    silentSec: last === null ? Number.NaN : Math.max(0, (nowMs - last.atMs) / 1000),
    lagSec: lags(tally, nowSec),
    startSec: seriesStart(nowSec),
    bucketSec: BUCKET_SEC,
    series: systemSeries(tally, nowSec),
    attacks: joinedAttacks(tally.attacks.values(), tally.rows.get('dosd') ?? [], nowSec),
    ...networkTops(tally),
    tunnels: tunnelsOf(tally.tunnels, tally.checks, nowSec),
    flows: flowTargets(tally),
    firewall: firewallCounts(tally, zoneName, nowSec),
    zones: zoneTraffic(tally, zoneName, nowSec),
    notifications: tally.notifications,
    remarks: [...(last?.remarks ?? []), ...cutWords(tally)],
  };
}

function lags(tally: EdgeNetworkTally, nowSec: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [node, { newestSec, bucketSec }] of tally.nodes) found[node] = Math.max(0, nowSec - newestSec - bucketSec);
  return found;
}

function cutWords(tally: EdgeNetworkTally): string[] {
  const of = (holds: (news: { readonly isCut: boolean; readonly unreadable: number }) => boolean) =>
    [...tally.nodes].filter(([, news]) => holds(news)).map(([node]) => node);
  const cut = of(({ isCut }) => isCut);
  const unreadable = of(({ unreadable: rows }) => rows > 0);
  return [
    ...(cut.length > 0 ? [`only the largest groups fit in an answer: ${cut.join(', ')}`] : []),
    ...(unreadable.length > 0 ? [`rows that make no sense were left out: ${unreadable.join(', ')}`] : []),
  ];
}
