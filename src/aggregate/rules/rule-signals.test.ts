import { expect, test } from 'vitest';
import { readHostSignals } from '../../../collectors/netfilter/proc/host-signals.js';
import type { CounterSample, HostSignals, SetSummary } from '../../records/counter-sample.js';
import { SignalRates } from './rule-signals.js';

function sampleOf(steadyMs: number, signals: Partial<HostSignals>): CounterSample {
  return { steadyMs, signals: { ...readHostSignals({}), ...signals } } as CounterSample;
}

test('a rate needs two samples, and is unknown when a counter fell', () => {
  const signals = new SignalRates();
  signals.take(sampleOf(0, { synCookiesSent: 100 }));
  expect(signals.rows([])).toMatchObject([{ id: 'syn-cookies-sent', rate: null, value: 100, isAlarming: false }]);
  signals.take(sampleOf(2000, { synCookiesSent: 300 }));
  expect(signals.rows([])).toMatchObject([
    { rate: 100, isAlarming: true, meaning: expect.stringContaining('SYN flood') },
  ]);
  signals.take(sampleOf(3000, { synCookiesSent: 5 }));
  expect(signals.rows([])).toMatchObject([{ rate: null, isAlarming: false }]);
});

test('what is only counted is no alarm; what is lost is', () => {
  const signals = new SignalRates();
  signals.take(sampleOf(0, { synCookiesRecv: 0, listenDrops: 0, softnetDropped: 0, softnetSqueezed: 0 }));
  signals.take(sampleOf(1000, { synCookiesRecv: 5, listenDrops: 5, softnetDropped: 5, softnetSqueezed: 5 }));
  expect(
    signals
      .rows([])
      .filter(({ isAlarming }) => isAlarming)
      .map(({ id }) => id),
  ).toEqual(['listen-drops', 'softnet-dropped']);
});

test.each([
  [80, false],
  [81, true],
  [100, true],
])('a connection table with %d of 100', (conntrackCount, isAlarming) => {
  const signals = new SignalRates();
  signals.take(sampleOf(0, { conntrackCount, conntrackMax: 100 }));
  expect(signals.rows([])).toMatchObject([{ id: 'conntrack', fill: conntrackCount / 100, isAlarming }]);
});

test('sets that are nearly full', () => {
  const signals = new SignalRates();
  signals.take(sampleOf(0, {}));
  const set = (name: string, elements: number | null, flags: string[]): SetSummary => ({
    key: name,
    by: 'nft',
    family: 'inet',
    table: 't',
    name,
    type: '',
    flags,
    elements,
    maxElements: 10,
  });
  const rows = signals.rows([
    set('low', 7, ['dynamic']),
    set('dyn', 8, ['dynamic']),
    set('static', 10, []),
    set('unknown', null, ['dynamic']),
  ]);
  expect(rows.map(({ label, fill, meaning }) => [label, fill, meaning])).toEqual([
    ['set dyn', 0.8, '8 of 10: above it new sources pass'],
    ['set static', 1, '10 of 10: above it nothing can be added'],
  ]);
});
