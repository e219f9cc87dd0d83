/** `y`: the commands of a mitigation, a target, marked rows or the one under the cursor, to the clipboard of the terminal. */
import { cleanText } from '../../format/clean-text.js';
import { ruleText } from './ui-diff.js';
import { attackText, isOnNetwork } from './ui-edge-network.js';
import { rulesText } from './ui-rules.js';
import { chosenIncident, type UiEffect, type UiState, type UiStep, withNotice } from './ui-state.js';
import { chosenTexts } from './ui-texts.js';

/** Of a line: a text of 1 kB, each byte of it written out. */
const MOST_CELLS = 8000;

const step = (state: UiState, ...effects: UiEffect[]): UiStep => ({ state, effects });

export function copy(state: UiState): UiStep {
  let text = '';
  if (state.overlay?.kind === 'mitigation') {
    const steps = state.mitigation?.plan?.steps ?? [];
    text = steps.map(({ argv, stdin }) => [argv.join(' '), stdin].filter(Boolean).join('\n')).join('\n');
    return text
      ? step(withNotice(state, 'Commands copied.', 'ok'), { kind: 'copy', text: cleanLines(text) })
      : step(state);
  }
  if (state.screen === 'diff') text = ruleText(state);
  else if (state.screen === 'rules') text = rulesText(state);
  else if (isOnNetwork(state)) text = attackText(state);
  else if (state.screen === 'requests') text = chosenTexts(state).join('\n');
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
    .map((line) => cleanText(line, MOST_CELLS))
    .join('\n');
