/** Where the user is and what is shown: state + event -> state and effects. Pure; time comes in with the event. */

import type { Notice } from '../../components/panels/BottomLines.js';
import type { MitigationView } from '../../components/panels/mitigation-view.js';
import { visibleRows } from '../../components/panels/TalkerPanel.js';
import type { RateUnit } from '../../components/panels/TrafficPanel.js';
import type { TableId } from '../../components/panels/talker-columns.js';
import {
  listLayout,
  overviewLayout,
  type ScreenLayout,
  tableHeight,
  talkersLayout,
} from '../../components/screens/layout.js';
import type { Overlay, ScreenId } from '../../components/screens/screen-props.js';
import { TABLE_IDS, topOf } from '../../components/screens/tables.js';
import type { LiveMitigation } from '../mitigation/types.js';
import type { ViewRequest } from '../snapshot/snapshot.js';
import type { Tick } from './feed.js';
import { pressKey } from './ui-keys.js';
import { type MitigationEffect, type MitigationResult, takeList, takeResult } from './ui-mitigation.js';
import { EMPTY_TABLE, refreshTable, type TableState } from './ui-tables.js';

export interface UiOptions {
  readonly isReadOnly: boolean;
  /** Why nothing can be done here; null = actions are possible. */
  readonly cannotAct: string | null;
  readonly ttlSec: number;
  readonly confirmWindowSec: number;
  readonly allow: readonly string[];
  /** Rows wanted per table. */
  readonly rows: number;
  readonly themes: readonly string[];
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
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'resumed'; readonly gapSec: number; readonly nowMs: number }
  | { readonly kind: 'notice'; readonly notice: Notice; readonly nowMs: number }
  | { readonly kind: 'listed'; readonly actions: readonly LiveMitigation[]; readonly nowMs: number }
  | { readonly kind: 'listFailed'; readonly message: string }
  | { readonly kind: 'result'; readonly result: MitigationResult; readonly nowMs: number };

export type UiEffect =
  | MitigationEffect
  | { readonly kind: 'setView'; readonly view: ViewRequest }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'repaint' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };

export interface UiStep {
  readonly state: UiState;
  readonly effects: readonly UiEffect[];
}

const NOTICE_MS = 4000;
const GAP_SHOWN_MS = 10_000;
/** Tables at 2 Hz: nobody reads faster, and bytes halve. A little less than 500, for ticks that come early. */
const TABLES_EVERY_MS = 480;

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
    tablesAtMs: Number.NEGATIVE_INFINITY,
    view: { sourceLevel: 0, targetLevel: 0, layer: 'outer', rows: options.rows, filter: [] },
    unit: 'pps',
    themeName,
    incidentId: null,
    actions: [],
    actionsError: null,
    actionsAtMs: nowMs,
    actionIndex: 0,
    logScroll: 0,
    detailScroll: 0,
    overlay: null,
    mitigation: null,
    notice: null,
    gap: null,
    nowMs,
  };
}

export const shownTick = (state: UiState): Tick | null => state.frozen?.tick ?? state.newest;

export function layoutOf(state: UiState): ScreenLayout {
  const hasFilter = state.view.filter.length > 0;
  if (state.screen === 'overview') return overviewLayout(state.columns, state.rows, hasFilter);
  if (state.screen === 'talkers') return talkersLayout(state.columns, state.rows, hasFilter);
  return listLayout(state.columns, state.rows, hasFilter, shownTick(state)?.incidents.length ?? 0);
}

export const visibleOf = (state: UiState, id: TableId): number => visibleRows(tableHeight(layoutOf(state), id));

export function withNotice(state: UiState, text: string, color: Notice['color'] = 'text'): UiState {
  return { ...state, notice: { text, color, untilMs: state.nowMs + NOTICE_MS } };
}

export function update(state: UiState, event: UiEvent): UiStep {
  switch (event.kind) {
    case 'key':
      return pressKey(atTime(state, event.nowMs), event.key);
    case 'tick':
      return { state: takeTick(atTime(state, event.nowMs), event.tick), effects: [] };
    case 'clock':
      return { state: atTime(state, event.nowMs), effects: [] };
    case 'resize':
      return { state: refreshTables({ ...state, columns: event.columns, rows: event.rows }), effects: [] };
    case 'resumed': {
      const next = atTime(state, event.nowMs);
      return { state: { ...next, gap: { seconds: event.gapSec, untilMs: event.nowMs + GAP_SHOWN_MS } }, effects: [] };
    }
    case 'notice': {
      const next = atTime(state, event.nowMs);
      return { state: withNotice(next, event.notice.text, event.notice.color), effects: [] };
    }
    case 'listed':
      return { state: takeActions(atTime(state, event.nowMs), event.actions), effects: [] };
    case 'listFailed':
      return { state: { ...state, actionsError: event.message, actions: [] }, effects: [] };
    case 'result':
      return { state: takeMitigationResult(atTime(state, event.nowMs), event.result), effects: [] };
  }
}

/** The second is what the screen can show of a clock; a finer one would draw frames nobody sees a difference in. */
function atTime(state: UiState, nowMs: number): UiState {
  const notice = state.notice && nowMs >= state.notice.untilMs ? null : state.notice;
  const gap = state.gap && nowMs >= state.gap.untilMs ? null : state.gap;
  return { ...state, nowMs, notice, gap };
}

function takeTick(state: UiState, tick: Tick): UiState {
  const before = state.newest?.snapshot.view;
  const after = tick.snapshot.view;
  let next: UiState = { ...state, newest: tick };
  if (state.frozen) return next;
  // Other keys than before: nothing of the old order, cursor or marks means anything any more.
  const isOther = (id: 'sources' | 'targets') =>
    before !== undefined &&
    (before.layer !== after.layer ||
      (id === 'sources' ? before.sourceLevel !== after.sourceLevel : before.targetLevel !== after.targetLevel));
  const isNewFilter = before !== undefined && JSON.stringify(before.filter) !== JSON.stringify(after.filter);
  for (const id of ['sources', 'targets'] as const) if (isOther(id)) next = resetTable(next, id);
  if (isNewFilter) for (const id of TABLE_IDS) next = resetTable(next, id);
  const isDue = next !== state && (isNewFilter || isOther('sources') || isOther('targets'));
  if (isDue || state.newest === null || state.nowMs - state.tablesAtMs >= TABLES_EVERY_MS) next = refreshTables(next);
  return next;
}

function resetTable(state: UiState, id: TableId): UiState {
  const { sort, isDescending } = state.tables[id];
  return { ...state, tables: { ...state.tables, [id]: { ...EMPTY_TABLE, sort, isDescending } } };
}

/** New figures into all tables, from the picture that is shown. */
export function refreshTables(state: UiState): UiState {
  const snapshot = shownTick(state)?.snapshot ?? null;
  const tables = { ...state.tables };
  for (const id of TABLE_IDS) {
    tables[id] = refreshTable(tables[id], topOf(snapshot, id).rows, state.nowMs, visibleOf(state, id));
  }
  return { ...state, tables, tablesAtMs: state.nowMs };
}

function takeActions(state: UiState, actions: readonly LiveMitigation[]): UiState {
  const sinceMs = state.nowMs - state.actionsAtMs;
  const mitigation = state.mitigation && takeList(state.mitigation, actions, state.nowMs, sinceMs);
  const actionIndex = Math.max(0, Math.min(state.actionIndex, actions.length - 1));
  return { ...state, actions, actionsError: null, actionsAtMs: state.nowMs, actionIndex, mitigation };
}

function takeMitigationResult(state: UiState, result: MitigationResult): UiState {
  const mitigation = state.mitigation && takeResult(state.mitigation, result, state.nowMs);
  const next = { ...state, mitigation };
  const isPanelOpen = state.overlay?.kind === 'mitigation';
  switch (result.kind) {
    case 'applied':
      return withNotice(next, 'Applied. Confirm with c, or it ends by itself.', 'attack');
    case 'confirmed':
      return withNotice(next, 'Confirmed: it stays until its time is over.', 'ok');
    case 'undone':
      return withNotice(next, 'Undone.', 'ok');
    case 'applyFailed':
    case 'confirmFailed':
    case 'undoFailed':
      return isPanelOpen ? next : withNotice(next, result.message, 'critical');
    default:
      return next;
  }
}
