/** Which screen is open, which table or list has the cursor, and where in it that is. */
import type { TableId } from '../../../components/panels/talker-columns.js';
import { tablesOf } from '../../../components/screens/layout.js';
import type { ScreenId } from '../../../components/screens/screen-props.js';
import { TABLE_IDS } from '../../../components/screens/tables.js';
import { moveInQueue } from './ui-cases.js';
import { moveDiffPane, moveInDiff } from './ui-diff.js';
import { isOnNetwork, moveInNetwork } from './ui-edge-network.js';
import { moveInRules, moveRulesPane } from './ui-rules.js';
import { layoutOf, refreshTables, type UiState, visibleOf } from './ui-state.js';
import { moveCursor, type TableState } from './ui-tables.js';
import { moveTextFocus, visibleTexts, withText } from './ui-texts.js';

export function openScreen(state: UiState, screen: ScreenId): UiState {
  const focus = screen === 'incidents' ? 'incidents' : state.focus === 'incidents' ? 'sources' : state.focus;
  return refreshTables({ ...state, screen, focus, overlay: null, detailScroll: 0, logScroll: 0 });
}

export function movePane(state: UiState, by: 1 | -1): UiState {
  if (isOnNetwork(state)) return state;
  if (state.screen === 'requests') return moveTextFocus(state, by);
  if (state.screen === 'diff') return moveDiffPane(state);
  if (state.screen === 'rules') return moveRulesPane(state, by);
  if (state.screen !== 'overview' && state.screen !== 'talkers') return state;
  const layout = layoutOf(state);
  const panes: (TableId | 'incidents')[] = [...tablesOf(layout)];
  if (panes.length === 0) panes.push(...TABLE_IDS);
  if (layout.rows.some((row) => row.panes.some((pane) => pane.kind === 'incidents'))) panes.push('incidents');
  const focus = panes[(panes.indexOf(state.focus) + by + panes.length) % panes.length]!;
  return { ...state, focus };
}

export function withTable(state: UiState, change: (table: TableState, visible: number) => TableState): UiState {
  if (isOnNetwork(state)) return state;
  if (state.screen === 'requests') return withText(state, change);
  if (state.focus === 'incidents' || (state.screen !== 'overview' && state.screen !== 'talkers')) return state;
  const id = state.focus;
  return { ...state, tables: { ...state.tables, [id]: change(state.tables[id], visibleOf(state, id)) } };
}

export function pageOf(state: UiState): number {
  if (state.screen === 'requests') return Math.max(1, visibleTexts(state) - 1);
  if (state.screen === 'diff' || state.screen === 'rules') return 8;
  return state.focus === 'incidents' ? 5 : Math.max(1, visibleOf(state, state.focus) - 1);
}

export function moveBy(state: UiState, delta: number): UiState {
  if (state.overlay?.kind === 'mitigation' && state.mitigation) {
    const scroll = Math.min(Math.max(0, state.mitigation.scroll + (Number.isFinite(delta) ? delta : delta * 1)), 500);
    return { ...state, mitigation: { ...state.mitigation, scroll } };
  }
  const clamp = (value: number, count: number) => Math.max(0, Math.min(value, count - 1));
  if (state.screen === 'log') return { ...state, logScroll: Math.max(0, Math.min(state.logScroll - delta, 500)) };
  if (state.screen === 'diff') return moveInDiff(state, delta);
  if (isOnNetwork(state)) return moveInNetwork(state, delta);
  if (state.screen === 'rules') return moveInRules(state, delta);
  if (state.screen === 'actions')
    return { ...state, actionIndex: clamp(state.actionIndex + delta, state.actions.length) };
  if (state.focus === 'incidents') {
    return moveInQueue(state, delta);
  }
  return withTable(state, (table, visible) => moveCursor(table, delta, state.nowMs, visible));
}
