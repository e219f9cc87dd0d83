/** Screen 4: what it asks the feed for, and what keys say that work on addresses only. */
import { TEXT_ROLES, type TextRole } from '../../snapshot/snapshot.js';
import { type UiState, type UiStep, withNotice } from './ui-state.js';

const NO_TEXTS: readonly TextRole[] = [];

/** Other screens ask for no texts, so that they cost nothing there. */
export function askForTexts({ state, effects }: UiStep): UiStep {
  const texts = state.screen === 'requests' ? TEXT_ROLES : NO_TEXTS;
  if (state.view.texts.length === texts.length) return { state, effects };
  const view = { ...state.view, texts };
  const others = effects.filter(({ kind }) => kind !== 'setView');
  return { state: { ...state, view }, effects: [...others, { kind: 'setView', view }] };
}

const NOT_HERE = {
  drill: 'No filter by text: y copies it, Space marks it, s sorts, . widens the window.',
  aggregate: 'Texts cannot be grouped; source and target addresses can (screen 1 or 2).',
  evidence: 'Evidence is of addresses, ports, flows or incidents: choose one on screen 1, 2 or 6.',
  mitigate: 'Sources and targets can be blocked: choose one on screen 1, 2 or 6.',
} as const;

export function notHere(state: UiState, action: keyof typeof NOT_HERE): UiStep {
  return { state: withNotice(state, NOT_HERE[action], 'dim'), effects: [] };
}
