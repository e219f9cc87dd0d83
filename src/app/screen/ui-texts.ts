/** The tables of texts on screen 4, and which of them has the cursor. */

import { visibleRows } from '../../../components/panels/TalkerPanel.js';
import { shownText } from '../../../components/panels/text-roles.js';
import { type RequestsLayout, requestsLayout, textPaneHeight } from '../../../components/screens/requests-layout.js';
import { EDGE_ROLES } from '../../records/edge-role.js';
import type { ShownRole } from '../../snapshot/shown-role.js';
import { type TalkerTop, TEXT_ROLES } from '../../snapshot/snapshot.js';
import { shownTick } from './shown-tick.js';
import type { UiState } from './ui-state.js';
import { chosenKeys, refreshTable, type TableState } from './ui-tables.js';

/** Of a text that is copied: more than is kept of one. */
const MOST_COPIED_CELLS = 8000;

function layoutFor(state: UiState, focus: ShownRole | null): RequestsLayout {
  const { edge, columns, rows } = state;
  const seen = edge.isShown ? (edge.view?.seen ?? []) : (shownTick(state)?.snapshot.texts?.seen ?? []);
  const hasFilter = (edge.isShown ? edge.filter : state.view.filter).length > 0;
  return requestsLayout({ columns, rows, hasFilter, seen, focus, isEdge: edge.isShown });
}

/** The table with the cursor: the one it was put in, else the first there is. */
export function focusedText(state: UiState): ShownRole | null {
  const { order } = layoutFor(state, state.textFocus);
  if (state.textFocus !== null && order.includes(state.textFocus)) return state.textFocus;
  return order[0] ?? null;
}

export const requestsLayoutOf = (state: UiState): RequestsLayout => layoutFor(state, focusedText(state));

/** New figures, from the picture that is shown. */
export function refreshTexts(state: UiState): UiState {
  if (state.screen !== 'requests') return state;
  const { edge } = state;
  const tops: Partial<Record<ShownRole, TalkerTop>> =
    (edge.isShown ? edge.view?.tops : shownTick(state)?.snapshot.texts?.tops) ?? {};
  const layout = requestsLayoutOf(state);
  const texts = { ...state.texts };
  for (const role of edge.isShown ? EDGE_ROLES : TEXT_ROLES) {
    const visible = visibleRows(textPaneHeight(layout, role));
    texts[role] = refreshTable(texts[role], tops[role]?.rows ?? [], state.nowMs, visible);
  }
  return { ...state, texts };
}

/** To the next table there is, on whatever page. */
export function moveTextFocus(state: UiState, by: 1 | -1): UiState {
  const { order } = layoutFor(state, state.textFocus);
  const focus = focusedText(state);
  if (focus === null) return state;
  const textFocus = order[(order.indexOf(focus) + by + order.length) % order.length] as ShownRole;
  return refreshTexts({ ...state, textFocus });
}

/** Changes the table with the cursor; from then on the cursor stays in it. */
export function withText(state: UiState, change: (table: TableState, visible: number) => TableState): UiState {
  const role = focusedText(state);
  if (role === null) return state;
  const table = change(state.texts[role], visibleTexts(state));
  return { ...state, textFocus: role, texts: { ...state.texts, [role]: table } };
}

/** Rows that table shows. */
export function visibleTexts(state: UiState): number {
  const role = focusedText(state);
  return role === null ? 0 : visibleRows(textPaneHeight(requestsLayoutOf(state), role));
}

/** The marked texts, else the one under the cursor, clean and in full. */
export function chosenTexts(state: UiState): string[] {
  const role = focusedText(state);
  if (role === null) return [];
  return chosenKeys(state.texts[role]).map((key) => shownText(role, key, MOST_COPIED_CELLS));
}
