/** What the screen may ask of the store and of the hooks; behind it stand these, or a fixture in tests. */
import type { HookRow } from '../../../components/panels/incidents-props.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import type { IncidentRow } from '../../incident/store/incident-row.js';
import type { TeamFigures } from '../../incident/store/stats.js';
import type { StoredIncident } from '../../incident/stored-incident.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { Analysis } from '../../signature/analysis.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { Tick } from '../ingest/feed.js';

export type CasesNews =
  | { readonly kind: 'rows'; readonly rows: readonly IncidentRow[] }
  | { readonly kind: 'opened'; readonly stored: StoredIncident | null }
  | { readonly kind: 'hooks'; readonly hooks: readonly HookRow[] }
  | { readonly kind: 'team'; readonly team: TeamFigures }
  /** Why nothing is kept; null: it is. */
  | { readonly kind: 'why'; readonly text: string | null };

export interface CasesListener {
  readonly news: (news: CasesNews) => void;
  /** For a moment in the last line, and in the log. */
  readonly say: (text: string, color: 'ok' | 'suspect' | 'critical') => void;
}

export interface CasesDoor {
  watch(listener: CasesListener): void;
  /** Every tick goes through it. */
  take(tick: Tick): void;
  /** What the firewall counts now. */
  listed(actions: readonly LiveMitigation[]): void;
  signed(incidentId: string, analysis: Analysis): void;
  /** What the edge's analytics tell of attacks. */
  alerted(view: EdgeNetworkView): void;
  /** Never rejects; what came of it is said. */
  acknowledge(incidentId: string): Promise<void>;
  mark(incidentId: string, mark: OperatorMark | null, of: string | null): Promise<void>;
  open(incidentId: string): Promise<void>;
  tellHook(hook: string, incidentId: string): Promise<void>;
  testHook(hook: string): Promise<void>;
  lookAtTeam(): Promise<void>;
  /** Writes the report of an incident beside its evidence; resolves with the path, null where it could not (and said so). */
  writeReport(
    incidentId: string,
    evidence: { readonly path: string; readonly packets: number; readonly bytes: number } | null,
  ): Promise<string | null>;
}
