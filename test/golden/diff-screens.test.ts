/** Screen 3 on the built-in scenario, kept as text. */
import { describe, expect, test } from 'vitest';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { FIXTURE_NOW_MS, keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';
import { scenarioAnalysis } from '../support/scenario-analysis.js';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

const syn = scenarioAnalysis('synFlood');
const requests = scenarioAnalysis('httpFlood', 'waf');

const analysed = (analysis: typeof syn, keys: readonly string[] = []): UiEvent[] => [
  tickEvent(),
  ...keyEvents(['d']),
  { kind: 'analysed', analysis, nowMs: FIXTURE_NOW_MS + 200 },
  ...keyEvents(keys),
];

describe('golden screens of the diff', () => {
  test.each(SIZES)('a SYN flood, %dx%d', async (columns, rows) => {
    const { screen, overflowRows } = await renderState(stateAfter(columns, rows, analysed(syn)));
    expect(overflowRows).toBe(0);
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`diff-syn-${columns}x${rows}.txt`);
  });

  test.each(SIZES)('a flood of requests, %dx%d', async (columns, rows) => {
    const { screen, overflowRows } = await renderState(stateAfter(columns, rows, analysed(requests)));
    expect(overflowRows).toBe(0);
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`diff-requests-${columns}x${rows}.txt`);
  });

  test.each([
    ['nothing yet', 'diff-none', keyEvents(['3'])],
    ['on the way', 'diff-working', [tickEvent(), ...keyEvents(['d'])]],
    ['failed', 'diff-failed', [...keyEvents(['3']), { kind: 'analysisFailed', message: 'DIFF_EMPTY: nothing.', nowMs: FIXTURE_NOW_MS }]],
    ['a value taken in', 'diff-edited', analysed(syn, ['j', 'j', 'j', 'space'])],
    ['the rule pane', 'diff-rule', analysed(syn, ['tab', 'b', 'G'])],
  ] as const)('%s', async (_, name, events) => {
    const { screen } = await renderState(stateAfter(80, 24, events));
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`${name}-80x24.txt`);
  });
});
