/** Screen 4 when a zone is watched: which picture it shows, what is asked of the edge's worker, filters and labels. Pure. */

import type { EdgeLabel, EdgeUi } from '../../../components/panels/edge-props.js';
import { edgeFilterWords, TEXT_WORDS } from '../../../components/panels/text-roles.js';
import { VOTE_ROLES } from '../../incident/site-incident.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import { EDGE_ROLES, type EdgeRole, type EdgeViewRequest } from '../../records/edge-role.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { RulesView } from '../../snapshot/rules-view.js';
import { isEdgeRole } from '../../snapshot/shown-role.js';
import { chosenAttack, isOnNetwork, notOnNetwork } from './ui-edge-network.js';
import { lackingFor } from './ui-edge-rights.js';
import { type UiEffect, type UiState, type UiStep, withNotice } from './ui-state.js';
import { chosenKeys, EMPTY_TABLE } from './ui-tables.js';
import { focusedText, refreshTexts } from './ui-texts.js';

export type EdgeEffect =
  /** What its tables should hold. */
  | { readonly kind: 'setEdgeView'; readonly view: EdgeViewRequest }
  /** The edge is to leave out what does not match the filter, or to send everything again. */
  | { readonly kind: 'askIntel'; readonly address: string }
  | { readonly kind: 'filterAtEdge'; readonly isOn: boolean };

const MOST_LABELS = 32;
const MOST_CHIPS = 8;
const MOST_DROPS = 900;
const MOST_REMARKS = 20;
const NO_ROLES: readonly EdgeRole[] = [];
const OUR_RULES: readonly EdgeRole[] = ['edgeRules'];

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });
const withEdge = (state: UiState, change: Partial<EdgeUi>): UiState => ({
  ...state,
  edge: { ...state.edge, ...change },
});

/** A new picture; one that is held stays. */
export function takeEdge(state: UiState, view: EdgeView): UiState {
  if (state.frozen !== null && state.edge.view !== null) return state;
  const isOther = JSON.stringify(state.edge.view?.view.filter) !== JSON.stringify(view.view.filter);
  const next = withEdge(isOther ? withoutTables(state) : state, { view });
  return next.screen === 'requests' && next.edge.isShown ? refreshTexts(next) : next;
}

/** Other rows than before: nothing of the old order, cursor or marks means anything any more. */
function withoutTables(state: UiState): UiState {
  const texts = { ...state.texts };
  for (const role of EDGE_ROLES) {
    const { sort, isDescending } = texts[role];
    texts[role] = { ...EMPTY_TABLE, sort, isDescending };
  }
  return { ...state, texts };
}

export function remarkOnEdge(state: UiState, text: string): UiState {
  const { view, remarks } = state.edge;
  return withEdge(state, { remarks: [...remarks, text].slice(-MOST_REMARKS), ...(view === null ? { why: text } : {}) });
}

/** What a firewall here drops, for the line below the requests. */
export function noteDrops(state: UiState, { rows, atMs, state: now }: RulesView): UiState {
  if (!state.edge.isWatched || now !== 'live') return state;
  const sec = atMs / 1000;
  const { drops } = state.edge;
  if ((drops.at(-1)?.sec ?? 0) >= sec) return state;
  const dropping = rows.filter(({ verdict, kind }) => verdict === 'drop' && kind !== 'counter');
  if (dropping.length > 0 && dropping.every(({ pps }) => pps === null)) return state;
  const pps = dropping.reduce((sum, row) => sum + (row.pps ?? 0), 0);
  return withEdge(state, { drops: [...drops, { sec, pps }].slice(-MOST_DROPS) });
}

/** Asks the edge's worker for what is shown; other screens ask for no tables, so that they cost nothing there. */
export function askForEdge({ state, effects }: UiStep, before: UiState): UiStep {
  if (!state.edge.isWatched) return { state, effects };
  const wanted = wantedOf(state);
  if (JSON.stringify(wanted) === JSON.stringify(wantedOf(before))) return { state, effects };
  return { state, effects: [...effects, { kind: 'setEdgeView', view: wanted }] };
}

export function wantedOf({ screen, edge, view, actions }: UiState): EdgeViewRequest {
  const isLooked = screen === 'requests' && edge.isShown && !edge.isNetwork;
  if (isLooked) return { window: view.window, rows: view.rows, roles: EDGE_ROLES, filter: edge.filter };
  // Whether a rule of ours matches is told by the log, and what a host with far more requests than before gets as well.
  const rules = actions.some(({ edgeRules = [] }) => edgeRules.length > 0) ? OUR_RULES : NO_ROLES;
  const votes = (edge.view?.onsets.length ?? 0) > 0 ? VOTE_ROLES : NO_ROLES;
  return { window: view.window, rows: view.rows, roles: [...rules, ...votes], filter: edge.filter };
}

/** What the log says of rules of ours, since it is read. */
export function withEdgeHits(actions: readonly LiveMitigation[], { edge }: UiState): readonly LiveMitigation[] {
  const rows = edge.view?.tops.edgeRules?.rows ?? [];
  const sum = (ids: readonly string[], of: 'packets' | 'bytes') =>
    rows.filter(({ key }) => ids.includes(key)).reduce((total, row) => total + row[of], 0);
  return actions.map((action) =>
    action.edgeRules === undefined
      ? action
      : { ...action, packets: sum(action.edgeRules, 'packets'), bytes: sum(action.edgeRules, 'bytes') },
  );
}

/** Enter: only requests like this one. */
export function drillEdge(state: UiState): UiStep {
  if (isOnNetwork(state)) return notOnNetwork(state);
  const chosen = chosenTextsOf(state);
  const value = chosen?.keys[0];
  if (chosen === null || value === undefined) return step(state);
  const { filter } = state.edge;
  if (filter.length >= MOST_CHIPS) return step(withNotice(state, `${MOST_CHIPS} filters are the most.`, 'suspect'));
  const others = filter.filter(({ role }) => role !== chosen.role);
  return step(withEdge(state, { filter: [...others, { role: chosen.role, value }] }));
}

/** Esc: the last chip off; null when there is none. */
export function leaveEdge(state: UiState): UiStep | null {
  const { filter, isShown, isFilteredThere } = state.edge;
  if (state.screen !== 'requests' || !isShown || filter.length === 0) return null;
  const left = filter.slice(0, -1);
  const isOff = isFilteredThere && left.length === 0;
  const next = withEdge(state, { filter: left, ...(isOff ? { isFilteredThere: false } : {}) });
  return isOff ? step(next, { kind: 'filterAtEdge', isOn: false }) : step(next);
}

/** `F`: the filter is put into the log session, or taken out of it. */
export function toggleFilterThere(state: UiState): UiStep {
  const { isShown, filter, isFilteredThere } = state.edge;
  if (state.screen !== 'requests' || !isShown)
    return step(withNotice(state, 'A filter at the edge is for screen 4 with a zone.', 'dim'));
  if (filter.length === 0 && !isFilteredThere)
    return step(withNotice(state, 'Nothing to filter by: Enter on a row first.', 'dim'));
  const isOn = !isFilteredThere;
  const words = isOn
    ? `The edge sends only ${filter.map(edgeFilterWords).join(', ')}: totals are of that too.`
    : 'The edge sends everything again.';
  return step(withNotice(withEdge(state, { isFilteredThere: isOn }), words, 'accent'), { kind: 'filterAtEdge', isOn });
}

/** `I`: asked for one client at a time, since each is a call. */
export function askIntel(state: UiState): UiStep {
  const chosen = state.screen === 'requests' && state.edge.isShown ? chosenTextsOf(state) : null;
  const address = chosen?.role === 'edgeClients' ? chosen.keys[0] : undefined;
  if (address === undefined) return step(withNotice(state, 'Choose a client on screen 4 of an edge first.', 'dim'));
  const lacking = lackingFor(state, 'intel');
  if (lacking !== null) return step(withNotice(state, `The token lacks "${lacking}".`, 'suspect'));
  const intel = { address, words: 'asking Cloudflare…' };
  return step(withEdge(state, { intel }), { kind: 'askIntel', address });
}

/** `=` and `-` on a row: good or attack, for the next diff. The same key again takes the label off. */
export function labelEdge(state: UiState, is: EdgeLabel['is']): UiStep {
  if (isOnNetwork(state)) return notOnNetwork(state);
  const chosen = chosenTextsOf(state);
  if (chosen === null || chosen.keys.length === 0) return step(state);
  const { role, keys } = chosen;
  const isOff = state.edge.labels.some((label) => label.role === role && label.value === keys[0] && label.is === is);
  const others = state.edge.labels.filter((label) => label.role !== role || !keys.includes(label.value));
  const labels = isOff ? others : [...others, ...keys.map((value) => ({ role, value, is }))].slice(-MOST_LABELS);
  const count = (which: EdgeLabel['is']) => labels.filter((label) => label.is === which).length;
  const words = `${count('good')} marked good, ${count('attack')} as attack: d compares them.`;
  return step(withNotice(withEdge(state, { labels }), words, 'accent'));
}

export interface ChosenTexts {
  readonly role: EdgeRole;
  /** As logged: hostile. */
  readonly keys: readonly string[];
}

/** The marked rows of the table with the cursor, else the row under it. */
export function chosenTextsOf(state: UiState): ChosenTexts | null {
  if (isOnNetwork(state)) return null;
  const role = focusedText(state);
  if (role === null || !isEdgeRole(role)) return null;
  return { role, keys: chosenKeys(state.texts[role]) };
}

/** Whose requests a diff compares: the chosen host's, that of the filter, else the one that gets most. */
export function edgeHostOf(state: UiState): string | null {
  if (isOnNetwork(state)) return chosenAttack(state)?.target ?? null;
  const chosen = chosenTextsOf(state);
  if (chosen?.role === 'edgeHosts' && chosen.keys[0] !== undefined) return chosen.keys[0];
  const filtered = state.edge.filter.find(({ role }) => role === 'edgeHosts');
  if (filtered !== undefined) return filtered.value;
  const rows = state.edge.view?.tops.edgeHosts?.rows ?? [];
  return (
    rows.reduce<(typeof rows)[number] | null>((most, row) => (most === null || row.pps > most.pps ? row : most), null)
      ?.key ?? null
  );
}

export const roleWord = (role: EdgeRole): string => TEXT_WORDS[role].one;
