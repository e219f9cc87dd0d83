import { describe, expect, test } from 'vitest';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import type { LiveMitigation } from '../../mitigation/types.js';
import type { VanishedMitigation } from '../../mitigation/vanished.js';
import type { UiEffect, UiEvent, UiState } from './ui-state.js';
import { update } from './ui-update.js';

const NOW = FIXTURE_NOW_MS + 200;
const LIVE: LiveMitigation = {
  id: 'abcde',
  prefixes: ['198.51.100.0/24'],
  targets: [],
  allow: [],
  why: 'manual',
  packets: 100,
  bytes: 10_000,
  expiresInSec: 300,
  state: 'confirmed',
};
const GONE: VanishedMitigation = {
  id: 'bcdef',
  untilMs: NOW + 90_000,
  request: {
    backend: 'nft',
    blockSources: ['203.0.113.0/24'],
    blockTargets: [],
    allow: [],
    ttlSec: 600,
    confirmWindowSec: 30,
    incidentId: '',
    why: 'manual',
  },
};

const listed = (fields: Partial<LiveMitigation> = {}): UiEvent => ({
  kind: 'listed',
  actions: [{ ...LIVE, ...fields }],
  nowMs: NOW,
});

function press(state: UiState, ...keys: string[]): { state: UiState; effects: readonly UiEffect[] } {
  let step: { state: UiState; effects: readonly UiEffect[] } = { state, effects: [] };
  for (const event of keyEvents(keys, NOW)) step = update(step.state, event);
  return step;
}

describe('what is in force', () => {
  const opened = (options = {}) => stateAfter(120, 40, [tickEvent(), listed(), ...keyEvents(['7'])], options);

  test('e extends the chosen one; not what is unconfirmed, not where nothing can be done', () => {
    expect(press(opened(), 'e').effects).toEqual([{ kind: 'extend', id: 'abcde' }]);
    const trial = update(opened(), listed({ state: 'unconfirmed' })).state;
    expect(press(trial, 'e').effects).toEqual([]);
    const reader = press(opened({ cannotAct: 'read-only' }), 'e');
    expect(reader.effects).toEqual([]);
    expect(reader.state.notice?.text).toBe('read-only');
  });

  test('E keeps it while it matches: extended near its end, once for what has matched since', () => {
    let { state } = press(opened(), 'E');
    expect(update(state, listed({ expiresInSec: 200, packets: 900 })).effects).toEqual([]); // far from its end
    let step = update(state, listed({ expiresInSec: 20, packets: 900 }));
    expect(step.effects).toEqual([{ kind: 'extend', id: 'abcde' }]);
    step = update(step.state, listed({ expiresInSec: 20, packets: 900 })); // nothing has matched since
    expect(step.effects).toEqual([]);
    ({ state } = press(step.state, 'E'));
    expect(update(state, listed({ expiresInSec: 20, packets: 5000 })).effects).toEqual([]); // not kept any more
  });

  test('one that ended is not kept', () => {
    const { state } = press(opened(), 'E');
    const ended = update(state, { kind: 'listed', actions: [], nowMs: NOW }).state;
    expect(ended.kept.size).toBe(0);
  });

  test('what vanished is said once, and R opens its preview for the time it had left; it never acts', () => {
    const said = update(opened(), { kind: 'vanished', vanished: [GONE] }).state;
    expect(said.notice?.text).toContain('bcdef vanished');
    const again = update({ ...said, notice: null }, { kind: 'vanished', vanished: [GONE] }).state;
    expect(again.notice).toBeNull();
    const { state, effects } = press(again, 'R');
    expect(state.overlay).toEqual({ kind: 'mitigation' });
    expect(state.mitigation?.request).toMatchObject({ blockSources: ['203.0.113.0/24'], replaces: 'bcdef' });
    expect(state.mitigation?.request.ttlSec).toBeGreaterThan(80);
    expect(effects.map(({ kind }) => kind)).toEqual(['plan', 'impact']);
    expect(press(opened(), 'R').state.notice?.text).toContain('Nothing has vanished');
  });

  test('L shows the audit log, read from the newest up', () => {
    const { state, effects } = press(opened(), 'L');
    expect(effects).toEqual([{ kind: 'audit' }]);
    const read = update(state, { kind: 'audited', lines: ['a', 'b'] }).state;
    expect(read.overlay).toEqual({ kind: 'audit', lines: ['a', 'b'], scroll: 0 });
    expect(press(read, 'k').state.overlay).toMatchObject({ scroll: 1 });
    expect(press(read, 'j').state.overlay).toMatchObject({ scroll: 0 });
    expect(press(read, 'm').effects).toEqual([]);
    expect(press(read, 'escape').state.overlay).toBeNull();
  });

  test('M previews counting the senders to the chosen target, and nothing else', () => {
    const state = stateAfter(120, 40, [tickEvent(), ...keyEvents(['tab', 'j'])]);
    expect(state.focus).toBe('targets');
    const { state: next, effects } = press(state, 'M');
    expect(next.mitigation?.request.countSenders).toHaveLength(1);
    expect(next.mitigation?.request.blockSources).toEqual([]);
    expect(effects.map(({ kind }) => kind)).toEqual(['plan']);
  });
});
