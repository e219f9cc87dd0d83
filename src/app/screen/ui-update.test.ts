/** The screen's state machine without a terminal. */
import { describe, expect, test } from 'vitest';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import { DEFAULT_VIEW, makeTick } from '../../../test/support/snapshot-fixture.js';
import type { MitigationPlan } from '../../mitigation/types.js';
import { HARMLESS_KEYS, KEYMAP } from './keymap.js';
import { APPLY_GUARD_MS } from './ui-mitigation.js';
import type { UiEffect, UiState } from './ui-state.js';
import { update } from './ui-update.js';

const ready = () => stateAfter(120, 40, [tickEvent()]);

function press(
  state: UiState,
  keys: readonly string[],
  nowMs = FIXTURE_NOW_MS + 100,
): { state: UiState; effects: UiEffect[] } {
  const effects: UiEffect[] = [];
  let next = state;
  for (const key of keys) {
    const step = update(next, { kind: 'key', key, nowMs });
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

describe('keys', () => {
  test('no key has two meanings in one place, none is a key that must not act', () => {
    const seen = new Set<string>();
    for (const { keys } of KEYMAP) {
      for (const key of keys) {
        expect(seen.has(key), key).toBe(false);
        expect(HARMLESS_KEYS).not.toContain(key);
        seen.add(key);
      }
    }
  });

  test.each(HARMLESS_KEYS)('%s changes nothing on any screen or panel', (key) => {
    for (const way of [[], ['2'], ['4'], ['6'], ['7'], ['8'], ['?'], ['m']]) {
      const { state } = press(ready(), way);
      const after = press(state, [key]);
      expect(after.effects).toEqual([]);
      expect(after.state).toEqual({ ...state, nowMs: after.state.nowMs });
    }
  });

  test('Enter narrows, a second one adds, Esc takes the last off', () => {
    const first = press(ready(), ['enter']);
    expect(first.effects).toEqual([
      { kind: 'setView', view: { ...DEFAULT_VIEW, filter: [{ field: 'source', value: '198.0.0.1' }] } },
    ]);
    const second = press(first.state, ['tab', 'enter']);
    expect(second.state.view.filter).toHaveLength(2);
    expect(press(second.state, ['escape']).state.view.filter).toEqual([{ field: 'source', value: '198.0.0.1' }]);
  });

  test('a groups and goes round; ports cannot be grouped', () => {
    let state = ready();
    const levels = Array.from({ length: 5 }, () => {
      ({ state } = press(state, ['a']));
      return state.view.sourceLevel;
    });
    expect(levels).toEqual([1, 2, 3, 0, 1]);
    expect(press(stateAfter(80, 24, [tickEvent()]), ['tab', 'tab', 'a']).effects).toEqual([]);
  });

  test('. and , choose the window, from the one that is shown, and stop at the ends', () => {
    const views = (keys: readonly string[], state = ready()) =>
      press(state, keys).effects.map((effect) => (effect.kind === 'setView' ? effect.view.window : effect.kind));
    expect(views(['.', '.', '.', '.'])).toEqual(['10s', '60s', 'all']);
    expect(views([',', ','])).toEqual(['1s']);
    // Read to its end: the whole capture is shown without having been asked for.
    const ended = makeTick(160);
    const whole = tickEvent({ ...ended, snapshot: { ...ended.snapshot, window: 'all' } });
    expect(views(['.', ','], stateAfter(120, 40, [whole]))).toEqual(['60s']);
    expect(views(['.'], press(ready(), ['?']).state)).toEqual([]);
  });

  test('the answer to a new window is shown at once; cursor and marks stay', () => {
    const { state } = press(ready(), ['j', 'space', '.']);
    const later = FIXTURE_NOW_MS + 3000;
    const answered = update(state, tickEvent(makeTick(161, state.view), later)).state;
    expect(answered.tablesAtMs).toBe(later);
    expect(answered.tables.sources.marked).toEqual(state.tables.sources.marked);
    expect(answered.tables.sources.selectedKey).toBe(state.tables.sources.selectedKey);
    const next = update(answered, tickEvent(makeTick(162, state.view), later + 50)).state;
    expect(next.tablesAtMs).toBe(later);
  });

  test('q goes back, on the overview it quits', () => {
    expect(press(ready(), ['6', 'q']).effects).toEqual([]);
    expect(press(ready(), ['6', 'q']).state.screen).toBe('overview');
    expect(press(ready(), ['q']).effects).toEqual([{ kind: 'quit' }]);
  });

  test('freeze keeps the old picture; counting goes on and is there afterwards', () => {
    const { state } = press(ready(), ['p']);
    const later = update(state, tickEvent(makeTick(400), FIXTURE_NOW_MS + 60_000)).state;
    expect(later.tables.sources).toBe(state.tables.sources);
    expect(later.newest?.snapshot.tick).toBe(400);
    const thawed = press(later, ['p'], FIXTURE_NOW_MS + 60_000).state;
    expect(thawed.frozen).toBeNull();
    expect(thawed.tables.sources.rows).not.toBe(state.tables.sources.rows);
  });

  test('tables move at most twice a second', () => {
    const state = ready();
    const soon = update(state, tickEvent(makeTick(161), FIXTURE_NOW_MS + 250)).state;
    expect(soon.tables).toBe(state.tables);
    expect(update(soon, tickEvent(makeTick(162), FIXTURE_NOW_MS + 500)).state.tables.sources.rows).not.toBe(
      state.tables.sources.rows,
    );
  });
});

const PLAN: MitigationPlan = {
  id: 'm-1',
  adapter: 'nft',
  incidentId: 'i-1',
  request: {
    backend: 'nft',
    blockSources: ['198.0.0.1'],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: 'i-1',
    why: 'tcp-syn',
  },
  steps: [{ phase: 'trial', what: 'Drop', argv: ['nft', '-f', '-'], stdin: 'add element', inverse: null }],
  expiresAtMs: FIXTURE_NOW_MS + 600_000,
  warnings: [],
  refused: null,
  protected: [],
};

/** The panel open with a plan that has been shown for `shownMs`. */
function preview(plan: MitigationPlan = PLAN, options = {}): UiState {
  const { state } = press(stateAfter(120, 40, [tickEvent()], options), ['m'], FIXTURE_NOW_MS);
  const { request } = state.mitigation!;
  return update(state, { kind: 'result', result: { kind: 'planned', request, plan }, nowMs: FIXTURE_NOW_MS }).state;
}

const AFTER_GUARD = FIXTURE_NOW_MS + APPLY_GUARD_MS;

describe('mitigation', () => {
  test('m asks for a plan and its impact, and nothing else', () => {
    const { state, effects } = press(ready(), ['m']);
    expect(effects.map((effect) => effect.kind)).toEqual(['plan', 'impact']);
    expect(state.mitigation?.request).toMatchObject({
      blockSources: ['198.0.0.1'],
      blockTargets: [],
      why: 'tcp-syn',
      incidentId: 'i-1',
    });
  });

  test('marked rows go together', () => {
    const { state } = press(ready(), ['space', 'j', 'space', 'm']);
    expect(state.mitigation?.request.blockSources).toEqual(['198.0.0.1', '51.29.53.32']);
  });

  test('A is not taken before a plan is there, nor in the first 600 ms, nor twice', () => {
    const opened = press(ready(), ['m'], FIXTURE_NOW_MS).state;
    expect(press(opened, ['A'], AFTER_GUARD + 5000).effects).toEqual([]);
    expect(press(preview(), ['A'], AFTER_GUARD - 1).effects).toEqual([]);
    const applied = press(preview(), ['A', 'A', 'A'], AFTER_GUARD);
    expect(applied.effects).toEqual([{ kind: 'apply', plan: PLAN }]);
    expect(applied.state.mitigation?.phase).toBe('applying');
  });

  test('no other key applies', () => {
    for (const { keys } of KEYMAP) {
      for (const key of keys.filter((name) => name !== 'A')) {
        const { effects } = press(preview(), [key], AFTER_GUARD);
        expect(
          effects.map((effect) => effect.kind),
          key,
        ).not.toContain('apply');
      }
    }
    expect(press(preview(), ['enter'], AFTER_GUARD).state.overlay).toBeNull();
  });

  test.each([
    ['read-only', PLAN, { cannotAct: 'Read-only.', isReadOnly: true }],
    ['refused', { ...PLAN, refused: { code: 'X', message: 'too wide', narrowed: null } }, {}],
  ])('%s cannot be applied', (_, plan, options) => {
    expect(press(preview(plan, options), ['A'], AFTER_GUARD + 9999).effects).toEqual([]);
  });

  test('n takes the narrower plan, with a guard of its own', () => {
    const narrowed = { ...PLAN.request, blockSources: ['198.0.0.0/24'] };
    const state = preview({ ...PLAN, refused: { code: 'X', message: 'too wide', narrowed } });
    const { state: next, effects } = press(state, ['n'], AFTER_GUARD);
    expect(effects[0]).toEqual({ kind: 'plan', request: narrowed });
    expect(next.mitigation?.guardUntilMs).toBe(AFTER_GUARD + APPLY_GUARD_MS);
  });

  test('a late answer to an old question is not taken', () => {
    const { state } = press(ready(), ['m']);
    const stale = { ...state.mitigation!.request };
    expect(
      update(state, { kind: 'result', result: { kind: 'planned', request: stale, plan: PLAN }, nowMs: FIXTURE_NOW_MS })
        .state.mitigation?.plan,
    ).toBeNull();
  });

  function armed(): UiState {
    const { state } = press(preview(), ['A'], AFTER_GUARD);
    const result = { kind: 'applied', planId: 'm-1', id: 'm-1', confirmByMs: AFTER_GUARD + 30_000 } as const;
    return update(state, { kind: 'result', result, nowMs: AFTER_GUARD }).state;
  }
  const live = {
    id: 'm-1',
    prefixes: ['198.0.0.1'],
    targets: [],
    allow: [],
    why: 'tcp-syn',
    packets: 0,
    bytes: 0,
    expiresInSec: 29,
    state: 'unconfirmed',
  } as const;

  test('armed: c confirms, z undoes, q asks, Esc keeps the question open', () => {
    expect(press(armed(), ['c']).effects).toEqual([{ kind: 'confirm', id: 'm-1' }]);
    expect(press(armed(), ['z']).effects).toEqual([{ kind: 'undo', id: 'm-1' }]);
    const looking = press(armed(), ['escape']).state;
    expect(looking.mitigation?.phase).toBe('armed');
    const asked = press(looking, ['q']);
    expect(asked.state.overlay?.kind).toBe('quit');
    expect(asked.effects).toEqual([]);
    expect(press(asked.state, ['q']).effects).toEqual([{ kind: 'quit' }]);
    expect(press(asked.state, ['enter']).state.overlay).toBeNull();
    expect(press(looking, ['m']).state.mitigation?.phase).toBe('armed');
  });

  test('what the kernel says: rate of drops, and that it ended by itself', () => {
    let state = update(armed(), { kind: 'listed', actions: [live], nowMs: AFTER_GUARD + 1000 }).state;
    state = update(state, { kind: 'listed', actions: [{ ...live, packets: 12_000 }], nowMs: AFTER_GUARD + 2000 }).state;
    expect(state.mitigation?.droppingPps).toBe(12_000);
    const early = update(state, { kind: 'listed', actions: [], nowMs: AFTER_GUARD + 3000 }).state;
    expect(early.mitigation?.phase).toBe('armed');
    const late = update(state, { kind: 'listed', actions: [], nowMs: AFTER_GUARD + 30_001 }).state;
    expect(late.mitigation?.phase).toBe('expired');
  });

  test('a failed apply says so and can be tried again', () => {
    const { state } = press(preview(), ['A'], AFTER_GUARD);
    const failed = update(state, {
      kind: 'result',
      result: { kind: 'applyFailed', planId: 'm-1', message: 'NFT_PERMISSION: no.' },
      nowMs: AFTER_GUARD,
    }).state;
    expect(failed.mitigation).toMatchObject({ phase: 'preview', actError: 'NFT_PERMISSION: no.' });
    expect(press(failed, ['A'], AFTER_GUARD + 1).effects).toHaveLength(1);
  });

  test('forged sources of an incident are not offered for blocking', () => {
    const tick = makeTick(160);
    const incidents = tick.incidents.map((incident) => ({
      ...incident,
      sources: { ...incident.sources, verdict: 'spoofed' as const },
    }));
    const { state, effects } = press(stateAfter(120, 40, [tickEvent({ ...tick, incidents })]), ['6', 'm']);
    expect(effects).toEqual([]);
    expect(state.notice?.text).toContain('forged');
  });
});

test('keyEvents of the fixture reach the reducer', () => {
  expect(stateAfter(120, 40, [tickEvent(), ...keyEvents(['2'])]).screen).toBe('talkers');
});
