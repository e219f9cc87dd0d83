/** Between the screen and the worker that reads an edge's logs. Nothing secret crosses: the worker reads the token itself. */

import type { EdgeRowLabel } from '../../pipeline/edge-row-sides.js';
import type { PermissionState } from '../../platform/cloudflare/token-check.js';
import type { EdgeFilterPart, EdgeViewRequest } from '../../records/edge-role.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { PackedInput } from '../analysis/analysis-protocol.js';
import type { PlainError } from '../ingest/ingest-protocol.js';

export interface EdgeTarget {
  /** Names or ids. */
  readonly zones: readonly string[];
  /** Id of the account whose networks are watched as well; null: that of the first zone, where the token may. */
  readonly account: string | null;
  /** One request in so many is logged. */
  readonly sample: number;
  /** Files: lists of addresses that clients are held against. */
  readonly reputation?: readonly string[];
}

/** What is to be compared: requests to a host now with those of before, or marked ones. */
export interface EdgeDiffAsk {
  readonly of: 'edge';
  /** A host, or an address of the network's analytics. */
  readonly target: string;
  readonly labels: readonly EdgeRowLabel[];
}

export type ToEdgeWorker =
  | { readonly type: 'view'; readonly view: EdgeViewRequest }
  /** Null: everything is sent again. */
  | { readonly type: 'filter'; readonly filter: readonly EdgeFilterPart[] | null }
  | { readonly type: 'rows'; readonly id: number; readonly request: EdgeDiffAsk }
  /** What is known of a client. */
  | { readonly type: 'intel'; readonly address: string }
  /** Somebody is there: a session nobody looks at ends. */
  | { readonly type: 'touch' }
  | { readonly type: 'stop' };

export type FromEdgeWorker =
  | { readonly type: 'view'; readonly view: EdgeView }
  | {
      readonly type: 'rows';
      readonly id: number;
      readonly input: PackedInput | null;
      readonly error: PlainError | null;
    }
  /** For the log, and while nothing else is shown for the screen. */
  | { readonly type: 'remark'; readonly text: string; readonly isGood: boolean }
  /** Every ten seconds, where the token may read analytics. */
  | { readonly type: 'network'; readonly view: EdgeNetworkView }
  | { readonly type: 'intel'; readonly address: string; readonly words: string }
  /** An attack, a notification, a tunnel. */
  | { readonly type: 'alert'; readonly text: string; readonly isGood: boolean }
  /** What the token lets us read, area by area. */
  | { readonly type: 'permissions'; readonly states: readonly PermissionState[] }
  /** Calls to the API wait; null: no longer. */
  | { readonly type: 'paused'; readonly untilMs: number | null; readonly why: string }
  /** It can never work (no token, no such zone); nothing follows. */
  | { readonly type: 'failed'; readonly error: PlainError };

export type Post = (message: FromEdgeWorker, transfer?: readonly ArrayBuffer[]) => void;
