/** The reducer: state and event in, state and effects out. Pure; the effects are carried out in tui.tsx. */
import type { TableId } from '../../../components/panels/talker-columns.js';
import { TABLE_IDS } from '../../../components/screens/tables.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { Tick } from '../ingest/feed.js';
import { keepMatching, takeVanished } from './ui-actions.js';
import { refreshQueue, takeCases } from './ui-cases.js';
import { analyseOnset, analyseUnasked, failAnalysis, takeAnalysis, takeMeasure } from './ui-diff.js';
import { askForEdge, noteDrops, remarkOnEdge, takeEdge, withEdgeHits } from './ui-edge.js';
import { takeNetwork } from './ui-edge-network.js';
import { pressKey } from './ui-keys.js';
import { type MitigationResult, takeList, takeResult } from './ui-mitigation.js';
import { openOwnSenders, takeRules } from './ui-rules.js';
import {
  cannotActWith,
  OPENING_DOOR,
  refreshTables,
  type UiEvent,
  type UiState,
  type UiStep,
  withNotice,
} from './ui-state.js';
import { EMPTY_TABLE } from './ui-tables.js';

const GAP_SHOWN_MS = 10_000;
/** Tables at 2 Hz: nobody reads faster, and bytes halve. A little less than 500, for ticks that come early. */
const TABLES_EVERY_MS = 480;

export function update(state: UiState, event: UiEvent): UiStep {
  switch (event.kind) {
    case 'key':
      return pressKey(atTime(state, event.nowMs), event.key);
    case 'tick':
      return analyseUnasked(refreshQueue(takeTick(atTime(state, event.nowMs), event.tick)));
    case 'clock':
      return { state: atTime(state, event.nowMs), effects: [] };
    case 'rules':
      return openOwnSenders(noteDrops(takeRules(atTime(state, event.nowMs), event.view), event.view), state.rules.view);
    case 'edge':
      return analyseOnset(takeEdge(atTime(state, event.nowMs), event.view));
    case 'edgeRemark':
      return { state: remarkOnEdge(state, event.text), effects: [] };
    case 'edgeIntel': {
      const intel = { address: event.address, words: event.words };
      return { state: { ...state, edge: { ...state.edge, intel } }, effects: [] };
    }
    case 'edgeNetwork':
      return { state: takeNetwork(state, event.view), effects: [] };
    case 'edgePermissions':
      return { state: { ...state, edge: { ...state.edge, permissions: event.states } }, effects: [] };
    case 'edgePaused': {
      const edge = { ...state.edge, pausedUntilMs: event.untilMs, pausedWhy: event.why };
      return { state: { ...state, edge }, effects: [] };
    }
    case 'rulesWhy':
      return { state: { ...state, rules: { ...state.rules, why: event.text } }, effects: [] };
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
      return askForEdge(
        keepMatching(takeActions(atTime(state, event.nowMs), withEdgeHits(event.actions, state))),
        state,
      );
    case 'door':
      return { state: takeDoor(state, event), effects: [] };
    case 'vanished':
      return { state: takeVanished(state, event.vanished), effects: [] };
    case 'audited': {
      const { overlay } = state;
      return overlay?.kind === 'audit'
        ? { state: { ...state, overlay: { ...overlay, lines: event.lines } }, effects: [] }
        : { state, effects: [] };
    }
    case 'cases':
      return { state: takeCases(state, event.news), effects: [] };
    case 'listFailed':
      return { state: { ...state, actionsError: event.message, actions: [] }, effects: [] };
    case 'analysed':
      return { state: takeAnalysis(atTime(state, event.nowMs), event.analysis), effects: [] };
    case 'analysisFailed':
      return { state: failAnalysis(atTime(state, event.nowMs), event.message), effects: [] };
    case 'measured':
      return {
        state: takeMeasure(atTime(state, event.nowMs), event.match, event.rule, event.backends),
        effects: [],
      };
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
  // The same keys with other rates: cursor and marks stay.
  const isNewWindow = state.newest !== null && state.newest.snapshot.window !== tick.snapshot.window;
  const hasNewTexts = before !== undefined && before.texts.length !== after.texts.length;
  const isDue = hasNewTexts || isNewFilter || isNewWindow || isOther('sources') || isOther('targets');
  // After the end no later tick would bring the tables up to date.
  const isLast = tick.snapshot.source.state === 'ended';
  if (isDue || isLast || state.newest === null || state.nowMs - state.tablesAtMs >= TABLES_EVERY_MS)
    next = refreshTables(next);
  return next;
}

function resetTable(state: UiState, id: TableId): UiState {
  const { sort, isDescending } = state.tables[id];
  return { ...state, tables: { ...state.tables, [id]: { ...EMPTY_TABLE, sort, isDescending } } };
}

/** A preview that was opened meanwhile as well. */
function takeDoor(state: UiState, { cannotAct, cannotActAtEdge }: UiEvent & { readonly kind: 'door' }): UiState {
  const { mitigation } = state;
  const next = { ...state, options: { ...state.options, cannotAct, cannotActAtEdge } };
  if (mitigation === null || mitigation.cannotAct !== OPENING_DOOR) return next;
  return { ...next, mitigation: { ...mitigation, cannotAct: cannotActWith(next, mitigation.request.backend) } };
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
    case 'extended':
      return withNotice(next, `${result.id} extended.`, 'ok');
    case 'applyFailed':
    case 'confirmFailed':
    case 'undoFailed':
    case 'extendFailed':
      return isPanelOpen ? next : withNotice(next, result.message, 'critical');
    default:
      return next;
  }
}
