/** What screen 4 shows of an edge; made by the app's reducer. */
import type { EdgeFilterPart, EdgeRole } from '../../src/records/edge-role.js';
import type { EdgeNetworkView } from '../../src/snapshot/edge-network-view.js';
import type { EdgeView } from '../../src/snapshot/edge-view.js';

/** Packets a second that a firewall here dropped, as its counters were read. */
export interface DropSample {
  /** Epoch seconds. */
  readonly sec: number;
  readonly pps: number;
}

export interface EdgeUi {
  /** A zone is watched. */
  readonly isWatched: boolean;
  /** Screen 4 shows the edge; else what payloads say. */
  readonly isShown: boolean;
  /** The newest picture, or the one that is held; null: none yet. */
  readonly view: EdgeView | null;
  /** What the edge's analytics say of packets; null: nothing yet. */
  readonly network: EdgeNetworkView | null;
  /** Of the edge its network is shown, not its requests. */
  readonly isNetwork: boolean;
  /** Of its attacks: the one the cursor was put on (null: none), where that is, and the first row shown. */
  readonly attackId: string | null;
  readonly attackIndex: number;
  readonly attackOffset: number;
  /** The client somebody asked about last, and what is known of it. */
  readonly intel: { readonly address: string; readonly words: string } | null;
  /** Why there is none. */
  readonly why: string;
  readonly filter: readonly EdgeFilterPart[];
  /** The edge itself leaves out what does not match the filter. */
  readonly isFilteredThere: boolean;
  readonly labels: readonly EdgeLabel[];
  /** Oldest first; empty: nobody reads a firewall's counters. */
  readonly drops: readonly DropSample[];
  /** What the token cannot do, and other remarks; newest last. */
  readonly remarks: readonly string[];
  /** What the token lets us read; empty until it is known. */
  readonly permissions: readonly EdgePermission[];
  /** Calls to the API wait until then; epoch ms. */
  readonly pausedUntilMs: number | null;
  readonly pausedWhy: string;
}

/** An area of the API. */
export interface EdgePermission {
  readonly area: string;
  readonly permission: string;
  readonly allowed: boolean | 'unknown';
}

/** A row that somebody called good or attack. */
export interface EdgeLabel {
  readonly role: EdgeRole;
  readonly value: string;
  readonly is: 'good' | 'attack';
}

export const NO_EDGE: EdgeUi = {
  isWatched: false,
  isShown: false,
  view: null,
  network: null,
  intel: null,
  isNetwork: false,
  attackId: null,
  attackIndex: 0,
  attackOffset: 0,
  why: 'Opening the log of the zone…',
  filter: [],
  isFilteredThere: false,
  labels: [],
  drops: [],
  remarks: [],
  permissions: [],
  pausedUntilMs: null,
  pausedWhy: '',
};
