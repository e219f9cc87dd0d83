import { describe, expect, test } from 'vitest';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import { scenarioAnalysis, scenarioSession } from '../../../test/support/scenario-analysis.js';
import type { Tick } from '../ingest/feed.js';
import type { UiEffect, UiState } from './ui-state.js';
import { update } from './ui-update.js';

const NOW = FIXTURE_NOW_MS + 500;
const analysis = scenarioAnalysis('synFlood');
const ofRequests = scenarioAnalysis('httpFlood');

function press(state: UiState, ...keys: string[]): { state: UiState; effects: UiEffect[] } {
  const effects: UiEffect[] = [];
  let next = state;
  for (const event of keyEvents(keys, NOW)) {
    const step = update(next, event);
    next = step.state;
    effects.push(...step.effects);
  }
  return { state: next, effects };
}

function analysed(found = analysis, columns = 120, rows = 40): UiState {
  const asked = stateAfter(columns, rows, [tickEvent(), ...keyEvents(['d'])]);
  return update(asked, { kind: 'analysed', analysis: found, nowMs: NOW }).state;
}

/** With the cursor on the first value that a rule can have. */
function onUsable(state: UiState): UiState {
  let next = state;
  for (let i = 0; i < 200; i += 1) {
    const row = next.diff.rows[next.diff.index];
    if (row?.kind === 'value' && row.isUsable) return next;
    next = press(next, 'j').state;
  }
  throw new Error('no value can be used');
}

describe('d', () => {
  test('asks for the target of the largest incident, and opens the screen', () => {
    const { state, effects } = press(stateAfter(120, 40, [tickEvent()]), 'd');
    expect(effects).toEqual([{ kind: 'analyse', request: { target: '203.0.113.7', labels: [] } }]);
    expect(state).toMatchObject({ screen: 'diff', diff: { phase: 'working', target: '203.0.113.7' } });
  });

  test('asks for the target under the cursor', () => {
    const { state } = press(stateAfter(120, 40, [tickEvent()]), 'tab', 'j');
    const key = state.tables.targets.rows[state.tables.targets.index]!.key;
    expect(press(state, 'd').effects).toEqual([{ kind: 'analyse', request: { target: key, labels: [] } }]);
  });

  test('on the diff screen asks again for the same', () => {
    expect(press(analysed(), 'd').effects).toEqual([
      { kind: 'analyse', request: { target: '203.0.113.7', labels: [] } },
    ]);
  });

  test('without an attack or a target says what to choose', () => {
    const { state, effects } = press(stateAfter(120, 40, []), 'd');
    expect(effects).toEqual([]);
    expect(state.notice?.text).toMatch(/choose an incident/);
  });
});

describe('unasked', () => {
  const attackTick = (sinceSec: number) => {
    const { tick } = tickEvent() as { tick: Tick };
    const incidents = tick.incidents.map((each) => ({
      ...each,
      state: 'attack' as const,
      detectedAt: tick.snapshot.nowSec - sinceSec,
    }));
    return { kind: 'tick', tick: { ...tick, incidents }, nowMs: NOW } as const;
  };

  test('each attack is looked at once, some seconds old, and screen 3 is ready', () => {
    const start = stateAfter(120, 40, []);
    expect(update(start, attackTick(1)).effects).toEqual([]);
    const first = update(start, attackTick(4));
    expect(first.effects).toMatchObject([{ kind: 'analyse', request: { labels: [] } }]);
    expect(update(first.state, attackTick(4)).effects).toEqual([]);
    const { state } = update(first.state, { kind: 'analysed', analysis, nowMs: NOW });
    expect(state).toMatchObject({ screen: 'overview', diff: { phase: 'ready' } });
    expect(state.notice?.text).toContain('screen 3');
  });

  test('not while somebody looks at another one', () => {
    const looking = { ...stateAfter(120, 40, []), screen: 'diff' } as const;
    expect(update(looking, attackTick(4)).effects).toEqual([]);
  });
});

describe('= and -', () => {
  test('marked rows go with the request; the same key again takes the mark off', () => {
    const marked = press(stateAfter(120, 40, [tickEvent()]), '=', 'j', '-');
    const [good, attack] = [0, 1].map((i) => marked.state.tables.sources.rows[i]!.key);
    expect(marked.state.labels).toEqual([
      { field: 'source', value: good, is: 'good' },
      { field: 'source', value: attack, is: 'attack' },
    ]);
    expect(press(marked.state, 'd').effects[0]).toMatchObject({ request: { labels: marked.state.labels } });
    expect(press(marked.state, '-').state.labels).toHaveLength(1);
    expect(press(marked.state, '=').state.labels).toMatchObject([{ is: 'good' }, { is: 'good' }]);
  });

  test('targets and flows cannot be marked', () => {
    const { state } = press(stateAfter(120, 40, [tickEvent()]), 'tab', '=');
    expect(state.labels).toEqual([]);
    expect(state.notice?.text).toMatch(/Sources and ports/);
  });
});

describe('the cursor', () => {
  test('stands on values only, from the first to the last, and stays in sight', () => {
    let state = analysed(analysis, 80, 24);
    for (const key of ['j', 'j', 'k', 'pagedown', 'pagedown', 'G', 'pageup', 'g', 'j']) {
      state = press(state, key).state;
      expect(state.diff.rows[state.diff.index]?.kind).toBe('value');
      expect(state.diff.index).toBeGreaterThanOrEqual(state.diff.offset);
    }
    expect(press(state, 'g').state.diff).toMatchObject({ offset: 0 });
  });

  test('stays on its value when the same target is looked at again', () => {
    const moved = press(analysed(), 'j', 'j', 'j').state;
    const again = update(press(moved, 'd').state, { kind: 'analysed', analysis, nowMs: NOW }).state;
    expect(again.diff.rows[again.diff.index]).toEqual(moved.diff.rows[moved.diff.index]);
  });
});

describe('Space', () => {
  test('takes a value in, asks what the rule does then, and takes it out again', () => {
    const empty = {
      ...analysed(),
      diff: { ...analysed().diff, match: { kind: 'packet', target: null, clauses: [] } },
    } as const;
    const on = onUsable(empty);
    const { state, effects } = press(on, 'space');
    expect(effects).toEqual([{ kind: 'measure', match: state.diff.match }]);
    expect(state.diff).toMatchObject({ isEdited: true, isMeasuring: true });
    expect(state.diff.match.clauses).toHaveLength(1);
    const out = press(state, 'space');
    expect(out.state.diff).toMatchObject({ isMeasuring: false, rule: null });
    expect(out.state.diff.match.clauses).toEqual([]);
    expect(out.effects).toEqual([]);
  });

  test('what comes back is shown; an answer to an older rule is not', () => {
    const session = scenarioSession('synFlood');
    const { state } = press(onUsable(analysed()), 'space');
    const { match } = state.diff;
    const { rule, backends } = session.measure(match);
    const answer = { kind: 'measured', match, rule, backends, nowMs: NOW } as const;
    expect(update(state, answer).state.diff).toMatchObject({ isMeasuring: false, rule });
    const older = update(state, { ...answer, match: { ...match } }).state.diff;
    expect(older.isMeasuring).toBe(true);
  });

  test('what no backend can match stays out, and says so', () => {
    let state = analysed();
    while (state.diff.rows[state.diff.index]?.kind === 'value') {
      const row = state.diff.rows[state.diff.index]!;
      if (row.kind === 'value' && !row.isUsable) break;
      state = press(state, 'j').state;
    }
    const { state: after, effects } = press(state, 'space');
    expect(effects).toEqual([]);
    expect(after.notice?.text).toMatch(/no backend/);
  });
});

describe('b and y', () => {
  test('b goes round the backends; the WAF only where there are requests', () => {
    const seen = (state: UiState) => {
      const backends: string[] = [];
      for (let next = state, i = 0; i < 7; i += 1, next = press(next, 'b').state) backends.push(next.diff.backend);
      return new Set(backends);
    };
    const diffs = analysis.diffs.filter(({ kind }) => kind === 'packet');
    expect(seen(analysed({ ...analysis, diffs }))).not.toContain('waf');
    expect(seen(analysed(ofRequests))).toContain('waf');
    expect(seen(analysed(ofRequests)).size).toBe(6);
  });

  test('with the WAF the rule is one of requests, with the others one of packets', () => {
    for (let next = analysed(ofRequests), i = 0; i < 12; i += 1, next = press(next, 'b').state)
      expect(next.diff.match.kind === 'packet', next.diff.backend).toBe(next.diff.backend !== 'waf');
  });

  test('y copies the commands that are shown', () => {
    const session = scenarioSession('synFlood');
    const { state } = press(onUsable(analysed()), 'space');
    const { rule, backends } = session.measure(state.diff.match);
    const measured = update(state, { kind: 'measured', match: state.diff.match, rule, backends, nowMs: NOW }).state;
    const [copy] = press(measured, 'y').effects;
    expect(copy).toEqual({ kind: 'copy', text: backends.find(({ backend }) => backend === 'nft')!.text.join('\n') });
  });
});
