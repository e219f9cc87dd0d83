/** What screen 6 is given besides the incidents of the traffic: the queue with what people did, the one that is open, figures of the team, hooks. */
import type { QueueRow } from '../../src/incident/queue.js';
import type { IncidentRow } from '../../src/incident/store/incident-row.js';
import type { TeamFigures } from '../../src/incident/store/stats.js';
import type { StoredIncident } from '../../src/incident/stored-incident.js';

export type HookRow = {
  readonly name: string /* as the configuration has it */;
  readonly kind: string;
  readonly last: string /* what it last said, hostile; "" = nothing was sent yet */;
  readonly isOk: boolean | null /* null: nothing was sent yet */;
  readonly waiting: number /* messages in the spool */;
};

export type CasesUi = {
  /** As the store has them. */
  readonly stored: readonly IncidentRow[];
  /** These and the live ones, in the order they are shown. */
  readonly rows: readonly QueueRow[];
  /** All that is known of the chosen one; null: it is not kept, or being read. */
  readonly opened: StoredIncident | null;
  readonly page: 'queue' | 'team';
  readonly team: TeamFigures | null;
  readonly hooks: readonly HookRow[];
  readonly hookIndex: number;
  /** Why nothing is kept; null: it is. */
  readonly why: string | null;
};

export const NO_CASES: CasesUi = {
  stored: [],
  rows: [],
  opened: null,
  page: 'queue',
  team: null,
  hooks: [],
  hookIndex: 0,
  why: null,
};
