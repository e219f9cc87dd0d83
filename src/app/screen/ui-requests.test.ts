import { describe, expect, test } from 'vitest';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import { DEFAULT_VIEW, type FixtureOptions, makeTick } from '../../../test/support/snapshot-fixture.js';
import type { ShownRole } from '../../snapshot/shown-role.js';
import { TEXT_ROLES } from '../../snapshot/snapshot.js';
import type { UiEffect, UiState } from './ui-state.js';
import { focusedText, requestsLayoutOf } from './ui-texts.js';
import { update } from './ui-update.js';

const VIEW = { ...DEFAULT_VIEW, texts: TEXT_ROLES };
const textsTick = (i = 160, options: FixtureOptions = {}, nowMs = FIXTURE_NOW_MS + 1000) =>
  tickEvent(makeTick(i, VIEW, options), nowMs);

/** Screen 4 with figures. */
function open(columns = 120, rows = 40, options: FixtureOptions = {}): UiState {
  return stateAfter(columns, rows, [tickEvent(), ...keyEvents(['4']), textsTick(160, options)]);
}

function press(state: UiState, keys: readonly string[], nowMs = FIXTURE_NOW_MS + 2000) {
  const effects: UiEffect[] = [];
  let next = state;
  for (const event of keyEvents(keys, nowMs)) {
    const step = update(next, event);
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

describe('what is asked for', () => {
  test('texts come with the screen and go with it', () => {
    const opened = press(stateAfter(120, 40, [tickEvent()]), ['4']);
    expect(opened.effects).toEqual([{ kind: 'setView', view: VIEW }]);
    for (const key of ['1', '2', '6', '7', '8', 'q', 'escape']) {
      expect(press(opened.state, [key]).effects).toEqual([{ kind: 'setView', view: DEFAULT_VIEW }]);
    }
  });

  test('a change of the view asks once, with both', () => {
    const state = press(stateAfter(120, 40, [tickEvent()]), ['enter', '4']).state;
    const { effects } = press(state, ['escape', 'escape']);
    expect(effects.map((effect) => effect.kind === 'setView' && effect.view)).toEqual([VIEW, DEFAULT_VIEW]);
  });

  test('the first picture with texts fills the tables at once', () => {
    const opened = press(stateAfter(120, 40, [tickEvent()]), ['4']).state;
    const state = update(opened, textsTick(161, {}, FIXTURE_NOW_MS + 130)).state;
    expect(state.texts.httpUserAgents.rows[0]?.key).toBe('python-requests/2.32.3');
  });
});

describe('the tables', () => {
  test.each([
    [200, 60, 13],
    [120, 40, 4],
    [80, 24, 1],
  ])('%dx%d shows %d at once, and Tab goes through all of them and round', (columns, rows, shown) => {
    let state = open(columns, rows);
    const { grid, order, next } = requestsLayoutOf(state);
    expect(grid.flatMap(({ panes }) => panes)).toHaveLength(shown);
    expect(next.length > 0).toBe(shown < order.length);
    const visited: (ShownRole | null)[] = [];
    for (let i = 0; i <= order.length; i += 1) {
      visited.push(focusedText(state));
      const page = requestsLayoutOf(state).grid.flatMap(({ panes }) => panes.map(({ role }) => role));
      expect(page).toContain(focusedText(state));
      state = press(state, ['tab']).state;
    }
    expect(visited).toEqual([...order, order[0]]);
    expect(press(open(columns, rows), ['shift-tab']).state.textFocus).toBe(order.at(-1));
  });

  test('roles nobody has seen take no room', () => {
    const { order, grid } = requestsLayoutOf(open(200, 60, { texts: { roles: ['dnsQueries', 'tlsJa4'] } }));
    expect(order).toEqual(['dnsQueries', 'tlsJa4']);
    expect(grid).toHaveLength(1);
  });

  test('the cursor stays in its table when another comes before it', () => {
    const state = press(open(120, 40, { texts: { roles: ['dnsQueries'] } }), ['j']).state;
    expect(focusedText(update(state, textsTick(170)).state)).toBe('dnsQueries');
  });

  test('the cursor goes with its key while rows move', () => {
    const chosen = press(open(), ['j', 'j']).state;
    const { selectedKey } = chosen.texts.httpUris;
    const later = update(chosen, textsTick(400, {}, FIXTURE_NOW_MS + 60_000)).state.texts.httpUris;
    expect(later.rows[later.index]?.key).toBe(selectedKey);
  });

  test('u turns rates into bits, and what is sorted by them', () => {
    const { texts } = press(open(), ['u']).state;
    expect(texts.httpUserAgents.sort).toBe('bps');
    const rates = texts.httpUris.rows.map(({ bps }) => bps);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });
});

describe('keys', () => {
  test('y copies the row clean, with its type by name; marks one a line', () => {
    const hostile = 'a\x1b]52;c;eA==\x07\nb\u202e 28';
    const rows = [hostile, 'plain.example 1'].map((key, i) => ({ key, pps: 9 - i, bps: 9, packets: 9, bytes: 9 }));
    const tick = makeTick(160, VIEW);
    const texts = {
      ...tick.snapshot.texts!,
      seen: ['dnsQueries'] as const,
      tops: { dnsQueries: { rows, distinct: 2, exact: true } },
    };
    const event = tickEvent({ ...tick, snapshot: { ...tick.snapshot, texts } }, FIXTURE_NOW_MS + 1000);
    const state = stateAfter(120, 40, [tickEvent(), ...keyEvents(['4']), event]);
    const clean = 'a\\x1b]52;c;eA==\\x07\\nb\\u{202e} AAAA';
    expect(press(state, ['y']).effects).toEqual([{ kind: 'copy', text: clean }]);
    expect(press(state, ['space', 'j', 'space', 'y']).effects).toEqual([
      { kind: 'copy', text: `${clean}\nplain.example A` },
    ]);
  });

  test.each(['enter', 'a', 'w', 'm'])('%s does nothing to texts, and says what can be done', (key) => {
    const before = open();
    const { state, effects } = press(before, [key]);
    expect(effects).toEqual([]);
    expect(state.notice?.text).toMatch(/copies|screen 1/);
    expect(state.view).toEqual(before.view);
  });

  test('marks go by Esc before the screen does', () => {
    const marked = press(open(), ['space']).state;
    const back = press(marked, ['escape']).state;
    expect([back.screen, back.texts.httpUris.marked.size]).toEqual(['requests', 0]);
    expect(press(back, ['escape']).state.screen).toBe('overview');
  });

  test('t turns to the inner headers and says so', () => {
    const { state, effects } = press(stateAfter(120, 40, [tickEvent()]), ['t']);
    expect(effects).toEqual([{ kind: 'setView', view: { ...DEFAULT_VIEW, layer: 'inner' } }]);
    expect(state.notice?.text).toContain('inner headers');
  });
});
