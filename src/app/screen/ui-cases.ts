/** Screen 6 as a queue: what is chosen in it, what keys do to it, the two panels above it. Pure; the store and the hooks are behind effects. */
import type { Overlay } from '../../../components/screens/screen-props.js';
import type { OperatorMark } from '../../incident/journal-event.js';
import { duplicateOf, type QueueRow, queueOf } from '../../incident/queue.js';
import type { IncidentRow } from '../../incident/store/incident-row.js';
import type { CasesNews } from '../incidents/cases-door.js';
import { shownTick, type UiEffect, type UiState, type UiStep, withNotice } from './ui-state.js';

export type CasesEffect =
  | { readonly kind: 'acknowledge'; readonly incidentId: string }
  | {
      readonly kind: 'markIncident';
      readonly incidentId: string;
      readonly mark: OperatorMark | null;
      readonly of: string | null;
    }
  | { readonly kind: 'openCase'; readonly incidentId: string }
  | { readonly kind: 'tellHook'; readonly hook: string; readonly incidentId: string }
  | { readonly kind: 'testHook'; readonly hook: string }
  | { readonly kind: 'lookAtTeam' };

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });
const NOT_KEPT = 'Incidents of this source are not kept: a live one is, or a capture with --store DIR.';

/** New incidents of the traffic or of the store: the list anew, the cursor on what it was on. */
export function refreshQueue(state: UiState): UiState {
  const rows = queueOf(shownTick(state)?.incidents ?? [], state.cases.stored);
  return { ...state, cases: { ...state.cases, rows } };
}

export function takeCases(state: UiState, news: CasesNews): UiState {
  switch (news.kind) {
    case 'rows':
      return refreshQueue(withCases(state, { stored: news.rows as readonly IncidentRow[] }));
    case 'opened':
      return withCases(state, { opened: news.stored });
    case 'hooks':
      return withCases(state, { hooks: news.hooks });
    case 'team':
      return withCases(state, { team: news.team });
    case 'why':
      return withCases(state, { why: news.text });
  }
}

function withCases(state: UiState, change: Partial<UiState['cases']>): UiState {
  return { ...state, cases: { ...state.cases, ...change } };
}

/** The row under the cursor; without one the first. */
export function chosenRow({ cases, incidentId }: UiState): QueueRow | null {
  return cases.rows.find(({ id }) => id === incidentId) ?? cases.rows[0] ?? null;
}

export function moveInQueue(state: UiState, delta: number): UiState {
  const { rows } = state.cases;
  const at = rows.findIndex(({ id }) => id === state.incidentId);
  const to = Math.max(0, Math.min(Math.max(at, 0) + delta, rows.length - 1));
  return { ...state, incidentId: rows[to]?.id ?? null, detailScroll: 0 };
}

/** What is kept of the chosen one is read when the cursor comes to it. */
export function askForCase({ state, effects }: UiStep, before: UiState): UiStep {
  const chosen = state.screen === 'incidents' ? chosenRow(state) : null;
  if (chosen === null || state.cases.why !== null) return { state, effects };
  const isSame = before.screen === 'incidents' && chosenRow(before)?.id === chosen.id;
  if (isSame || state.cases.opened?.incident.id === chosen.id) return { state, effects };
  return {
    state: withCases(state, { opened: null }),
    effects: [...effects, { kind: 'openCase', incidentId: chosen.id }],
  };
}

/** `i`: seen, and from here it can be called what it is. */
export function acknowledge(state: UiState): UiStep {
  const chosen = chosenRow(state);
  if (chosen === null) return step(withNotice(state, 'There is no incident.', 'suspect'));
  if (state.cases.why !== null) return step(withNotice(state, NOT_KEPT, 'suspect'));
  const next: UiState = { ...state, overlay: { kind: 'triage', incidentId: chosen.id } };
  return chosen.acknowledgedAt === null ? step(next, { kind: 'acknowledge', incidentId: chosen.id }) : step(next);
}

/** `o`: where this incident can be told. */
export function openHooks(state: UiState): UiStep {
  if (state.cases.hooks.length === 0)
    return step(
      withNotice(state, 'No hook is configured: docs/config.md has examples, --config names a file.', 'suspect'),
    );
  return step({
    ...withCases(state, { hookIndex: 0 }),
    overlay: { kind: 'hooks', incidentId: chosenRow(state)?.id ?? null },
  });
}

/** `6` on screen 6: figures of the team, and back. */
export function otherIncidentsPage(state: UiState): UiStep {
  const page = state.cases.page === 'queue' ? 'team' : 'queue';
  const next = withCases(state, { page });
  return page === 'team' ? step(next, { kind: 'lookAtTeam' }) : step(next);
}

const MARKS: Readonly<Record<string, OperatorMark>> = { t: 'true-positive', f: 'false-positive', s: 'test' };

export function pressInTriage(state: UiState, overlay: Overlay & { readonly kind: 'triage' }, key: string): UiStep {
  const closed = { ...state, overlay: null };
  const { incidentId } = overlay;
  const mark = MARKS[key];
  if (mark !== undefined) return step(closed, { kind: 'markIncident', incidentId, mark, of: null });
  if (key === 'u') return step(closed, { kind: 'markIncident', incidentId, mark: null, of: null });
  if (key === 'd') {
    const of = duplicateOf(state.cases.rows, incidentId);
    if (of === null)
      return step(
        withNotice(state, 'No other incident has this target: ddostop incidents mark can name one.', 'suspect'),
      );
    return step(closed, { kind: 'markIncident', incidentId, mark: 'duplicate', of: of.id });
  }
  if (key === 'ctrl-c') return step(closed, { kind: 'quit' });
  return ['escape', 'enter', 'q', 'i'].includes(key) ? step(closed) : step(state);
}

/** Enter is Cancel, as in every panel that can act. */
export function pressInHooks(state: UiState, overlay: Overlay & { readonly kind: 'hooks' }, key: string): UiStep {
  const { hooks, hookIndex } = state.cases;
  const hook = hooks[hookIndex];
  const closed = { ...state, overlay: null };
  if (key === 'j' || key === 'down')
    return step(withCases(state, { hookIndex: Math.min(hookIndex + 1, hooks.length - 1) }));
  if (key === 'k' || key === 'up') return step(withCases(state, { hookIndex: Math.max(0, hookIndex - 1) }));
  if (key === 'x' && hook !== undefined)
    return step(withNotice(state, `Testing ${hook.name}…`), { kind: 'testHook', hook: hook.name });
  if (key === 'A' && hook !== undefined) {
    if (overlay.incidentId === null) return step(withNotice(state, 'There is no incident to tell.', 'suspect'));
    return step(withNotice(state, `Telling ${hook.name}…`), {
      kind: 'tellHook',
      hook: hook.name,
      incidentId: overlay.incidentId,
    });
  }
  if (key === 'ctrl-c') return step(closed, { kind: 'quit' });
  return ['escape', 'enter', 'q', 'o'].includes(key) ? step(closed) : step(state);
}
