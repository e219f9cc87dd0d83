/** Where the user is and what is shown: state + event -> state and effects. Pure; time comes in with the event. */

import type { Notice } from '../../../components/panels/BottomLines.js';
import type { DiffView } from '../../../components/panels/diff-view.js';
import { type EdgeUi, NO_EDGE } from '../../../components/panels/edge-props.js';
import { type CasesUi, NO_CASES } from '../../../components/panels/incidents-props.js';
import type { MitigationView } from '../../../components/panels/mitigation-view.js';
import type { RulesUi } from '../../../components/panels/rules-props.js';
import { visibleRows } from '../../../components/panels/TalkerPanel.js';
import type { RateUnit } from '../../../components/panels/TrafficPanel.js';
import type { TableId } from '../../../components/panels/talker-columns.js';
import {
  listLayout,
  overviewLayout,
  type ScreenLayout,
  tableHeight,
  talkersLayout,
} from '../../../components/screens/layout.js';
import type { Overlay, ScreenId } from '../../../components/screens/screen-props.js';
import { TABLE_IDS, topOf } from '../../../components/screens/tables.js';
import type { Incident } from '../../incident/incident.js';
import type { LiveMitigation, MitigationBackend } from '../../mitigation/types.js';
import type { VanishedMitigation } from '../../mitigation/vanished.js';
import type { PermissionState } from '../../platform/cloudflare/token-check.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';
import type { RowLabel } from '../../records/diff-request.js';
import type { Analysis, BackendRule } from '../../signature/analysis.js';
import type { MeasuredRule, RuleMatch } from '../../signature/rule.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { RulesView } from '../../snapshot/rules-view.js';
import { SHOWN_ROLES, type ShownRole } from '../../snapshot/shown-role.js';
import type { ViewRequest } from '../../snapshot/snapshot.js';
import type { CasesNews } from '../incidents/cases-door.js';
import type { Tick } from '../ingest/feed.js';
import { shownTick } from './shown-tick.js';
import type { ActionsEffect } from './ui-actions.js';
import type { CasesEffect } from './ui-cases.js';
import { type DiffEffect, diffLayoutOf, NO_DIFF, refitDiff } from './ui-diff-view.js';
import type { EdgeEffect } from './ui-edge.js';
import type { MitigationEffect, MitigationResult } from './ui-mitigation.js';
import { NO_RULES, type RulesEffect, refitRules, rulesLayoutOf } from './ui-rules.js';
import { EMPTY_TABLE, refreshTable, type TableState } from './ui-tables.js';
import { refreshTexts, requestsLayoutOf } from './ui-texts.js';

export { shownTick } from './shown-tick.js';

/** Until it is known what can be done here. */
export const OPENING_DOOR = 'The firewall is being looked at: a moment.';

export interface UiOptions {
  readonly isReadOnly: boolean;
  /** Why nothing can be done here; null = actions are possible. */
  readonly cannotAct: string | null;
  /** The same of an edge, where it has a door of its own. */
  readonly cannotActAtEdge: string | null;
  /** Firewall of mitigations, and the host it is on; "" is this machine. */
  readonly backend: MitigationBackend;
  readonly actsOn: string;
  readonly ttlSec: number;
  readonly confirmWindowSec: number;
  readonly allow: readonly string[];
  /** Rows wanted per table. */
  readonly rows: number;
  readonly themes: readonly string[];
  /** A zone is watched. */
  readonly hasEdge: boolean;
  /** Why incidents are not kept; null: they are. */
  readonly notKept: string | null;
}

export interface UiState {
  readonly options: UiOptions;
  readonly columns: number;
  readonly rows: number;
  readonly screen: ScreenId;
  readonly focus: TableId | 'incidents';
  readonly newest: Tick | null;
  /** Not null: this picture is held, since that moment. */
  readonly frozen: { readonly tick: Tick; readonly sinceMs: number } | null;
  readonly tables: Readonly<Record<TableId, TableState>>;
  /** Tables of screen 4; kept up to date there only. */
  readonly texts: Readonly<Record<ShownRole, TableState>>;
  /** The one of them the cursor was put in. */
  readonly textFocus: ShownRole | null;
  /** A zone's log, where one is watched. */
  readonly edge: EdgeUi;
  /** Incidents of this run, of earlier ones and of others, with what people did. */
  readonly cases: CasesUi;
  readonly diff: DiffView;
  readonly rules: RulesUi;
  /** Rows called good or attack, for the next diff. */
  readonly labels: readonly RowLabel[];
  /** Incidents that were looked at unasked. */
  readonly analysed: readonly string[];
  readonly tablesAtMs: number;
  /** What we asked the feed for. */
  readonly view: ViewRequest;
  readonly unit: RateUnit;
  readonly themeName: string;
  readonly incidentId: string | null;
  readonly actions: readonly LiveMitigation[];
  readonly actionsError: string | null;
  readonly actionsAtMs: number;
  readonly actionIndex: number;
  /** Ids to be extended while they match, with what they had counted when they last were. */
  readonly kept: ReadonlyMap<string, number>;
  readonly vanished: readonly VanishedMitigation[];
  readonly logScroll: number;
  readonly detailScroll: number;
  readonly overlay: Overlay | null;
  /** Lives on while its panel is closed, until it is decided. */
  readonly mitigation: MitigationView | null;
  readonly notice: (Notice & { readonly untilMs: number }) | null;
  readonly gap: { readonly seconds: number; readonly untilMs: number } | null;
  readonly nowMs: number;
}

export type UiEvent =
  | { readonly kind: 'key'; readonly key: string; readonly nowMs: number }
  | { readonly kind: 'tick'; readonly tick: Tick; readonly nowMs: number }
  | { readonly kind: 'clock'; readonly nowMs: number }
  | { readonly kind: 'rules'; readonly view: RulesView; readonly nowMs: number }
  | { readonly kind: 'edge'; readonly view: EdgeView; readonly nowMs: number }
  /** Of the edge: why it shows nothing, what it cannot do. */
  | { readonly kind: 'edgeRemark'; readonly text: string }
  | { readonly kind: 'edgeNetwork'; readonly view: EdgeNetworkView }
  | { readonly kind: 'edgeIntel'; readonly address: string; readonly words: string }
  | { readonly kind: 'edgePermissions'; readonly states: readonly PermissionState[] }
  | { readonly kind: 'edgePaused'; readonly untilMs: number | null; readonly why: string }
  /** Why there are no counters, or not all. */
  | { readonly kind: 'rulesWhy'; readonly text: string }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'resumed'; readonly gapSec: number; readonly nowMs: number }
  | { readonly kind: 'notice'; readonly notice: Notice; readonly nowMs: number }
  | { readonly kind: 'listed'; readonly actions: readonly LiveMitigation[]; readonly nowMs: number }
  /** The door is open, or why it is not. */
  | { readonly kind: 'door'; readonly cannotAct: string | null; readonly cannotActAtEdge: string | null }
  | { readonly kind: 'vanished'; readonly vanished: readonly VanishedMitigation[] }
  /** Records of the audit log as lines, oldest first. */
  | { readonly kind: 'audited'; readonly lines: readonly string[] }
  | { readonly kind: 'listFailed'; readonly message: string }
  | { readonly kind: 'analysed'; readonly analysis: Analysis; readonly nowMs: number }
  | { readonly kind: 'analysisFailed'; readonly message: string; readonly nowMs: number }
  | {
      readonly kind: 'measured';
      readonly match: RuleMatch;
      readonly rule: MeasuredRule | null;
      readonly backends: readonly BackendRule[];
      readonly nowMs: number;
    }
  | { readonly kind: 'cases'; readonly news: CasesNews }
  | { readonly kind: 'result'; readonly result: MitigationResult; readonly nowMs: number };

export type UiEffect =
  | MitigationEffect
  | ActionsEffect
  | DiffEffect
  | RulesEffect
  | EdgeEffect
  | CasesEffect
  | { readonly kind: 'setView'; readonly view: ViewRequest }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'evidence'; readonly request: EvidenceRequest }
  | { readonly kind: 'repaint' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };

export interface UiStep {
  readonly state: UiState;
  readonly effects: readonly UiEffect[];
}

const NOTICE_MS = 4000;

export function initialUi(
  options: UiOptions,
  columns: number,
  rows: number,
  nowMs: number,
  themeName: string,
): UiState {
  const empty = Object.fromEntries(TABLE_IDS.map((id) => [id, EMPTY_TABLE])) as Record<TableId, TableState>;
  return {
    options,
    columns,
    rows,
    screen: 'overview',
    focus: 'sources',
    newest: null,
    frozen: null,
    tables: empty,
    texts: Object.fromEntries(SHOWN_ROLES.map((role) => [role, EMPTY_TABLE])) as Record<ShownRole, TableState>,
    textFocus: null,
    edge: { ...NO_EDGE, isWatched: options.hasEdge, isShown: options.hasEdge },
    cases: { ...NO_CASES, why: options.notKept },
    diff: NO_DIFF,
    rules: NO_RULES,
    labels: [],
    analysed: [],
    tablesAtMs: Number.NEGATIVE_INFINITY,
    view: { window: 'auto', sourceLevel: 0, targetLevel: 0, layer: 'outer', rows: options.rows, filter: [], texts: [] },
    unit: 'pps',
    themeName,
    incidentId: null,
    actions: [],
    actionsError: null,
    actionsAtMs: nowMs,
    actionIndex: 0,
    kept: new Map(),
    vanished: [],
    logScroll: 0,
    detailScroll: 0,
    overlay: null,
    mitigation: null,
    notice: null,
    gap: null,
    nowMs,
  };
}

/** Why nothing can be done with that backend; null: it can. */
export function cannotActWith({ options }: UiState, backend: MitigationBackend): string | null {
  return backend === 'cloudflare' && options.backend !== 'cloudflare' ? options.cannotActAtEdge : options.cannotAct;
}

/** Which door a mitigation is behind. */
export function backendOfLive({ options }: UiState, { edgeRules }: LiveMitigation): MitigationBackend {
  return edgeRules === undefined ? options.backend : 'cloudflare';
}

export function layoutOf(state: UiState): ScreenLayout {
  const hasFilter = state.view.filter.length > 0;
  if (state.screen === 'overview') return overviewLayout(state.columns, state.rows, hasFilter);
  if (state.screen === 'talkers') return talkersLayout(state.columns, state.rows, hasFilter);
  if (state.screen === 'requests') return requestsLayoutOf(state);
  if (state.screen === 'diff') return diffLayoutOf(state);
  if (state.screen === 'rules') return rulesLayoutOf(state);
  return listLayout(state.columns, state.rows, hasFilter, state.cases.rows.length);
}

export const visibleOf = (state: UiState, id: TableId): number => visibleRows(tableHeight(layoutOf(state), id));

export function withNotice(state: UiState, text: string, color: Notice['color'] = 'text'): UiState {
  return { ...state, notice: { text, color, untilMs: state.nowMs + NOTICE_MS } };
}

/** New figures into all tables, from the picture that is shown. */
export function refreshTables(state: UiState): UiState {
  const snapshot = shownTick(state)?.snapshot ?? null;
  const tables = { ...state.tables };
  for (const id of TABLE_IDS) {
    tables[id] = refreshTable(tables[id], topOf(snapshot, id).rows, state.nowMs, visibleOf(state, id));
  }
  return refitRules(refitDiff(refreshTexts({ ...state, tables, tablesAtMs: state.nowMs })));
}

/** The one under the cursor, as the traffic shows it; null: there is none, or it is one of earlier or of somebody else. */
export function chosenIncident(state: UiState): Incident | null {
  const incidents = shownTick(state)?.incidents ?? [];
  const { rows } = state.cases;
  const id = rows.some((row) => row.id === state.incidentId) ? state.incidentId : (rows[0]?.id ?? null);
  const isStored = rows.some((row) => row.id === id && !row.isLive);
  return incidents.find((incident) => incident.id === id) ?? (isStored ? null : (incidents[0] ?? null));
}
