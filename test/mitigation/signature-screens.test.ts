/** The preview of a rule and the list of what is live, kept as text. */
import { describe, expect, test } from 'vitest';
import type { UiEvent, UiState } from '../../src/app/screen/ui-state.js';
import { update } from '../../src/app/screen/ui-update.js';
import { NftBackend } from '../../src/mitigation/nft/nft-backend.js';
import { NftClient } from '../../src/mitigation/nft/nft-client.js';
import { ABSENT_TABLE } from '../../src/mitigation/nft/read-state.js';
import { buildPlan } from '../../src/mitigation/plan/build-plan.js';
import { normaliseRequest } from '../../src/mitigation/plan/normal-request.js';
import type { LiveMitigation } from '../../src/mitigation/types.js';
import { runCommand } from '../../src/platform/run-command.js';
import { FIXTURE_NOW_MS, keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';
import { scenarioAnalysis } from '../support/scenario-analysis.js';

const NOW = FIXTURE_NOW_MS + 500;
const analysis = scenarioAnalysis('dnsAmplification');

/** The plan that the door would make of the request in an empty kernel. */
function previewed(columns: number, rows: number): UiState {
  const events: UiEvent[] = [
    tickEvent(),
    ...keyEvents(['d']),
    { kind: 'analysed', analysis, nowMs: NOW },
    ...keyEvents(['m'], NOW),
  ];
  const state = stateAfter(columns, rows, events);
  const request = state.mitigation!.request;
  const normal = normaliseRequest(request);
  const inputs = { id: 'abcde', request, normal, state: ABSENT_TABLE, protectedList: [], nowMs: NOW };
  const plan = buildPlan(new NftBackend(new NftClient(runCommand)), inputs);
  return update(state, { kind: 'result', result: { kind: 'planned', request, plan }, nowMs: NOW }).state;
}

describe('screens of a signature', () => {
  test.each([
    [80, 24],
    [120, 40],
  ] as const)('the preview, %dx%d', async (columns, rows) => {
    const { screen, overflowRows } = await renderState(previewed(columns, rows));
    expect(overflowRows).toBe(0);
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`golden/signature-preview-${columns}x${rows}.txt`);
  });

  test('live, and ended', async () => {
    const live: LiveMitigation = {
      id: 'abcde',
      prefixes: [],
      targets: [],
      allow: ['203.0.113.10 to tcp port 22'],
      rules: { words: 'to 192.0.2.10: ip.proto = udp and ip.ttl = 99', limitPps: null },
      why: 'udp-rand',
      packets: 1200,
      bytes: 72_000,
      expiresInSec: 540,
      state: 'confirmed',
    };
    const actions = [live, { ...live, id: 'bcdef', state: 'ended', expiresInSec: null, allow: [] } as const];
    const events: UiEvent[] = [tickEvent(), { kind: 'listed', actions, nowMs: NOW }, ...keyEvents(['7'])];
    const { screen } = await renderState(stateAfter(120, 24, events));
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('golden/signature-actions-120x24.txt');
  });
});
