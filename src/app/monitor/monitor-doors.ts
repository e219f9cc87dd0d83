/** What the screen can act with: a firewall here or elsewhere, an edge, or both. */
import { messageOf } from '../../errors.js';
import type { MitigationDoor } from '../../mitigation/door.js';
import type { MitigationBackend } from '../../mitigation/types.js';
import type { MonitorOptions } from '../command-line.js';
import type { SourceSpec } from '../ingest/ingest-protocol.js';
import { type FirewallPlace, openFirewall } from '../mitigate/firewall-access.js';
import { backendOf } from '../mitigate/mitigate-options.js';
import { closedDoor, TwoDoors } from '../mitigate/two-doors.js';
import type { CannotAct } from '../screen/tui-options.js';

export interface OpenDoors {
  readonly door: MitigationDoor;
  readonly cannotAct: CannotAct;
  close(): Promise<void>;
}

interface OneDoor {
  readonly door: MitigationDoor;
  /** Why nothing can be done; null: it can. */
  readonly why: string | null;
  close(): Promise<void>;
}

/** Of a user's 1200 in five minutes; the rest is for the worker that reads logs and analytics (WATCH_CALLS of edge-station). */
const DOOR_CALLS = 1000;
const DEMO = 'This is the built-in scenario: plans are shown, nothing is applied.';

/** Where nothing but zones is watched, rules are for the edge. */
export function backendFor(source: SourceSpec, options: MonitorOptions): MitigationBackend {
  const isEdgeOnly = options.cloudflare !== undefined && source.kind === 'none' && options.netfilter === undefined;
  return options.backend === undefined && isEdgeOnly ? 'cloudflare' : backendOf(options);
}

/** What can be done; where nothing can, why. Rejects for what is wrong with the options themselves. */
export async function openDoors(source: SourceSpec, options: MonitorOptions): Promise<OpenDoors> {
  const backend = backendFor(source, options);
  if (backend === 'cloudflare') {
    const { door, why, close } = await openEdgeDoor(options);
    return { door, cannotAct: { firewall: why, edge: why }, close };
  }
  const firewall = await openFirewallDoor({ ...options, backend }, source, options);
  const { close } = firewall;
  if (options.cloudflare === undefined)
    return { door: firewall.door, cannotAct: { firewall: firewall.why, edge: null }, close };
  const edge = await openEdgeDoor(options);
  return {
    door: new TwoDoors(firewall.door, edge.door),
    cannotAct: { firewall: firewall.why, edge: edge.why },
    close: async () => void (await Promise.all([close(), edge.close()])),
  };
}

/** The scenario's addresses are not of this network: acting on them would drop strangers. */
async function openFirewallDoor(place: FirewallPlace, source: SourceSpec, options: MonitorOptions): Promise<OneDoor> {
  const open = (readOnly: boolean) => openFirewall(place, { readOnly, allowList: options.allow ?? [] });
  if (options.readOnly) return { ...(await open(true)), why: null };
  if (source.kind === 'demo') return { ...(await open(true)), why: DEMO };
  try {
    return { ...(await open(false)), why: null };
  } catch (error) {
    return { ...(await open(true)), why: messageOf(error) };
  }
}

/** An edge that cannot be opened (no token, no such zone) says so, and the rest goes on. */
async function openEdgeDoor({ cloudflare, account, allow = [], readOnly = false }: MonitorOptions): Promise<OneDoor> {
  const [zone] = cloudflare ?? [];
  const place: FirewallPlace = {
    backend: 'cloudflare',
    ...(zone === undefined ? {} : { zone }),
    ...(account === undefined ? {} : { account }),
  };
  try {
    return { ...(await openFirewall(place, { readOnly, allowList: allow, callLimit: DOOR_CALLS })), why: null };
  } catch (error) {
    const why = messageOf(error);
    return { door: closedDoor(why), why, close: () => Promise.resolve() };
  }
}
