import { describe, expect, test } from 'vitest';
import { mitigationLines } from '../../../components/panels/mitigation-lines.js';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import { scenarioAnalysis } from '../../../test/support/scenario-analysis.js';
import { ruleWords } from '../../signature/words.js';
import type { UiState } from './ui-state.js';
import { update } from './ui-update.js';

const NOW = FIXTURE_NOW_MS + 500;
const analysis = scenarioAnalysis('dnsAmplification');

function analysed(found = analysis): UiState {
  const asked = stateAfter(120, 40, [tickEvent(), ...keyEvents(['d'])]);
  return update(asked, { kind: 'analysed', analysis: found, nowMs: NOW }).state;
}

const pressM = (state: UiState) => update(state, { kind: 'key', key: 'm', nowMs: NOW });

describe('m on the diff screen', () => {
  test('opens the preview of the rule that is shown, asks for a plan, and does nothing else', () => {
    const state = analysed();
    const { state: next, effects } = pressM(state);
    const { rule } = analysis.proposal;
    expect(next.overlay).toEqual({ kind: 'mitigation' });
    const request = next.mitigation?.request;
    expect(request).toMatchObject({
      blockSources: [],
      blockTargets: [],
      signature: {
        rule: state.diff.match,
        recall: rule?.recall,
        collateral: rule?.collateral,
        goodHits: rule?.goodHits,
      },
    });
    expect(effects).toEqual([{ kind: 'plan', request }]);
  });

  test('the preview says the rule, its recall and its harm', () => {
    const { state } = pressM(analysed());
    const lines = mitigationLines(state.mitigation!, NOW, 100).map((line) => line.map(({ text }) => text).join(''));
    const text = lines.join('\n');
    expect(text).toContain('Drop packets that look like this');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(ruleWords(state.diff.match).replaceAll(/\s+/g, ' '));
    expect(text).toMatch(/% of the attack \(.* to .*%\)/);
    expect(text).toMatch(/% of good traffic \(at most .*%\)/);
    expect(text).not.toContain('measuring');
  });

  test('good traffic it would hit is told by name; what was not measured is said', () => {
    const { state } = pressM(analysed());
    const view = state.mitigation!;
    const signature = { ...view.request.signature!, goodHits: [{ attribute: 'ip.src', value: '192.0.2.53', rows: 3 }] };
    const linesOf = (of: typeof signature) =>
      mitigationLines({ ...view, request: { ...view.request, signature: of } }, NOW, 100)
        .flat()
        .map(({ text }) => text)
        .join('');
    expect(linesOf(signature)).toContain('ip.src 192.0.2.53 (3 rows)');
    expect(linesOf({ ...signature, recall: null, collateral: null })).toContain('what it does was not measured');
  });

  test.each<[string, (state: UiState) => UiState, RegExp]>([
    ['a rule of requests', () => analysed(scenarioAnalysis('httpFlood', 'waf')), /WAF: y copies it/],
    [
      'no rule',
      (state) => ({ ...state, diff: { ...state.diff, match: { ...state.diff.match, clauses: [] } } }),
      /no rule yet/,
    ],
    ['not measured yet', (state) => ({ ...state, diff: { ...state.diff, isMeasuring: true } }), /still being measured/],
  ])('%s: a notice, no preview', (_, change, notice) => {
    const { state, effects } = pressM(change(analysed()));
    expect(state.notice?.text).toMatch(notice);
    expect(state).toMatchObject({ overlay: null, mitigation: null });
    expect(effects).toEqual([]);
  });

  test('read-only: shown, not applied', () => {
    const state = analysed();
    const { state: next } = pressM({ ...state, options: { ...state.options, cannotAct: 'a file is watched' } });
    expect(next.mitigation).toMatchObject({ cannotAct: 'a file is watched' });
    const later = update(next, { kind: 'key', key: 'A', nowMs: NOW + 5000 });
    expect(later.effects).toEqual([]);
  });
});
