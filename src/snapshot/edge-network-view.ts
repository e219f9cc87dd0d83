/** The frozen view of an edge's network by its analytics, made once a tick. Every text in it is hostile. */
import type { EdgeNotification, EdgeSystem } from '../records/edge-network-rows.js';

/** Rates by buckets of time; index i is second `startSec + i * bucketSec`. NaN: not known (a gap, not a zero). */
export interface EdgeSystemSeries {
  readonly system: EdgeSystem;
  readonly passedBps: readonly number[];
  readonly droppedBps: readonly number[];
  readonly passedPps: readonly number[];
  readonly droppedPps: readonly number[];
}

export interface EdgeAttack {
  /** The first of `ids`. */
  readonly id: string;
  /** One attack can have several: a row for each mitigation. */
  readonly ids: readonly string[];
  readonly vector: string;
  /** Of our catalogue; null where no name of it fits. */
  readonly vectorId: string | null;
  readonly rule: string;
  readonly mitigation: string;
  readonly reason: string;
  readonly target: string | null;
  /** Null: many, or none. */
  readonly port: number | null;
  readonly protocol: string;
  readonly startSec: number;
  /** Null: it goes on. */
  readonly endSec: number | null;
  readonly packets: number;
  readonly bits: number;
  readonly droppedPackets: number;
  readonly droppedBits: number;
  /** Largest minute of the rows that were sent, at least the mean of all. */
  readonly peakBps: number;
  readonly peakPps: number;
}

/** Rates are means of the window. */
export interface EdgeTopRow {
  readonly key: string;
  /** Name of a network, id of a vector of our catalogue; "" where there is none. */
  readonly note: string;
  readonly pps: number;
  readonly bps: number;
  /** Of the packets, 0..1; NaN: not said. */
  readonly droppedShare: number;
}

export const EDGE_TOPS = [
  'targets',
  'sources',
  'networks',
  'countries',
  'colos',
  'vectors',
  'rules',
  'mitigations',
] as const;
export type EdgeTopName = (typeof EDGE_TOPS)[number];

export type TunnelState = 'healthy' | 'degraded' | 'down' | 'unknown';

export interface EdgeTunnel {
  readonly name: string;
  readonly state: TunnelState;
  /** Data centres that checked it, and those for which it is down. */
  readonly colos: number;
  readonly colosDown: number;
  /** Means of the newest whole five minutes; NaN: not known. */
  readonly ingressBps: number;
  readonly egressBps: number;
}

export interface EdgeFlow {
  readonly key: string;
  readonly bps: number;
  readonly pps: number;
}

export interface EdgeFirewallCount {
  readonly zone: string;
  readonly action: string;
  readonly source: string;
  readonly ruleId: string;
  /** In the window. */
  readonly events: number;
}

export interface EdgeHttpCount {
  readonly key: string;
  readonly requests: number;
  readonly bytes: number;
}

/** Requests of a zone. */
export interface EdgeZoneTraffic {
  readonly zone: string;
  /** Requests a second of whole minutes, the newest last. */
  readonly rps: readonly number[];
  readonly statuses: readonly EdgeHttpCount[];
  readonly caches: readonly EdgeHttpCount[];
  readonly hosts: readonly EdgeHttpCount[];
  readonly countries: readonly EdgeHttpCount[];
}

export interface EdgeNetworkView {
  /** Wall clock, epoch ms. */
  readonly atMs: number;
  readonly state: 'connecting' | 'live' | 'retrying' | 'paused';
  readonly detail: string;
  /** Since the last word of any kind, seconds; NaN before the first. */
  readonly silentSec: number;
  /** By node: how far the end of its newest bucket lies back, seconds; NaN: no rows yet. */
  readonly lagSec: Readonly<Record<string, number>>;
  readonly startSec: number;
  readonly bucketSec: number;
  readonly series: readonly EdgeSystemSeries[];
  /** Newest first. */
  readonly attacks: readonly EdgeAttack[];
  /** What the rates of the tops are means of. */
  readonly windowSec: number;
  /** Systems whose rows targets, sources, networks, countries and data centres are of: none counts a packet twice. */
  readonly topSystems: readonly EdgeSystem[];
  readonly tops: Readonly<Record<EdgeTopName, readonly EdgeTopRow[]>>;
  readonly tunnels: readonly EdgeTunnel[];
  /** What the customer's routers send most, by target. */
  readonly flows: readonly EdgeFlow[];
  readonly firewall: readonly EdgeFirewallCount[];
  readonly zones: readonly EdgeZoneTraffic[];
  /** Newest last. */
  readonly notifications: readonly EdgeNotification[];
  readonly remarks: readonly string[];
}
