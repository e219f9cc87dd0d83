/** What keys do to mitigations that are in force already, or should be: extend, keep while it matches, apply again, the audit log. Pure. */
import type { LiveMitigation, MitigationRequest } from '../../mitigation/types.js';
import type { VanishedMitigation } from '../../mitigation/vanished.js';
import { isUnconfirmed, openMitigation } from './ui-mitigation.js';
import { backendOfLive, cannotActWith, type UiEffect, type UiState, type UiStep, withNotice } from './ui-state.js';

export interface ActionsEffect {
  /** The newest records, to be shown. */
  readonly kind: 'audit';
}

/** Prolonged when so much is left, or a tenth of its life, whichever is more. */
const EXTEND_BELOW_SEC = 30;

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });

/** `e`: a new life for the chosen action. */
export function extendAction(state: UiState): UiStep {
  const action = chosenAction(state);
  if (action === null) return step(withNotice(state, 'Choose an action first (screen 7).', 'suspect'));
  const why = cannotActWith(state, backendOfLive(state, action));
  if (why !== null) return step(withNotice(state, why, 'suspect'));
  if (action.state !== 'confirmed')
    return step(withNotice(state, 'Only a confirmed mitigation is extended: c confirms.', 'suspect'));
  return step(withNotice(state, `Extending ${action.id}…`), { kind: 'extend', id: action.id });
}

/** `E`: keep it for as long as packets match, or not any more. */
export function toggleKeep(state: UiState): UiStep {
  const action = chosenAction(state);
  if (action === null) return step(withNotice(state, 'Choose an action first (screen 7).', 'suspect'));
  const why = cannotActWith(state, backendOfLive(state, action));
  if (why !== null) return step(withNotice(state, why, 'suspect'));
  const kept = new Map(state.kept);
  if (kept.delete(action.id)) return step(withNotice({ ...state, kept }, `${action.id} ends with its time.`));
  kept.set(action.id, action.packets);
  const words = `${action.id} is extended while packets match it, as long as this program runs.`;
  return step(withNotice({ ...state, kept }, words, 'ok'));
}

/** Those that are kept, are near their end and have matched since they were extended. */
export function keepMatching(state: UiState): UiStep {
  if (state.kept.size === 0) return step(state);
  const kept = new Map<string, number>();
  const effects: UiEffect[] = [];
  for (const { id, packets, expiresInSec, state: phase } of state.actions) {
    const counted = state.kept.get(id);
    if (counted === undefined || phase !== 'confirmed') continue;
    const isNearEnd = expiresInSec !== null && expiresInSec < Math.max(EXTEND_BELOW_SEC, state.options.ttlSec / 10);
    const hasMatched = packets > counted;
    if (isNearEnd && hasMatched) effects.push({ kind: 'extend', id });
    kept.set(id, isNearEnd && hasMatched ? packets : counted);
  }
  return step({ ...state, kept }, ...effects);
}

/** What should be in force by the log and is not in the kernel; said once each. */
export function takeVanished(state: UiState, vanished: readonly VanishedMitigation[]): UiState {
  const known = new Set(state.vanished.map(({ id }) => id));
  const news = vanished.filter(({ id }) => !known.has(id));
  const next = { ...state, vanished };
  if (news.length === 0) return next;
  const ids = news.map(({ id }) => id).join(', ');
  return withNotice(next, `${ids} vanished from the firewall (flushed, or a restart): R applies it again.`, 'critical');
}

/** `R`: the preview of what vanished, for the time it has left. Never acts. */
export function applyAgain(state: UiState): UiStep {
  if (state.mitigation && isUnconfirmed(state.mitigation)) return step({ ...state, overlay: { kind: 'mitigation' } });
  const [first] = state.vanished;
  if (first === undefined)
    return step(withNotice(state, 'Nothing has vanished: everything confirmed is in the firewall.', 'dim'));
  const ttlSec = Math.max(1, Math.round((first.untilMs - state.nowMs) / 1000));
  const request: MitigationRequest = { ...first.request, ttlSec, replaces: first.id };
  const caution = `${first.id} was confirmed and vanished; this applies it again for the time it had left.`;
  const { view, effects } = openMitigation(request, state.nowMs, cannotActWith(state, request.backend), caution);
  return step({ ...state, overlay: { kind: 'mitigation' }, mitigation: view }, ...effects);
}

/** `L`. */
export function openAudit(state: UiState): UiStep {
  return step({ ...state, overlay: { kind: 'audit', lines: null, scroll: 0 } }, { kind: 'audit' });
}

function chosenAction(state: UiState): LiveMitigation | null {
  if (state.screen === 'actions') return state.actions[state.actionIndex] ?? null;
  return state.actions.length === 1 ? (state.actions[0] ?? null) : null;
}
