/** What each named action does to the state. Keys come from the keymap; anything not in it does nothing. */
import type { TableId } from '../../components/panels/talker-columns.js';
import { SORT_IDS } from '../../components/panels/talker-columns.js';
import { tablesOf } from '../../components/screens/layout.js';
import type { ScreenId } from '../../components/screens/screen-props.js';
import { TABLE_IDS, tableLabel, windowText } from '../../components/screens/tables.js';
import { cleanText } from '../format/clean-text.js';
import type { LiveMitigation } from '../mitigation/types.js';
import {
  type FilterPart,
  PREFIX_LEVELS,
  type PrefixLevel,
  TEXT_ROLES,
  type ViewRequest,
  WINDOWS,
} from '../snapshot/snapshot.js';
import { type ActionName, actionOf } from './keymap.js';
import { askForEvidence } from './ui-evidence.js';
import {
  isUnconfirmed,
  type MitigationStep,
  pressApply,
  pressConfirm,
  pressNarrow,
  pressUndo,
} from './ui-mitigation.js';
import { openFromChoice } from './ui-mitigation-request.js';
import { askForTexts, notHere } from './ui-requests.js';
import {
  chosenIncident,
  layoutOf,
  refreshTables,
  shownTick,
  type UiEffect,
  type UiState,
  type UiStep,
  visibleOf,
  withNotice,
} from './ui-state.js';
import { clearMarks, clearSelection, moveCursor, sortBy, type TableState, toggleMark } from './ui-tables.js';
import { chosenTexts, focusedText, moveTextFocus, visibleTexts, withText } from './ui-texts.js';

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });

export function pressKey(state: UiState, key: string): UiStep {
  return askForTexts(press(state, key));
}

function press(state: UiState, key: string): UiStep {
  if (state.overlay?.kind === 'quit') return pressInQuit(state, key);
  const scope = state.overlay?.kind === 'mitigation' ? 'panel' : 'screen';
  const action = actionOf(key, scope);
  // Enter is Cancel while the panel has the focus on Cancel, which it always has.
  if (scope === 'panel' && key === 'enter') return step(closePanel(state));
  if (action === null) return step(state);
  if (state.overlay?.kind === 'help') return pressInHelp(state, action);
  return act(state, action);
}

function act(state: UiState, action: ActionName): UiStep {
  switch (action) {
    case 'screen.overview':
    case 'screen.talkers':
    case 'screen.requests':
    case 'screen.incidents':
    case 'screen.actions':
    case 'screen.log':
      return step(openScreen(state, action.slice('screen.'.length) as ScreenId));
    case 'pane.next':
      return step(movePane(state, 1));
    case 'pane.previous':
      return step(movePane(state, -1));
    case 'cursor.down':
      return step(moveBy(state, 1));
    case 'cursor.up':
      return step(moveBy(state, -1));
    case 'cursor.pageDown':
      return step(moveBy(state, pageOf(state)));
    case 'cursor.pageUp':
      return step(moveBy(state, -pageOf(state)));
    case 'cursor.top':
      return step(moveBy(state, Number.NEGATIVE_INFINITY));
    case 'cursor.bottom':
      return step(moveBy(state, Number.POSITIVE_INFINITY));
    case 'drill':
      return drill(state);
    case 'escape':
      return goBack(state);
    case 'sort.next':
      return step(
        withTable(state, (table, visible) =>
          sortBy(table, SORT_IDS[(SORT_IDS.indexOf(table.sort) + 1) % SORT_IDS.length]!, table.isDescending, visible),
        ),
      );
    case 'sort.reverse':
      return step(withTable(state, (table, visible) => sortBy(table, table.sort, !table.isDescending, visible)));
    case 'unit':
      return step(changeUnit(state));
    case 'aggregate':
      return aggregate(state);
    case 'window.shorter':
      return changeWindow(state, -1);
    case 'window.longer':
      return changeWindow(state, 1);
    case 'layer':
      return changeLayer(state);
    case 'mark':
      return step(withTable(state, (table) => toggleMark(table, state.nowMs)));
    case 'freeze':
      return step(toggleFreeze(state));
    case 'theme': {
      const { themes } = state.options;
      const themeName = themes[(themes.indexOf(state.themeName) + 1) % themes.length]!;
      return step(withNotice({ ...state, themeName }, `theme: ${themeName}`));
    }
    case 'copy':
      return copy(state);
    case 'evidence':
      return state.screen === 'requests' ? notHere(state, 'evidence') : askForEvidence(state);
    case 'mitigate':
      return state.screen === 'requests' && !isUnconfirmed(state.mitigation)
        ? notHere(state, 'mitigate')
        : openFromChoice(state);
    case 'mitigate.apply':
      return withMitigation(state, (view) => pressApply(view, state.nowMs));
    case 'mitigate.narrow':
      return withMitigation(state, (view) => pressNarrow(view, state.nowMs));
    case 'confirm':
      return confirm(state);
    case 'undo':
      return undo(state);
    case 'help':
      return step({ ...state, overlay: { kind: 'help', scroll: 0 } });
    case 'quit':
      return quit(state);
    case 'quit.now':
      return step(state, { kind: 'quit' });
    case 'repaint':
      return step(state, { kind: 'repaint' });
    case 'suspend':
      return step(state, { kind: 'suspend' });
  }
}

function pressInHelp(state: UiState, action: ActionName): UiStep {
  const scroll = state.overlay?.kind === 'help' ? state.overlay.scroll : 0;
  const to = (lines: number): UiStep => step({ ...state, overlay: { kind: 'help', scroll: Math.max(0, lines) } });
  if (action === 'cursor.down') return to(scroll + 1);
  if (action === 'cursor.up') return to(scroll - 1);
  if (action === 'cursor.pageDown') return to(scroll + 10);
  if (action === 'cursor.pageUp') return to(scroll - 10);
  if (['quit.now', 'repaint', 'suspend'].includes(action)) return act(state, action);
  return ['help', 'escape', 'quit'].includes(action) ? step({ ...state, overlay: null }) : step(state);
}

/** Leaving with an undecided rule is a decision: c keeps it, z takes it back, q leaves it to the kernel. */
function pressInQuit(state: UiState, key: string): UiStep {
  const open = { ...state, overlay: null };
  if (key === 'q' || key === 'ctrl-c') return step(open, { kind: 'quit' });
  if (key === 'c') return confirm(open);
  if (key === 'z') return undo(open);
  return key === 'escape' || key === 'enter' ? step(open) : step(state);
}

function openScreen(state: UiState, screen: ScreenId): UiState {
  const focus = screen === 'incidents' ? 'incidents' : state.focus === 'incidents' ? 'sources' : state.focus;
  return refreshTables({ ...state, screen, focus, overlay: null, detailScroll: 0, logScroll: 0 });
}

function movePane(state: UiState, by: 1 | -1): UiState {
  if (state.screen === 'requests') return moveTextFocus(state, by);
  if (state.screen !== 'overview' && state.screen !== 'talkers') return state;
  const layout = layoutOf(state);
  const panes: (TableId | 'incidents')[] = [...tablesOf(layout)];
  if (panes.length === 0) panes.push(...TABLE_IDS);
  if (layout.rows.some((row) => row.panes.some((pane) => pane.kind === 'incidents'))) panes.push('incidents');
  const focus = panes[(panes.indexOf(state.focus) + by + panes.length) % panes.length]!;
  return { ...state, focus };
}

function withTable(state: UiState, change: (table: TableState, visible: number) => TableState): UiState {
  if (state.screen === 'requests') return withText(state, change);
  if (state.focus === 'incidents' || (state.screen !== 'overview' && state.screen !== 'talkers')) return state;
  const id = state.focus;
  return { ...state, tables: { ...state.tables, [id]: change(state.tables[id], visibleOf(state, id)) } };
}

function pageOf(state: UiState): number {
  if (state.screen === 'requests') return Math.max(1, visibleTexts(state) - 1);
  return state.focus === 'incidents' ? 5 : Math.max(1, visibleOf(state, state.focus) - 1);
}

function moveBy(state: UiState, delta: number): UiState {
  if (state.overlay?.kind === 'mitigation' && state.mitigation) {
    const scroll = Math.min(Math.max(0, state.mitigation.scroll + (Number.isFinite(delta) ? delta : delta * 1)), 500);
    return { ...state, mitigation: { ...state.mitigation, scroll } };
  }
  const clamp = (value: number, count: number) => Math.max(0, Math.min(value, count - 1));
  if (state.screen === 'log') return { ...state, logScroll: Math.max(0, Math.min(state.logScroll - delta, 500)) };
  if (state.screen === 'actions')
    return { ...state, actionIndex: clamp(state.actionIndex + delta, state.actions.length) };
  if (state.focus === 'incidents') {
    const incidents = shownTick(state)?.incidents ?? [];
    const at = incidents.findIndex((incident) => incident.id === state.incidentId);
    const incidentId = incidents[clamp(Math.max(at, 0) + delta, incidents.length)]?.id ?? null;
    return { ...state, incidentId, detailScroll: 0 };
  }
  return withTable(state, (table, visible) => moveCursor(table, delta, state.nowMs, visible));
}

const FILTER_FIELDS: Readonly<Partial<Record<TableId, FilterPart['field']>>> = {
  sources: 'source',
  targets: 'target',
  sourcePorts: 'sourcePort',
  targetPorts: 'targetPort',
};

function drill(state: UiState): UiStep {
  if (state.focus === 'incidents') return drillIncident(state);
  if (state.screen === 'requests') return notHere(state, 'drill');
  if (state.screen !== 'overview' && state.screen !== 'talkers') return step(state);
  const field = FILTER_FIELDS[state.focus];
  const { rows, index } = state.tables[state.focus];
  const value = rows[index]?.key;
  if (!field || value === undefined) return step(withNotice(state, 'Enter narrows by an address or a port.', 'dim'));
  const others = state.view.filter.filter((part) => part.field !== field || part.value !== value);
  return changeView(state, { ...state.view, filter: [...others, { field, value }] });
}

function drillIncident(state: UiState): UiStep {
  const incident = chosenIncident(state);
  if (state.screen !== 'incidents') return step(openScreen(state, 'incidents'));
  if (!incident) return step(state);
  const next = openScreen(state, 'overview');
  return changeView(next, { ...state.view, filter: [{ field: 'target', value: incident.target }] });
}

function closePanel(state: UiState): UiState {
  const isDecided = !isUnconfirmed(state.mitigation) && state.mitigation?.phase !== 'confirmed';
  return { ...state, overlay: null, mitigation: isDecided ? null : state.mitigation };
}

/** One thing at a time: panel, marks, last filter, selection. */
function goBack(state: UiState): UiStep {
  if (state.overlay) return step(closePanel(state));
  if (hasMarks(state)) return step(withTable(state, clearMarks));
  if (state.view.filter.length > 0) return changeView(state, { ...state.view, filter: state.view.filter.slice(0, -1) });
  if (state.screen !== 'overview') return step(openScreen(state, 'overview'));
  return step(withTable(state, clearSelection));
}

/** In the table with the cursor. */
function hasMarks(state: UiState): boolean {
  if (state.screen === 'requests') return state.texts[focusedText(state) ?? 'httpUris'].marked.size > 0;
  return state.focus !== 'incidents' && state.tables[state.focus].marked.size > 0;
}

function changeView(state: UiState, view: ViewRequest): UiStep {
  const next = refreshTables({ ...state, view });
  const held = state.frozen ? withNotice(next, 'Frozen: p shows the new view.', 'accent') : next;
  return step(held, { kind: 'setView', view });
}

/** Header of the packets that count, where they travel in tunnels. */
function changeLayer(state: UiState): UiStep {
  const layer = state.view.layer === 'outer' ? 'inner' : 'outer';
  const hasTunnels = (shownTick(state)?.snapshot.totals.tunnelled ?? 0) > 0;
  const words = layer === 'inner' ? 'inner headers, behind tunnels' : 'outer headers';
  const next = withNotice(state, `Addresses of ${words}${hasTunnels ? '' : ': no tunnel seen, both are the same'}`);
  return changeView(next, { ...state.view, layer });
}

/** Tables that are sorted by the rate go with it. */
function changeUnit(state: UiState): UiState {
  const unit = state.unit === 'pps' ? 'bps' : 'pps';
  const tables = { ...state.tables };
  const texts = { ...state.texts };
  const inUnit = (table: TableState, visible: number) =>
    table.sort === state.unit ? sortBy(table, unit, table.isDescending, visible) : table;
  for (const id of TABLE_IDS) tables[id] = inUnit(tables[id], visibleOf(state, id));
  for (const role of TEXT_ROLES) texts[role] = inUnit(texts[role], visibleTexts(state));
  return { ...state, unit, tables, texts };
}

function aggregate(state: UiState): UiStep {
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
function changeWindow(state: UiState, by: 1 | -1): UiStep {
  const { window } = state.view;
  const now = window === 'auto' ? (shownTick(state)?.snapshot.window ?? '3s') : window;
  const next = WINDOWS[WINDOWS.indexOf(now) + by];
  if (next === undefined)
    return step(withNotice(state, `This is the ${by > 0 ? 'longest' : 'shortest'} window.`, 'dim'));
  return changeView(withNotice(state, `rates of ${windowText(next)}`), { ...state.view, window: next });
}

function toggleFreeze(state: UiState): UiState {
  if (state.frozen) return refreshTables({ ...state, frozen: null });
  return state.newest ? { ...state, frozen: { tick: state.newest, sinceMs: state.nowMs } } : state;
}

function copy(state: UiState): UiStep {
  let text = '';
  if (state.overlay?.kind === 'mitigation') {
    const steps = state.mitigation?.plan?.steps ?? [];
    text = steps.map(({ argv, stdin }) => [argv.join(' '), stdin].filter(Boolean).join('\n')).join('\n');
    return text
      ? step(withNotice(state, 'Commands copied.', 'ok'), { kind: 'copy', text: cleanLines(text) })
      : step(state);
  }
  if (state.screen === 'requests') text = chosenTexts(state).join('\n');
  else if (state.focus === 'incidents') text = chosenIncident(state)?.target ?? '';
  else
    text =
      [...state.tables[state.focus].marked].join('\n') ||
      (state.tables[state.focus].rows[state.tables[state.focus].index]?.key ?? '');
  if (!text) return step(state);
  return step(withNotice(state, `Copied: ${text.replaceAll('\n', ' ')}`, 'ok'), {
    kind: 'copy',
    text: cleanLines(text),
  });
}

const cleanLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => cleanText(line, 4000))
    .join('\n');

function withMitigation(state: UiState, change: (view: NonNullable<UiState['mitigation']>) => MitigationStep): UiStep {
  if (!state.mitigation) return step(state);
  const { view, effects } = change(state.mitigation);
  return step({ ...state, mitigation: view }, ...effects);
}

function confirm(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return withMitigation(state, pressConfirm);
  const action = state.screen === 'actions' ? state.actions[state.actionIndex] : undefined;
  if (action?.state !== 'unconfirmed' || state.options.cannotAct !== null) return step(state);
  return step(state, { kind: 'confirm', id: action.id });
}

function undo(state: UiState): UiStep {
  if (state.options.cannotAct !== null) return step(withNotice(state, state.options.cannotAct, 'suspect'));
  const selected = state.screen === 'actions' && !state.overlay ? state.actions[state.actionIndex] : undefined;
  if (selected) return step(withNotice(state, undoingWords(selected)), { kind: 'undo', id: selected.id });
  if (state.mitigation?.plan && (isUnconfirmed(state.mitigation) || state.mitigation.phase === 'confirmed'))
    return withMitigation(state, pressUndo);
  const newest = state.actions.at(-1);
  if (state.overlay || !newest) return step(state.overlay ? state : withNotice(state, 'Nothing to undo.', 'dim'));
  return step(withNotice(state, undoingWords(newest)), { kind: 'undo', id: newest.id });
}

const undoingWords = ({ prefixes, targets }: LiveMitigation): string =>
  `Undoing ${[...prefixes, ...targets].join(' ')}`;

function quit(state: UiState): UiStep {
  if (state.overlay) return step(closePanel(state));
  if (state.screen !== 'overview') return step(openScreen(state, 'overview'));
  if (isUnconfirmed(state.mitigation)) return step({ ...state, overlay: { kind: 'quit' } });
  return step(state, { kind: 'quit' });
}
