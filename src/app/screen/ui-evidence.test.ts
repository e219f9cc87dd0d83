/** `w` on the screens: what is asked for, and what is said when nothing can be. */
import { describe, expect, test } from 'vitest';
import { FIXTURE_NOW_MS, keyEvents, stateAfter, tickEvent } from '../../../test/support/render-screen.js';
import type { EvidenceRequest } from '../../recording/evidence-request.js';
import { flowParts, resultWords } from './ui-evidence.js';
import type { UiState } from './ui-state.js';
import { update } from './ui-update.js';

const stateWith = (...keys: string[]) => stateAfter(120, 40, [tickEvent(), ...keyEvents(keys)]);

function pressW(state: UiState): { request: EvidenceRequest | null; said: string } {
  const { state: next, effects } = update(state, { kind: 'key', key: 'w', nowMs: FIXTURE_NOW_MS + 200 });
  const [effect] = effects;
  return { request: effect?.kind === 'evidence' ? effect.request : null, said: next.notice?.text ?? '' };
}

describe('w', () => {
  test('on a row: its key, in the layer that is shown, whenever it was', () => {
    const { request, said } = pressW(stateWith());
    expect(request).toEqual({
      key: 'from 198.0.0.1',
      words: 'packets from 198.0.0.1',
      anyOf: [[{ field: 'source', value: '198.0.0.1' }]],
      layer: 'outer',
      fromSec: Number.NEGATIVE_INFINITY,
      toSec: Number.POSITIVE_INFINITY,
      incident: null,
    });
    expect(said).toBe('Writing evidence: packets from 198.0.0.1');
    expect(pressW(stateWith('t')).request?.layer).toBe('inner');
  });

  test('on marked rows: one of them is enough', () => {
    const { request } = pressW(stateWith('space', 'j', 'space'));
    expect(request?.anyOf.map(([part]) => part?.field)).toEqual(['source', 'source']);
    expect(request?.key).toBe('from 198.0.0.1 and 1 more');
    expect(request?.words).toMatch(/^packets from 198\.0\.0\.1 or from /);
  });

  test('in tables that are narrowed: of what is left', () => {
    const { request } = pressW(stateWith('enter', 'tab'));
    expect(request?.anyOf).toEqual([
      [
        { field: 'source', value: '198.0.0.1' },
        { field: 'target', value: '203.0.113.7' },
      ],
    ]);
    expect(request?.words).toBe('packets to 203.0.113.7 from 198.0.0.1');
  });

  test('on an incident: what its target got, from ten seconds before the onset on', () => {
    for (const keys of [['6'], ['shift-tab']]) {
      const state = stateWith(...keys);
      const incident = state.newest!.incidents[0]!;
      const { request } = pressW(state);
      expect(request).toMatchObject({
        key: incident.id,
        anyOf: [[{ field: 'target', value: incident.target }]],
        layer: 'outer',
        fromSec: incident.openedAt - 10,
        toSec: incident.endedAt ?? Number.POSITIVE_INFINITY,
        incident: { id: incident.id, vectors: incident.vectors.map(({ id, name }) => ({ id, name })) },
      });
    }
  });

  test.each([
    ['no row', stateAfter(120, 40, []), 'Choose a row first.'],
    ['no incident', stateAfter(120, 40, keyEvents(['6'])), 'There is no incident of now to write.'],
    ['another screen', stateWith('8'), 'Choose a row or an incident first.'],
  ])('%s', (_, state, said) => {
    expect(pressW(state)).toEqual({ request: null, said });
  });

  test('not while a plan is looked at', () => {
    expect(pressW(stateWith('m')).request).toBeNull();
  });
});

test.each([
  ['tcp 192.0.2.1:443 > 198.51.100.7:50123', '6', '192.0.2.1', '443', '198.51.100.7', '50123'],
  ['udp [2001:db8::1]:0 > [2001:db8::2]:53', '17', '2001:db8::1', '0', '2001:db8::2', '53'],
  ['icmp 192.0.2.1 > 192.0.2.2', '1', '192.0.2.1', null, '192.0.2.2', null],
  ['ip 200 2001:db8::1 > ::ffff:1.2.3.4', '200', '2001:db8::1', null, '::ffff:1.2.3.4', null],
])('flow %s', (key, protocol, source, sourcePort, target, targetPort) => {
  const ports = [
    ...(sourcePort === null ? [] : [{ field: 'sourcePort', value: sourcePort }]),
    ...(targetPort === null ? [] : [{ field: 'targetPort', value: targetPort }]),
  ];
  expect(flowParts(key)).toEqual([
    { field: 'protocol', value: protocol },
    { field: 'source', value: source },
    { field: 'target', value: target },
    ...ports,
  ]);
});

test.each(['', 'nothing 1 > 2', 'tcp 1.2.3.4'])('no flow: "%s"', (key) => {
  expect(flowParts(key)).toBeNull();
});

test.each([
  [{ sampleRate: 1, remarks: [] }, 'complete'],
  [{ sampleRate: 64, remarks: [] }, 'sampled up to 1:64'],
  [{ sampleRate: 1, remarks: ['Some are gone.'] }, 'incomplete'],
  [{ sampleRate: 8, remarks: ['Some are gone.'] }, 'incomplete, sampled up to 1:8'],
])('result %o', (facts, state) => {
  const { notice, log } = resultWords({ path: '/x/y.pcapng', packets: 12_345, bytes: 1_234_567, ...facts });
  expect(notice).toBe(`Evidence of 12 345 packets, ${state}: /x/y.pcapng`);
  expect(log.split('\n')).toEqual([
    `evidence: 12 345 packets, 1.23 MB on the wire, ${state}`,
    '/x/y.pcapng',
    ...facts.remarks,
  ]);
});
