/** What each named action does to the state. Keys come from the keymap; anything not in it does nothing. */
import { SORT_IDS, type TableId } from '../../../components/panels/talker-columns.js';
import type { Overlay, ScreenId } from '../../../components/screens/screen-props.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { FilterPart } from '../../snapshot/snapshot.js';
import { type ActionName, actionOf } from './keymap.js';
import { applyAgain, extendAction, openAudit, toggleKeep } from './ui-actions.js';
import { acknowledge, askForCase, openHooks, otherIncidentsPage, pressInHooks, pressInTriage } from './ui-cases.js';
import { copy } from './ui-copy.js';
import { moveBy, movePane, openScreen, pageOf, withTable } from './ui-cursor.js';
import { askForDiff, labelRows, nextBackend, nextClause, toggleInDiff } from './ui-diff.js';
import { askForEdge, askIntel, drillEdge, labelEdge, leaveEdge, toggleFilterThere } from './ui-edge.js';
import { openFromEdge, openUnderAttack } from './ui-edge-mitigation.js';
import { otherRequests } from './ui-edge-network.js';
import { askForEvidence } from './ui-evidence.js';
import {
  isUnconfirmed,
  type MitigationStep,
  pressAction,
  pressApply,
  pressConfirm,
  pressNarrow,
  pressUndo,
} from './ui-mitigation.js';
import { openFromChoice, openSenders } from './ui-mitigation-request.js';
import { openFromDiff } from './ui-mitigation-signature.js';
import { askForTexts, notHere } from './ui-requests.js';
import { drillRules, leaveRules } from './ui-rules.js';
import {
  backendOfLive,
  cannotActWith,
  chosenIncident,
  type UiEffect,
  type UiState,
  type UiStep,
  withNotice,
} from './ui-state.js';
import { clearMarks, clearSelection, sortBy, toggleMark } from './ui-tables.js';
import { focusedText } from './ui-texts.js';
import { aggregate, changeLayer, changeUnit, changeView, changeWindow, toggleFreeze } from './ui-view.js';

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });

export function pressKey(state: UiState, key: string): UiStep {
  return askForCase(askForEdge(askForTexts(press(state, key)), state), state);
}

function press(state: UiState, key: string): UiStep {
  if (state.overlay?.kind === 'quit') return pressInQuit(state, key);
  if (state.overlay?.kind === 'triage') return pressInTriage(state, state.overlay, key);
  if (state.overlay?.kind === 'hooks') return pressInHooks(state, state.overlay, key);
  const scope = state.overlay?.kind === 'mitigation' ? 'panel' : 'screen';
  const action = actionOf(key, scope);
  // Enter is Cancel while the panel has the focus on Cancel, which it always has.
  if (scope === 'panel' && key === 'enter') return step(closePanel(state));
  if (action === null) return step(state);
  if (state.overlay?.kind === 'help') return pressInHelp(state, action);
  if (state.overlay?.kind === 'audit') return pressInAudit(state, state.overlay, action);
  return act(state, action);
}

function act(state: UiState, action: ActionName): UiStep {
  switch (action) {
    case 'screen.overview':
    case 'screen.talkers':
    case 'screen.diff':
    case 'screen.requests':
    case 'screen.rules':
    case 'screen.incidents':
    case 'screen.actions':
    case 'screen.log':
      return open(state, action.slice('screen.'.length) as ScreenId);
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
    case 'diff':
      return askForDiff(state);
    case 'label.good':
      return isOnEdge(state) ? labelEdge(state, 'good') : labelRows(state, 'good');
    case 'label.attack':
      return isOnEdge(state) ? labelEdge(state, 'attack') : labelRows(state, 'attack');
    case 'intel':
      return askIntel(state);
    case 'filterThere':
      return toggleFilterThere(state);
    case 'backend':
      return nextBackend(state);
    case 'mark':
      if (state.screen === 'diff') return toggleInDiff(state);
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
      if (state.screen === 'diff' && !isUnconfirmed(state.mitigation)) return openFromDiff(state);
      if (isOnEdge(state)) return openFromEdge(state);
      return state.screen === 'requests' && !isUnconfirmed(state.mitigation)
        ? notHere(state, 'mitigate')
        : openFromChoice(state);
    case 'mitigate.apply':
      return withMitigation(state, (view) => pressApply(view, state.nowMs));
    case 'mitigate.narrow':
      return withMitigation(state, (view) => pressNarrow(view, state.nowMs));
    case 'mitigate.action':
      return withMitigation(state, (view) => pressAction(view, state.nowMs));
    case 'confirm':
      return confirm(state);
    case 'undo':
      return undo(state);
    case 'extend':
      return extendAction(state);
    case 'keep':
      return toggleKeep(state);
    case 'again':
      return applyAgain(state);
    case 'senders':
      return openSenders(state);
    case 'underAttack':
      return openUnderAttack(state);
    case 'triage':
      return acknowledge(state);
    case 'hooks':
      return openHooks(state);
    case 'audit':
      return openAudit(state);
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

/** Counters are read from the first look at them on. */
function open(state: UiState, screen: ScreenId): UiStep {
  if (screen === 'requests' && state.screen === screen && state.overlay === null) return step(otherRequests(state));
  if (screen === 'incidents' && state.screen === screen && state.overlay === null) return otherIncidentsPage(state);
  const next = openScreen(state, screen);
  return screen === 'rules' ? step(next, { kind: 'watchRules' }) : step(next);
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

/** It is read from the bottom: up is back in time. */
function pressInAudit(state: UiState, overlay: Overlay & { readonly kind: 'audit' }, action: ActionName): UiStep {
  const back: Partial<Record<ActionName, number>> = {
    'cursor.up': 1,
    'cursor.down': -1,
    'cursor.pageUp': 10,
    'cursor.pageDown': -10,
  };
  const by = back[action];
  if (by !== undefined) return step({ ...state, overlay: { ...overlay, scroll: Math.max(0, overlay.scroll + by) } });
  if (['quit.now', 'repaint', 'suspend'].includes(action)) return act(state, action);
  return ['audit', 'escape', 'quit'].includes(action) ? step({ ...state, overlay: null }) : step(state);
}

/** Leaving with an undecided rule is a decision: c keeps it, z takes it back, q leaves it to the kernel. */
function pressInQuit(state: UiState, key: string): UiStep {
  const open = { ...state, overlay: null };
  if (key === 'q' || key === 'ctrl-c') return step(open, { kind: 'quit' });
  if (key === 'c') return confirm(open);
  if (key === 'z') return undo(open);
  return key === 'escape' || key === 'enter' ? step(open) : step(state);
}

const FILTER_FIELDS: Readonly<Partial<Record<TableId, FilterPart['field']>>> = {
  sources: 'source',
  targets: 'target',
  sourcePorts: 'sourcePort',
  targetPorts: 'targetPort',
};

function drill(state: UiState): UiStep {
  if (state.screen === 'diff') return step(nextClause(state));
  if (state.screen === 'rules') return drillRules(state);
  if (state.focus === 'incidents') return drillIncident(state);
  if (isOnEdge(state)) return drillEdge(state);
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
  if (!incident)
    return step(withNotice(state, 'This one is not seen now: ddostop incidents show tells what is kept of it.', 'dim'));
  if (incident.scope === 'site') return open(state, 'requests');
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
  if (state.screen === 'rules') return leaveRules(state) ?? step(openScreen(state, 'overview'));
  if (hasMarks(state)) return step(withTable(state, clearMarks));
  const unfiltered = leaveEdge(state);
  if (unfiltered !== null) return unfiltered;
  if (isOnEdge(state)) return step(openScreen(state, 'overview'));
  if (state.view.filter.length > 0) return changeView(state, { ...state.view, filter: state.view.filter.slice(0, -1) });
  if (state.screen !== 'overview') return step(openScreen(state, 'overview'));
  return step(withTable(state, clearSelection));
}

/** What is chosen is a row of an edge's log. */
function isOnEdge({ screen, edge }: UiState): boolean {
  return screen === 'requests' && edge.isShown;
}

/** In the table with the cursor. */
function hasMarks(state: UiState): boolean {
  if (state.screen === 'requests') return state.texts[focusedText(state) ?? 'httpUris'].marked.size > 0;
  return state.focus !== 'incidents' && state.tables[state.focus].marked.size > 0;
}

function withMitigation(state: UiState, change: (view: NonNullable<UiState['mitigation']>) => MitigationStep): UiStep {
  if (!state.mitigation) return step(state);
  const { view, effects } = change(state.mitigation);
  return step({ ...state, mitigation: view }, ...effects);
}

function confirm(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return withMitigation(state, pressConfirm);
  const action = state.screen === 'actions' ? state.actions[state.actionIndex] : undefined;
  if (action?.state !== 'unconfirmed' || cannotActWith(state, backendOfLive(state, action)) !== null)
    return step(state);
  return step(state, { kind: 'confirm', id: action.id });
}

function undo(state: UiState): UiStep {
  const selected = state.screen === 'actions' && !state.overlay ? state.actions[state.actionIndex] : undefined;
  if (selected) return undoLive(state, selected);
  if (state.mitigation?.plan && (isUnconfirmed(state.mitigation) || state.mitigation.phase === 'confirmed'))
    return withMitigation(state, pressUndo);
  const newest = state.actions.at(-1);
  if (newest && !state.overlay) return undoLive(state, newest);
  return step(state.overlay ? state : withNotice(state, state.options.cannotAct ?? 'Nothing to undo.', 'dim'));
}

function undoLive(state: UiState, action: LiveMitigation): UiStep {
  const why = cannotActWith(state, backendOfLive(state, action));
  if (why !== null) return step(withNotice(state, why, 'suspect'));
  return step(withNotice(state, undoingWords(action)), { kind: 'undo', id: action.id });
}

const undoingWords = ({ prefixes, targets, rules }: LiveMitigation): string =>
  `Undoing ${[...prefixes, ...targets, ...(rules === undefined ? [] : [rules.words])].join(' ')}`;

function quit(state: UiState): UiStep {
  if (state.overlay) return step(closePanel(state));
  if (state.screen !== 'overview') return step(openScreen(state, 'overview'));
  if (isUnconfirmed(state.mitigation)) return step({ ...state, overlay: { kind: 'quit' } });
  return step(state, { kind: 'quit' });
}
