import { describe, expect, test } from 'vitest';
import { makeEdgeView } from '../../../test/support/edge-fixture.js';
import { FIXTURE_NOW_MS, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import { makeRulesView } from '../../../test/support/rules-fixture.js';
import { DEFAULT_VIEW, makeTick } from '../../../test/support/snapshot-fixture.js';
import { EDGE_ROLES, type EdgeFilterPart, type EdgeRole } from '../../records/edge-role.js';
import type { EdgeView } from '../../snapshot/edge-view.js';
import type { UiEffect, UiEvent, UiOptions, UiState } from './ui-state.js';
import { focusedText } from './ui-texts.js';
import { update } from './ui-update.js';

const edge = (change: Partial<EdgeView> = {}, nowMs = FIXTURE_NOW_MS): UiEvent => ({
  kind: 'edge',
  view: makeEdgeView(change),
  nowMs,
});

function press(state: UiState, keys: readonly string[], nowMs = FIXTURE_NOW_MS + 1000) {
  const effects: UiEffect[] = [];
  let next = state;
  for (const key of keys) {
    const step = update(next, { kind: 'key', key, nowMs });
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

function open(options: Partial<UiOptions> = {}, hasAttack = true): UiState {
  const tick = tickEvent(makeTick(160, DEFAULT_VIEW, { hasAttack }));
  const state = stateAfter(120, 40, [tick], { hasEdge: true, backend: 'cloudflare', ...options });
  return update(press(state, ['4']).state, edge()).state;
}

/** The cursor in the table of a role. */
function at(state: UiState, role: EdgeRole): UiState {
  let next = state;
  for (let i = 0; focusedText(next) !== role && i < EDGE_ROLES.length; i += 1) next = press(next, ['tab']).state;
  expect(focusedText(next)).toBe(role);
  return next;
}

const wanted = (effects: readonly UiEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'setEdgeView' ? [effect.view] : []));
const asked = (effects: readonly UiEffect[]) => effects.find(({ kind }) => kind === 'analyse');
const requestOf = ({ mitigation }: UiState) => mitigation?.request;

describe('what the worker is asked for', () => {
  test('tables while they are looked at, nothing else otherwise', () => {
    const start = stateAfter(120, 40, [tickEvent()], { hasEdge: true });
    const opened = press(start, ['4']);
    expect(wanted(opened.effects)).toMatchObject([{ roles: EDGE_ROLES, filter: [] }]);
    expect(wanted(press(opened.state, ['j', 'tab', 's']).effects)).toEqual([]);
    expect(wanted(press(opened.state, ['1']).effects)).toMatchObject([{ roles: [] }]);
    expect(wanted(press(opened.state, ['4']).effects)).toMatchObject([{ roles: [] }]);
    expect(wanted(press(opened.state, ['.']).effects)).toMatchObject([{ window: '10s' }]);
  });

  test('which of our rules match, on any screen', () => {
    const live = {
      id: 'abc',
      prefixes: [],
      targets: [],
      allow: [],
      why: '',
      packets: 0,
      bytes: 0,
      expiresInSec: 9,
      state: 'confirmed',
    } as const;
    const rule = '8ac8bc2a661e475d940980f9317f28e1';
    const { state, effects } = update(press(open(), ['1']).state, {
      kind: 'listed',
      actions: [{ ...live, edgeRules: [rule] }],
      nowMs: FIXTURE_NOW_MS,
    });
    expect(wanted(effects)).toMatchObject([{ roles: ['edgeRules'] }]);
    expect(state.actions[0]!.packets).toBeGreaterThan(1000);
  });
});

describe('filters', () => {
  const part: EdgeFilterPart = { role: 'edgePaths', value: '/search' };

  test('Enter narrows, Esc takes it back, then leaves', () => {
    const drilled = press(open(), ['enter']);
    expect(drilled.state.edge.filter).toEqual([part]);
    expect(wanted(drilled.effects)).toMatchObject([{ filter: [part] }]);
    const client = press(at(drilled.state, 'edgeClients'), ['enter']).state;
    expect(client.edge.filter).toEqual([part, { role: 'edgeClients', value: '198.51.100.20' }]);
    expect(press(client, ['escape']).state.edge.filter).toEqual([part]);
    expect(press(client, ['escape', 'escape', 'escape']).state).toMatchObject({
      screen: 'overview',
      edge: { filter: [] },
    });
  });

  test('F lets the edge filter; with the last chip it filters no more', () => {
    expect(press(open(), ['F']).effects).toEqual([]);
    const { state, effects } = press(open(), ['enter', 'F']);
    expect(effects.at(-1)).toEqual({ kind: 'filterAtEdge', isOn: true });
    expect(state.edge.isFilteredThere).toBe(true);
    const off = press(state, ['escape']);
    expect(off.effects).toContainEqual({ kind: 'filterAtEdge', isOn: false });
    expect(off.state.edge.isFilteredThere).toBe(false);
  });

  test('other rows than before: no cursor, no marks of theirs', () => {
    const marked = press(open(), ['space']).state;
    expect(marked.texts.edgePaths.marked.size).toBe(1);
    const filtered = update(marked, edge({ view: { ...makeEdgeView().view, filter: [part] } })).state;
    expect(filtered.texts.edgePaths.marked.size).toBe(0);
  });
});

describe('a frozen picture', () => {
  test('stays while new ones come', () => {
    const frozen = press(open(), ['p']).state;
    const later = update(frozen, edge({ tick: 99 })).state;
    expect(later.edge.view?.tick).toBe(12);
    expect(update(press(later, ['p']).state, edge({ tick: 100 })).state.edge.view?.tick).toBe(100);
  });
});

describe('d', () => {
  test.each<[string, EdgeRole, readonly string[], string]>([
    ['the host that gets most', 'edgePaths', [], 'www.shop.example'],
    ['the host under the cursor', 'edgeHosts', ['j'], 'api.shop.example'],
    ['the host it is narrowed to', 'edgeHosts', ['j', 'enter', 'shift-tab'], 'api.shop.example'],
  ])('compares %s', (_, role, keys, target) => {
    const { effects, state } = press(at(open(), role), [...keys, 'd']);
    expect(asked(effects)).toEqual({ kind: 'analyse', request: { of: 'edge', target, labels: [] } });
    expect(state).toMatchObject({ screen: 'diff', diff: { isOfEdge: true, target } });
  });

  test('with what was marked; the same key again takes a mark off', () => {
    const { state, effects } = press(open(), ['-', 'j', '=', 'd']);
    const labels = [
      { role: 'edgePaths', value: '/search', is: 'attack' },
      { role: 'edgePaths', value: '/', is: 'good' },
    ];
    expect(asked(effects)).toMatchObject({ request: { labels } });
    expect(state.edge.labels).toEqual(labels);
    expect(press(open(), ['-', '-']).state.edge.labels).toEqual([]);
  });

  test('an onset is compared unasked, once, when it is three seconds old', () => {
    const { nowSec } = makeEdgeView();
    const onset = { host: 'www.shop.example', sinceSec: nowSec - 2, endSec: null, rps: 5e4, baselineRps: 900 };
    const calm = open({}, false);
    const young = update(calm, edge({ onsets: [onset] }));
    expect(young.effects).toEqual([]);
    const due = update(young.state, edge({ onsets: [{ ...onset, sinceSec: nowSec - 3 }] }));
    expect(due.effects).toMatchObject([{ kind: 'analyse', request: { of: 'edge', target: 'www.shop.example' } }]);
    expect(update(due.state, edge({ onsets: [{ ...onset, sinceSec: nowSec - 3 }] })).effects).toEqual([]);
  });
});

describe('m', () => {
  test.each<[EdgeRole, readonly string[], object]>([
    ['edgePaths', [], { signature: { words: 'http.path = "/search"' }, edgeRuleAction: 'managed_challenge' }],
    [
      'edgeClients',
      ['space', 'j', 'space'],
      { blockSources: ['198.51.100.20', '198.51.101.21'], edgeRuleAction: 'block' },
    ],
    ['edgeAsns', [], { signature: { rule: { clauses: [{ predicates: [{ attribute: 'ip.asn', value: 64496 }] }] } } }],
    ['edgeJa4', [], { signature: { rule: { kind: 'request' } } }],
    ['edgeUserAgents', ['j', 'j'], { signature: { rule: { clauses: [{ predicates: [{ value: '' }] }] } } }],
  ])('of %s', (role, keys, request) => {
    const { state, effects } = press(at(open(), role), [...keys, 'm']);
    expect(requestOf(state)).toMatchObject({ backend: 'cloudflare', ...request });
    expect(effects.map(({ kind }) => kind)).toEqual(['plan', 'analyse', 'measureAtEdge']);
    const ready = { ...at(open(), role), diff: { ...state.diff, phase: 'ready' as const } };
    expect(press(ready, ['m']).effects.map(({ kind }) => kind)).toEqual(['plan', 'measureAtEdge']);
  });

  test('within what the screen is narrowed to', () => {
    const drilled = press(open(), ['enter']).state;
    const { state } = press(at(drilled, 'edgeJa4'), ['m']);
    const { clauses } = requestOf(state)!.signature!.rule;
    expect(clauses[0]!.predicates.map(({ attribute }) => attribute)).toEqual(['http.path', 'tls.ja4']);
  });

  test.each<[EdgeRole, readonly string[], RegExp]>([
    ['edgePaths', ['j', 'j'], /stands for many/],
    ['edgeStatuses', [], /cannot match by status/],
  ])('%s cannot be matched, and why', (role, keys, words) => {
    const { state } = press(at(open(), role), [...keys, 'm']);
    expect(state.mitigation).toBeNull();
    expect(state.notice?.text).toMatch(words);
  });

  test('nothing without the door, or the right', () => {
    const closed = press(open({ backend: 'nft', cannotActAtEdge: 'no token' }), ['m']).state;
    expect(closed.mitigation).toMatchObject({ request: { backend: 'cloudflare' }, cannotAct: 'no token' });
    const states = [{ area: 'waf', permission: 'Zone > Zone WAF Read', allowed: false, detail: '' }] as const;
    const { state } = update(open(), { kind: 'edgePermissions', states });
    expect(press(state, ['m']).state.notice?.text).toMatch(/lacks "Zone > Zone WAF Read"/);
    expect(press(state, ['U']).state.mitigation).not.toBeNull();
  });

  test('x turns to the next action, and what was measured stays', () => {
    const { state } = press(open(), ['m']);
    const rule = {
      recall: { estimate: 0.9, low: 0.8, high: 1 },
      collateral: { estimate: 0, low: 0, high: 0.01 },
      goodHits: [],
    };
    const result = { kind: 'measuredAtEdge', request: requestOf(state)!, rule: rule as never } as const;
    const measured = update(state, { kind: 'result', result, nowMs: FIXTURE_NOW_MS }).state;
    const next = press(measured, ['x']).state;
    expect([requestOf(next)?.edgeRuleAction, next.mitigation?.measured]).toEqual(['js_challenge', rule]);
    expect(requestOf(press(next, ['x', 'x']).state)?.edgeRuleAction).toBe('block');
  });

  test('U: every visitor is challenged; x changes nothing of it', () => {
    const { state } = press(open(), ['U', 'x']);
    expect(requestOf(state)).toMatchObject({ edge: { of: 'under-attack' } });
  });
});

test('what a firewall here drops, poll by poll, where a zone is watched', () => {
  const { rows, ...rest } = makeRulesView();
  const view = {
    ...rest,
    atMs: 5000,
    state: 'live',
    rows: rows.map((row) => ({ ...row, verdict: 'drop' as const, pps: 7 })),
  } as const;
  const once = update(open(), { kind: 'rules', view, nowMs: FIXTURE_NOW_MS }).state;
  const dropping = rows.filter(({ kind }) => kind !== 'counter').length;
  expect(once.edge.drops).toEqual([{ sec: 5, pps: 7 * dropping }]);
  expect(update(once, { kind: 'rules', view, nowMs: FIXTURE_NOW_MS }).state.edge.drops).toHaveLength(1);
});
