/** What keys do to the view: layer, grouping, window, unit, freeze. */
import { TABLE_IDS, tableLabel, windowText } from '../../../components/screens/tables.js';
import { SHOWN_ROLES } from '../../snapshot/shown-role.js';
import { PREFIX_LEVELS, type PrefixLevel, type ViewRequest, WINDOWS } from '../../snapshot/snapshot.js';
import { notHere } from './ui-requests.js';
import { refreshTables, shownTick, type UiState, type UiStep, visibleOf, withNotice } from './ui-state.js';
import { sortBy, type TableState } from './ui-tables.js';
import { visibleTexts } from './ui-texts.js';

const step = (state: UiState): UiStep => ({ state, effects: [] });

export function changeView(state: UiState, view: ViewRequest): UiStep {
  const next = refreshTables({ ...state, view });
  const held = state.frozen ? withNotice(next, 'Frozen: p shows the new view.', 'accent') : next;
  return { state: held, effects: [{ kind: 'setView', view }] };
}

/** Header of the packets that count, where they travel in tunnels. */
export function changeLayer(state: UiState): UiStep {
  const layer = state.view.layer === 'outer' ? 'inner' : 'outer';
  const hasTunnels = (shownTick(state)?.snapshot.totals.tunnelled ?? 0) > 0;
  const words = layer === 'inner' ? 'inner headers, behind tunnels' : 'outer headers';
  const next = withNotice(state, `Addresses of ${words}${hasTunnels ? '' : ': no tunnel seen, both are the same'}`);
  return changeView(next, { ...state.view, layer });
}

/** Tables that are sorted by the rate go with it. */
export function changeUnit(state: UiState): UiState {
  const unit = state.unit === 'pps' ? 'bps' : 'pps';
  const tables = { ...state.tables };
  const texts = { ...state.texts };
  const inUnit = (table: TableState, visible: number) =>
    table.sort === state.unit ? sortBy(table, unit, table.isDescending, visible) : table;
  for (const id of TABLE_IDS) tables[id] = inUnit(tables[id], visibleOf(state, id));
  for (const role of SHOWN_ROLES) texts[role] = inUnit(texts[role], visibleTexts(state));
  return { ...state, unit, tables, texts };
}

export function aggregate(state: UiState): UiStep {
  if (state.screen === 'requests') return notHere(state, 'aggregate');
  if (state.focus !== 'sources' && state.focus !== 'targets') {
    return step(withNotice(state, 'Only source and target addresses can be grouped.', 'dim'));
  }
  const name = state.focus === 'sources' ? 'sourceLevel' : 'targetLevel';
  const level = ((state.view[name] + 1) % PREFIX_LEVELS.length) as PrefixLevel;
  const { v4, v6 } = PREFIX_LEVELS[level];
  const next = withNotice(state, `${tableLabel(state.focus)} by /${v4} (IPv6 /${v6})`);
  return changeView(next, { ...state.view, [name]: level });
}

/** From the window asked for, or the one that is shown when none was. */
export function changeWindow(state: UiState, by: 1 | -1): UiStep {
  const { window } = state.view;
  const now = window === 'auto' ? (shownTick(state)?.snapshot.window ?? '3s') : window;
  const next = WINDOWS[WINDOWS.indexOf(now) + by];
  if (next === undefined)
    return step(withNotice(state, `This is the ${by > 0 ? 'longest' : 'shortest'} window.`, 'dim'));
  return changeView(withNotice(state, `rates of ${windowText(next)}`), { ...state.view, window: next });
}

export function toggleFreeze(state: UiState): UiState {
  if (state.frozen) return refreshTables({ ...state, frozen: null });
  return state.newest ? { ...state, frozen: { tick: state.newest, sinceMs: state.nowMs } } : state;
}
