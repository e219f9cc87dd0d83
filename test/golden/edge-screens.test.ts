/** Screen 4 of an edge's log, kept as text. */
import { describe, expect, test } from 'vitest';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { cellWidth } from '../../src/format/cell-text.js';
import { makeEdgeView } from '../support/edge-fixture.js';
import { makeNetworkView } from '../support/network-fixture.js';
import { FIXTURE_NOW_MS, keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';

const edge = (change: Parameters<typeof makeEdgeView>[0] = {}): UiEvent => ({
  kind: 'edge',
  view: makeEdgeView(change),
  nowMs: FIXTURE_NOW_MS,
});
const shown = (keys: readonly string[] = [], change = {}) => [tickEvent(), ...keyEvents(['4']), edge(change), ...keyEvents(keys)];

/** The page behind the requests. */
const network = (keys: readonly string[] = []): readonly UiEvent[] => [
  ...shown(),
  { kind: 'edgeNetwork', view: makeNetworkView() },
  ...keyEvents(['4', ...keys]),
];

describe('requests of an edge', () => {
  const filter = [{ role: 'edgePaths', value: '/search' } as const];
  const cases: readonly (readonly [string, number, number, readonly UiEvent[]])[] = [
    ['edge', 80, 24, shown(['j'])],
    ['edge', 120, 40, shown(['tab', 'j', 'space'])],
    ['edge', 200, 60, shown(['j', '-'])],
    ['edge-waiting', 80, 24, [tickEvent(), ...keyEvents(['4'])]],
    ['edge-filtered', 120, 40, [...shown(['enter']), edge({ view: { ...makeEdgeView().view, filter } })]],
    ['edge-network', 80, 24, network()],
    ['edge-network', 120, 40, network(['j'])],
    ['edge-network', 200, 60, network()],
    [
      'edge-doubts',
      120,
      40,
      [
        { kind: 'edgePaused', untilMs: FIXTURE_NOW_MS + 125_000, why: '1200 calls in 5 min' },
        ...shown([], {
        sampleInterval: 10,
        lagSec: 74,
        botScores: null,
        wafScores: null,
        counts: { ...makeEdgeView().counts, shed: 51_000 },
        zones: [{ ...makeEdgeView().zones[0]!, state: 'retrying', detail: 'retrying in 8 s after close 1006', renewByMs: null }],
      }),
      ],
    ],
  ];
  test.each(cases)('%s %dx%d', async (name, columns, rows, events) => {
    const { screen } = await renderState(stateAfter(columns, rows, events, { hasEdge: true }));
    const text = screen.text();
    for (const line of text.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
    expect(text.split('\n').length).toBeLessThanOrEqual(rows);
    await expect(`${text}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.txt`);
  });
});
