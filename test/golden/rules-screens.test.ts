/** Screen 5 at several sizes, kept as text; and that nothing moves under its cursor. */
import { describe, expect, test } from 'vitest';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { update } from '../../src/app/screen/ui-update.js';
import { HIDDEN, HOSTILE } from '../support/hostile-strings.js';
import { FIXTURE_NOW_MS, keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';
import { makeRule, makeRulesView, RULES } from '../support/rules-fixture.js';

const rulesEvent = (view = makeRulesView()): UiEvent => ({ kind: 'rules', view, nowMs: FIXTURE_NOW_MS });

async function expectGolden(name: string, columns: number, rows: number, events: readonly UiEvent[]) {
  const { screen, overflowRows } = await renderState(stateAfter(columns, rows, [tickEvent(), ...events]));
  expect(overflowRows).toBe(0);
  await expect(`${screen.text()}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.txt`);
}

describe('the rules screen', () => {
  test.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const)('%dx%d', (columns, rows) =>
    expectGolden('rules', columns, rows, [...keyEvents(['5']), rulesEvent()]));

  test('looking into a set, in the place of the list where there is room for one', () => {
    const rows = makeRulesView().topDropped;
    const open = makeRulesView({ openSet: { key: 'inet site bad', rows, total: 2 } });
    const keys = ['5', 'tab', 'enter'];
    return expectGolden('rules-set', 80, 24, [rulesEvent(), ...keyEvents(keys), rulesEvent(open)]);
  });

  test('old figures, and none', async () => {
    await expectGolden('rules-stale', 80, 24, [...keyEvents(['5']), rulesEvent(makeRulesView({ state: 'stale' }))]);
    const detail = 'NFT_PERMISSION: no right to read the firewall. Add the sudoers lines that "ddostop doctor" prints.';
    const failed = makeRulesView({ state: 'failed', detail, rows: [] });
    await expectGolden('rules-failed', 80, 24, [...keyEvents(['5']), rulesEvent(failed)]);
  });

  test('asks for the counters when it is opened, and for the elements of the set under the cursor', () => {
    const state = stateAfter(80, 24, [tickEvent()]);
    const opened = update(state, keyEvents(['5'])[0]!);
    expect(opened.effects).toContainEqual({ kind: 'watchRules' });
    const ready = update(opened.state, rulesEvent()).state;
    const inSets = update(ready, keyEvents(['tab'])[0]!).state;
    expect(update(inSets, keyEvents(['enter'])[0]!).effects).toContainEqual({ kind: 'openSet', key: 's1' });
    const third = ['j', 'j', 'enter'].reduce((now, key) => update(now.state, keyEvents([key])[0]!), { state: ready, effects: [] } as ReturnType<typeof update>);
    expect(third.effects).toContainEqual({ kind: 'openSet', key: 's1' }); // the set that the rule looks up
  });

  test('rows keep their places while the cursor is among them; Esc lets them go', () => {
    const events = [...keyEvents(['5']), rulesEvent(), ...keyEvents(['j', 'j'])];
    let state = stateAfter(120, 40, [tickEvent(), ...events]);
    expect(state.rules.ruleKey).toBe('c');
    const busier = [RULES[3]!, makeRule({ key: 'new' }), ...RULES.filter(({ key }) => key !== 'd')];
    state = update(state, rulesEvent(makeRulesView({ rows: busier }))).state;
    expect(state.rules.rows.map(({ key }) => key).join('')).toBe('abcdefnew');
    expect(state.rules.rows[state.rules.ruleIndex]?.key).toBe('c');
    state = update(state, keyEvents(['escape'])[0]!).state;
    expect(state.rules.rows.map(({ key }) => key).join('')).toBe('dnewabcef');
    // The rule under the cursor is gone: the cursor is free again.
    state = update(update(state, keyEvents(['j'])[0]!).state, rulesEvent(makeRulesView({ rows: RULES }))).state;
    expect(state.rules.ruleKey).toBeNull();
  });

  test.each(Object.entries(HOSTILE))('hostile text: %s', async (_name, text) => {
    const rows = [makeRule({ text, comment: text, table: text, chain: text })];
    const sets = [{ ...makeRulesView().sets[0]!, name: text, type: text, flags: [text] }];
    const elements = [{ ...makeRulesView().topDropped[0]!, value: text, comment: text }];
    const view = makeRulesView({ rows, sets, topDropped: elements, notes: [text], host: text, through: text });
    const { screen, overflowRows } = await renderState(stateAfter(120, 40, [tickEvent(), ...keyEvents(['5']), rulesEvent(view)]));
    expect(overflowRows).toBe(0);
    expect(screen.text().replaceAll('\n', '')).not.toMatch(HIDDEN);
  });
});
