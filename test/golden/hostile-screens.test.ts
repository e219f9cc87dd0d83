/**
 * Every string that a screen can be given, hostile: whatever panel is added, and whatever it forgets to clean, nothing of it reaches the
 * terminal. Strings that are looked up, such as states and names of tables, are the only ones left as they are.
 */
import { describe, expect, test } from 'vitest';
import type { MitigationView } from '../../components/panels/mitigation-view.js';
import { fitLine, span } from '../../components/theme/paint.js';
import type { ScreenProps } from '../../components/screens/screen-props.js';
import { DARK_THEME } from '../../components/theme/theme.js';
import { screenProps } from '../../src/app/screen/ui-props.js';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { cellWidth } from '../../src/format/cell-text.js';
import { ScreenWriter } from '../../src/terminal/screen-writer.js';
import { TEXT_ROLES } from '../../src/snapshot/snapshot.js';
import { makeEdgeView } from '../support/edge-fixture.js';
import { makeNetworkView } from '../support/network-fixture.js';
import { FixtureDoor } from '../support/fixture-door.js';
import { ALL_HOSTILE, HIDDEN, HOSTILE } from '../support/hostile-strings.js';
import { FIXTURE_NOW_MS, keyEvents, type Rendered, renderProps, stateAfter, tickEvent } from '../support/render-screen.js';
import { inTurn } from '../support/whole.js';
import { scenarioAnalysis } from '../support/scenario-analysis.js';
import { DEFAULT_VIEW, makeTick } from '../support/snapshot-fixture.js';

/** Their values choose, they are not shown. */
const LOOKED_UP: ReadonlySet<string> = new Set([
  'screen', 'focus', 'textFocus', 'unit', 'kind', 'phase', 'state', 'window', 'layer', 'field', 'verdict', 'sourceVerdict', 'origin', 'page', 'color', 'sort', 'seen',
  'is', 'from', 'backend', 'role', 'roles', 'system', 'pane', 'rowKind', 'operator', 'attribute',
]); // biome-ignore format: a list

/** The same value with hostile text before every string in it. */
function poisoned(value: unknown, name = ''): unknown {
  if (LOOKED_UP.has(name) && typeof value !== 'object') return value;
  if (typeof value === 'string') return `${ALL_HOSTILE}${value}`;
  if (Array.isArray(value)) return name === 'seen' || name === 'roles' ? value : value.map((item) => poisoned(item));
  if (value instanceof Set) return new Set([...value].map((item) => poisoned(item)));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'theme' ? item : poisoned(item, key)]),
  );
}

const view = { ...DEFAULT_VIEW, texts: TEXT_ROLES, filter: [{ field: 'source', value: '198.0.0.1' }] } as const;
const tick = tickEvent(makeTick(160, view));
const LOG = [{ atMs: FIXTURE_NOW_MS, text: 'pcap eth0: live', repeats: 2 }];

const SURROUNDINGS = { theme: DARK_THEME, isAscii: false, log: LOG };

function propsAfter(columns: number, rows: number, events: readonly UiEvent[]): ScreenProps {
  return screenProps(stateAfter(columns, rows, [tick, ...events]), SURROUNDINGS);
}

async function mitigationView(): Promise<MitigationView> {
  const { mitigation } = stateAfter(120, 40, [tick, ...keyEvents(['m'])]);
  const plan = await new FixtureDoor().plan({ ...mitigation!.request, blockSources: ['198.0.0.0/8'] });
  const [live] = await listed(plan.request.blockSources);
  return { ...mitigation!, plan, live: live ?? null, caution: 'c', planError: null, actError: 'e', cannotAct: 'n' };
}

async function listed(prefixes: readonly string[]) {
  const door = new FixtureDoor();
  const { request } = stateAfter(120, 40, [tick, ...keyEvents(['m'])]).mitigation!;
  await door.apply(await door.plan({ ...request, blockSources: prefixes }));
  return (await door.list()).map((action) => ({ ...action, problem: 'not in force', allow: ['192.0.2.1'] }));
}

function expectTame({ frame, screen, overflowRows }: Rendered, columns: number, hint: string): void {
  expect(frame.replaceAll(/\x1b\[[0-9;]*m|\n/g, ''), hint).not.toMatch(HIDDEN);
  expect(screen.text().replaceAll('\n', ''), hint).not.toMatch(HIDDEN);
  expect(screen.text(), hint).toContain('\\x1b');
  expect(overflowRows, hint).toBe(0);
  for (const line of screen.lines()) expect(cellWidth(line), hint).toBeLessThanOrEqual(columns);
}

const analysis = scenarioAnalysis('httpFlood', 'waf');

/** A diff with a rule; the attribute of a predicate is looked up, its title and its values are shown. */
function diffProps(columns: number, rows: number): ScreenProps {
  const analysed: UiEvent = { kind: 'analysed', analysis, nowMs: FIXTURE_NOW_MS };
  return propsAfter(columns, rows, [...keyEvents(['d']), analysed, ...keyEvents(['space', 'tab'])]);
}

describe('every string of a screen, hostile', () => {
  const sizes = inTurn([[80, 24], [120, 40], [200, 60]] as const, 0); // biome-ignore format: a table
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['overview', []],
    ['talkers', ['2', 'tab', 'space']],
    ['requests', ['4', 'j', 'space']],
    ['requests, another table', ['4', 'tab']],
    ['incidents', ['6']],
    ['log', ['8']],
    ['help', ['?']],
    ['frozen', ['p']],
    ['a notice', ['4', 'enter']],
    ['copied', ['y']],
    ['diff', ['3']],
    ['evidence', ['w']],
  ];
  test.each(sizes)('%dx%d', async (columns, rows) => {
    for (const [name, keys] of ways) {
      const props = propsAfter(columns, rows, [...keyEvents(keys), tick]);
      expectTame(await renderProps(poisoned(props) as ScreenProps), columns, name);
    }
  });

  test.each(sizes)('a diff and its rule, %dx%d', async (columns, rows) => {
    expectTame(await renderProps(poisoned(diffProps(columns, rows)) as ScreenProps), columns, 'diff');
  });

  test.each(sizes)('requests of an edge, %dx%d', async (columns, rows) => {
    const label = { role: 'edgePaths', value: '/search' } as const;
    const view = makeEdgeView({ view: { ...makeEdgeView().view, filter: [label] } });
    const events: UiEvent[] = [
      tick,
      ...keyEvents(['4']),
      { kind: 'edge', view, nowMs: FIXTURE_NOW_MS },
      { kind: 'edgeRemark', text: 'the token may not' },
      { kind: 'edgePaused', untilMs: FIXTURE_NOW_MS + 60_000, why: '429 from the server' },
      ...keyEvents(['j', 'enter']),
    ];
    const props = screenProps(stateAfter(columns, rows, events, { hasEdge: true }), SURROUNDINGS);
    expectTame(await renderProps(poisoned(props) as ScreenProps), columns, 'edge');
    const network = { ...props.edge, network: makeNetworkView(), isNetwork: true };
    expectTame(await renderProps(poisoned({ ...props, edge: network }) as ScreenProps), columns, 'edge network');
  });

  test('actions, and a mitigation in every phase', async () => {
    const props = propsAfter(120, 40, []);
    const actions = { ...props, screen: 'actions', actions: await listed(['198.51.100.1']) } as const;
    expectTame(await renderProps(poisoned(actions) as ScreenProps), 120, 'actions');
    const view = await mitigationView();
    for (const phase of ['preview', 'armed', 'confirmed', 'undone', 'expired'] as const) {
      const panel = { ...props, overlay: { kind: 'mitigation' }, mitigation: { ...view, phase } } as const;
      expectTame(await renderProps(poisoned(panel) as ScreenProps), 120, phase);
    }
    const failed = { ...props, screen: 'actions', actions: [], actionsError: 'nft failed' } as const;
    expectTame(await renderProps(poisoned(failed) as ScreenProps), 120, 'no actions');
  });

  test('too small for anything else', async () => {
    const rendered = await renderProps(poisoned(propsAfter(39, 9, [])) as ScreenProps);
    expect(rendered.frame.replaceAll(/\x1b\[[0-9;]*m|\n/g, '')).not.toMatch(HIDDEN);
  });
});

describe('the two last guards', () => {
  test.each(Object.entries(HOSTILE))('%s in a line that nobody cleaned is written out, in its width', (_, text) => {
    const line = fitLine([span(text, 'text'), span('rest')], 60);
    const shown = line.map((part) => part.text).join('');
    expect(shown).not.toMatch(HIDDEN);
    expect(cellWidth(shown)).toBe(60);
    expect(shown).toMatch(/\\[xunrt]/);
  });

  test.each(Object.entries(HOSTILE))('%s in a frame is no more than question marks in cells', (_, text) => {
    for (const unicode of [true, false]) {
      let sent = '';
      const capabilities = { depth: 'truecolor', unicode, sync: false, remote: false } as const;
      const writer = new ScreenWriter(40, 2, capabilities, (bytes) => {
        sent += bytes;
      });
      writer.show(`>${text.replaceAll('\n', '')}<\nplain`);
      const content = sent.replaceAll(/\x1b\[[0-9;]*[mHKC]/g, '');
      expect(content).not.toMatch(HIDDEN);
      // An SGR is the one sequence that a frame may hold: it changes a colour and nothing else.
      if (text !== HOSTILE['colour']) expect(content).toMatch(/\?/);
    }
  });
});
