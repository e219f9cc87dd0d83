/** What users see, kept as text; and the rules every screen keeps at every size. */
import { describe, expect, test } from 'vitest';
import type { UiEvent } from '../../src/app/screen/ui-state.js';
import { cellWidth } from '../../src/format/cell-text.js';
import { sheddingAt } from '../../src/records/shedding.js';
import { TEXT_ROLES } from '../../src/snapshot/snapshot.js';
import { FIXTURE_NOW_MS, keyEvents, renderState, stateAfter, tickEvent } from '../support/render-screen.js';
import { DEFAULT_VIEW, type FixtureOptions, makeTick } from '../support/snapshot-fixture.js';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
  [320, 90],
] as const;

/** The talkers screen at its last table. */
const FLOWS_KEYS = keyEvents(['2', 'tab', 'tab', 'tab', 'tab']);

const TEXTS_VIEW = { ...DEFAULT_VIEW, texts: TEXT_ROLES };

/** Screen 4 once its first picture has come. */
const requests = (options: FixtureOptions = {}, keys: readonly string[] = []): readonly UiEvent[] => [
  tickEvent(),
  ...keyEvents(['4']),
  tickEvent(makeTick(160, TEXTS_VIEW, options)),
  ...keyEvents(keys),
];

/** Everything the traffic can name, hostile. */
function hostileTick() {
  const tick = makeTick(160, TEXTS_VIEW);
  const evil = '\x1b[2J\x1b]0;owned\x07日本\u202e\u200bevil'.repeat(20);
  const rows = tick.snapshot.sources.rows.map((row, i) => (i % 3 === 0 ? { ...row, key: `${i}${evil}` } : row));
  const incidents = tick.incidents.map((incident) => ({
    ...incident,
    target: evil,
    evidence: [evil.repeat(5)],
    vectors: incident.vectors.map((vector) => ({ ...vector, name: evil })),
  }));
  const { snapshot } = tick;
  const source = { ...snapshot.source, name: evil };
  const uris = snapshot.texts!.tops.httpUris!;
  const httpUris = { ...uris, rows: uris.rows.map((row, i) => ({ ...row, key: `${i}${evil}` })) };
  const texts = { ...snapshot.texts!, tops: { ...snapshot.texts!.tops, httpUris } };
  return { ...tick, snapshot: { ...snapshot, source, sources: { ...snapshot.sources, rows }, texts }, incidents };
}

describe('golden screens', () => {
  test.each(SIZES)('overview %dx%d', async (columns, rows) => {
    const { screen } = await renderState(stateAfter(columns, rows, [tickEvent()]));
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`overview-${columns}x${rows}.txt`);
  });

  const cases: readonly (readonly [string, number, number, readonly UiEvent[]])[] = [
    ['waiting', 80, 24, []],
    ['calm', 120, 40, [tickEvent(makeTick(160, DEFAULT_VIEW, { hasAttack: false }))]],
    ['window', 80, 24, [tickEvent(makeTick(160, { ...DEFAULT_VIEW, window: '60s' }))]],
    ['gap', 80, 24, [tickEvent(makeTick(160, DEFAULT_VIEW, { gap: [60, 75], sourceState: 'retrying' }))]],
    ['ended', 80, 24, [tickEvent(makeTick(160, DEFAULT_VIEW, { sourceState: 'ended' }))]],
    ['narrow', 60, 20, [tickEvent()]],
    ['talkers', 80, 24, [tickEvent(), ...keyEvents(['2', 'tab', 'j', 'space'])]],
    ['talkers-inner', 80, 24, [tickEvent(makeTick(160, { ...DEFAULT_VIEW, layer: 'inner' })), ...keyEvents(['2'])]],
    ['requests', 80, 24, requests({}, ['tab', 'j'])],
    ['requests', 120, 40, requests()],
    ['requests', 200, 60, requests({}, ['j', 'j'])],
    ['requests-next-page', 120, 40, requests({}, ['tab', 'tab', 'tab', 'tab', 'u'])],
    ['requests-sampled', 120, 40, requests({ texts: { isSampled: true } })],
    ['requests-dns', 120, 40, requests({ texts: { roles: ['dnsQueries', 'dnsResponses'] } })],
    ['requests-none', 80, 24, requests({ texts: { roles: [] } })],
    ['incidents', 120, 40, [tickEvent(), ...keyEvents(['6'])]],
    ['actions', 80, 24, [tickEvent(), ...keyEvents(['7'])]],
    ['log', 80, 24, [tickEvent(), ...keyEvents(['8'])]],
    ['help', 80, 24, [tickEvent(), ...keyEvents(['?'])]],
    ['help', 200, 60, [tickEvent(), ...keyEvents(['?'])]],
    ['frozen', 80, 24, [tickEvent(), ...keyEvents(['p']), { kind: 'clock', nowMs: FIXTURE_NOW_MS + 12_200 }]],
    ['overload', 120, 40, [tickEvent(makeTick(160, DEFAULT_VIEW, { shedding: sheddingAt(4) }))]],
    ['overload-flows', 80, 24, [tickEvent(makeTick(160, DEFAULT_VIEW, { shedding: sheddingAt(1) })), ...FLOWS_KEYS]],
    ['too-small', 30, 8, [tickEvent()]],
  ];
  test.each(cases)('%s %dx%d', async (name, columns, rows, events) => {
    const { screen } = await renderState(stateAfter(columns, rows, events));
    await expect(`${screen.text()}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.txt`);
  });

  test('overview in ASCII', async () => {
    const { screen } = await renderState(stateAfter(80, 24, [tickEvent()]), true);
    expect(screen.text()).toMatch(/^[\n\x20-\x7e]*$/);
    await expect(`${screen.text()}\n`).toMatchFileSnapshot('overview-ascii-80x24.txt');
  });
});

describe('rules of every screen', () => {
  const everySize = [
    [40, 10],
    [47, 13],
    [79, 23],
    [100, 30],
    [180, 51],
  ] as const;

  test.each(everySize)('%dx%d: no row too many, no line too wide, frames closed, hostile text tamed', async (columns, rows) => {
    for (const tick of [makeTick(160, TEXTS_VIEW), hostileTick()]) {
      for (const key of ['1', '2', '4', '6', '7', '8', '?', 'm']) {
        const state = stateAfter(columns, rows, [tickEvent(tick), ...keyEvents([key])]);
        const { screen, overflowRows, frame } = await renderState(state);
        expect(overflowRows, `screen ${key}`).toBe(0);
        for (const line of screen.lines()) expect(cellWidth(line), `screen ${key}`).toBeLessThanOrEqual(columns);
        expect(frame).not.toMatch(/\x1b(?!\[[0-9;]*m)|[\x00-\x09\x0b-\x1a\x7f-\x9f\u200b\u202e]/);
        if (key === 'm' || key === '?') continue; // a panel covers parts of frames
        const count = (glyph: string) => screen.text().split(glyph).length - 1;
        expect(count('╭'), `screen ${key}`).toBe(count('╯'));
        expect(count('╮'), `screen ${key}`).toBe(count('╰'));
        for (const line of screen.lines()) expect(line, `screen ${key}`).not.toMatch(/[│╮╯][^ │╭╮╰╯]*$(?<![│╮╯])/);
      }
    }
  });

  test.each(SIZES)('%dx%d: frames stay where they are when all numbers change', async (columns, rows) => {
    const framesOf = async (i: number) => {
      const { screen } = await renderState(stateAfter(columns, rows, [tickEvent(makeTick(i))]));
      return screen.lines().map((line) => line.replace(/[^│╭╮╰╯]/gu, ' ').trimEnd());
    };
    const first = await framesOf(160);
    for (const i of [161, 190, 400, 1200]) expect(await framesOf(i)).toEqual(first);
  });

  test.each(SIZES)('%dx%d: units are never cut', async (columns, rows) => {
    const { screen } = await renderState(stateAfter(columns, rows, [tickEvent()]));
    expect(screen.lines()[1]).toMatch(/ pps +[\d.]+ [kMGT]?bit\/s /);
    expect(screen.text()).toMatch(/PPS▾/);
  });
});
