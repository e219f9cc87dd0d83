import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHostSignals } from '../../../collectors/netfilter/proc/host-signals.js';
import type { CounterSample, PacketCounter, RuleCounter } from '../../records/counter-sample.js';
import type { RuleRow, RulesView } from '../../snapshot/rules-view.js';
import { type LeftSec, RuleRates } from './rule-rates.js';

const NO_SIGNALS = readHostSignals({});

function ruleOf(fields: Partial<RuleCounter> & { packets?: number | null }): RuleCounter {
  const { packets = 0, ...rest } = fields;
  const handle = rest.handle === undefined ? 1 : rest.handle;
  return {
    key: `k${handle ?? rest.text ?? ''}`,
    handle,
    by: 'nft',
    family: 'inet',
    table: 't',
    chain: 'c',
    position: 1,
    text: 'drop',
    comment: '',
    verdict: 'drop',
    counter: packets === null ? null : counterOf(packets),
    sets: [],
    mitigationId: null,
    ...rest,
  };
}

function counterOf(packets: number): PacketCounter {
  return { packets, bytes: packets * 100 };
}

let steadyMs = 0;
function sampleOf(rules: readonly RuleCounter[], fields: Partial<CounterSample> = {}): CounterSample {
  steadyMs += 1000;
  return {
    host: '',
    atMs: steadyMs,
    steadyMs,
    bootId: 'boot',
    rules,
    chains: [],
    sets: [],
    counters: [],
    signals: NO_SIGNALS,
    partial: [],
    unread: [],
    costMs: 0,
    ...fields,
  };
}

const ppsOf = ({ rows }: { readonly rows: readonly RuleRow[] }) => rows.map(({ pps }) => pps);

describe('rates', () => {
  test('need two readings; a late poll divides by its real time', () => {
    const rates = new RuleRates();
    expect(rates.take(sampleOf([ruleOf({ packets: 10 })])).rows).toMatchObject([
      { pps: null, bps: null, packets: 10, isOlder: true, idleSec: null, ageSec: 0 },
    ]);
    expect(rates.take(sampleOf([ruleOf({ packets: 25 })])).rows).toMatchObject([
      { pps: 15, bps: 12_000, idleSec: 0, ageSec: 1 },
    ]);
    steadyMs += 9000;
    expect(rates.take(sampleOf([ruleOf({ packets: 35 })])).rows).toMatchObject([
      { pps: 1, trend: [null, 15, 1], ageSec: 11 },
    ]);
    expect(rates.take(sampleOf([ruleOf({ packets: 35 })])).rows).toMatchObject([{ pps: 0, idleSec: 1 }]);
  });

  test('a rule that came later is not older than that', () => {
    const rates = new RuleRates();
    rates.take(sampleOf([ruleOf({})]));
    expect(rates.take(sampleOf([ruleOf({}), ruleOf({ handle: 2, packets: 7 })])).rows).toMatchObject([
      { pps: 0 },
      { pps: null, isOlder: false, trend: [null] },
    ]);
  });

  test('another boot, and a clock that stood still', () => {
    const rates = new RuleRates();
    rates.take(sampleOf([ruleOf({ packets: 10 })]));
    const other = rates.take(sampleOf([ruleOf({ packets: 5000 })], { bootId: 'other' }));
    expect(ppsOf(other)).toEqual([null]);
    expect(other.notes).toEqual(['the host was started anew: counters begin again']);
    expect(ppsOf(rates.take(sampleOf([ruleOf({ packets: 6000 })], { bootId: 'other', steadyMs })))).toEqual([null]);
    expect(ppsOf(rates.take(sampleOf([ruleOf({ packets: 6007 })], { bootId: '' })))).toEqual([3.5]); // it stood at the second before
  });

  test('a counter that fell makes all of its chain unknown, and nothing else', () => {
    const rates = new RuleRates();
    const rules = (a: number, b: number, other: number) => [
      ruleOf({ packets: a }),
      ruleOf({ handle: 2, packets: b }),
      ruleOf({ handle: 3, chain: 'd', packets: other }),
    ];
    rates.take(sampleOf(rules(10, 1, 1)));
    const reset = rates.take(sampleOf(rules(3, 5, 5)));
    expect(reset.rows.map(({ chain, pps }) => [chain, pps])).toEqual([
      ['d', 4],
      ['c', null],
      ['c', null],
    ]);
    expect(reset.notes).toEqual(['counters of chain inet t c were reset']);
  });

  test('rules with other handles are found again by their words, equal ones in their order', () => {
    const rates = new RuleRates();
    const rules = (from: number, counts: readonly number[]) =>
      counts.map((packets, at) =>
        ruleOf({ handle: from + at, packets, position: at + 1, text: at === 1 ? 'accept' : 'drop' }),
      );
    const first = rates.take(sampleOf(rules(1, [10, 20, 30])));
    const again = rates.take(sampleOf(rules(11, [9000, 9001, 9002])));
    expect(ppsOf(again)).toEqual([null, null, null]);
    expect(again.rows.map(({ key }) => key)).toEqual(first.rows.map(({ key }) => key));
    expect(again.notes).toEqual(['rules of inet t were reloaded: 3 matched again']);
    expect(rates.take(sampleOf(rules(11, [9001, 9003, 9005]))).rows.map(({ pps }) => pps)).toEqual([3, 2, 1]);
  });

  test('a mitigation of ours is the same whatever its words', () => {
    const rates = new RuleRates();
    const own = (handle: number, text: string) => ruleOf({ handle, text, mitigationId: 'k3f7a', packets: 5 });
    const [first] = rates.take(sampleOf([own(1, 'limit rate over 5/second drop')])).rows;
    const [second] = rates.take(sampleOf([own(2, 'limit rate over 9/second drop')]), ((id) =>
      id === 'k3f7a' ? 12 : null) as LeftSec).rows;
    expect(second).toMatchObject({ key: first?.key, pps: null, leftSec: 12 });
  });

  test('without handles: of equal rules one of which is gone nobody knows which is left', () => {
    const rates = new RuleRates();
    const equal = (...counts: number[]) =>
      counts.map((packets, at) => ruleOf({ handle: null, key: `h~${at + 1}`, packets, by: 'iptables-legacy' }));
    rates.take(sampleOf(equal(100, 5000)));
    expect(ppsOf(rates.take(sampleOf(equal(5000))))).toEqual([null]);
    expect(ppsOf(rates.take(sampleOf(equal(5001))))).toEqual([1]);
    expect(ppsOf(rates.take(sampleOf(equal(0, 5001))))).toEqual([null, null]); // inserted before it
  });

  test('what was not read is not gone, and is not zero', () => {
    const rates = new RuleRates();
    const other = ruleOf({ handle: 9, table: 'u' });
    rates.take(sampleOf([ruleOf({ packets: 10 }), other]));
    rates.take(sampleOf([ruleOf({ packets: 20 }), other]));
    const cut = rates.take(sampleOf([other], { unread: ['inet t'], partial: ['nft: cut'] }));
    expect(cut.rows.find(({ table }) => table === 't')).toMatchObject({
      packets: 20,
      pps: null,
      trend: [null, 10, null],
    });
    expect(cut.notes).toEqual(['nft: cut']);
    expect(rates.take(sampleOf([ruleOf({ packets: 40 }), other])).rows[0]).toMatchObject({
      pps: 10,
      trend: [null, 10, null, 10],
    });
    expect(rates.take(sampleOf([other])).rows.length).toBe(1);
  });

  test('polls that failed are gaps; figures stay', () => {
    const rates = new RuleRates();
    expect(rates.miss(null)).toBeNull();
    expect(rates.miss(sampleOf([]))).toMatchObject({ rows: [], ruleCount: 0 });
    rates.take(sampleOf([ruleOf({ packets: 10 })]));
    rates.take(sampleOf([ruleOf({ packets: 20 })]));
    expect(rates.miss(null)?.rows).toMatchObject([{ pps: 10, packets: 20, trend: [null, 10, null] }]);
  });
});

describe('a view', () => {
  test('busiest first, then ours, then in order; policies end their chain; named counters', () => {
    const rates = new RuleRates({ maxRows: 5 });
    const policy = (packets: number) => [
      {
        key: 'chain',
        by: 'iptables' as const,
        family: 'ip' as const,
        table: 't',
        name: 'c',
        hook: 'input',
        priority: 0,
        policy: 'drop' as const,
        counter: counterOf(packets),
      },
    ];
    const rules = (busy: number) =>
      [1, 2, 3, 4, 5, 6].map((handle) =>
        ruleOf({
          handle,
          by: 'iptables',
          family: 'ip',
          position: handle,
          packets: handle === 4 ? busy : 0,
          mitigationId: handle === 6 ? 'k3f7a' : null,
        }),
      );
    const counters = [{ key: 'n', family: 'inet' as const, table: 't', name: 'all', packets: 1, bytes: 2 }];
    rates.take(sampleOf(rules(0), { chains: policy(0), counters }));
    const view = rates.take(sampleOf(rules(9), { chains: policy(50), counters }));
    expect(view.rows.map(({ kind, position }) => [kind, position])).toEqual([
      ['policy', 7],
      ['rule', 4],
      ['rule', 1],
      ['rule', 2],
      ['rule', 6],
    ]);
    expect(view.rows[0]).toMatchObject({ text: 'policy drop', verdict: 'drop', pps: 50 });
    expect(view.ruleCount).toBe(6);
  });

  test('shares are of what the host received', () => {
    const rates = new RuleRates();
    const signals = (rxPackets: number) => ({ ...NO_SIGNALS, rxPackets, rxBytes: rxPackets * 100 });
    rates.take(sampleOf([ruleOf({}), ruleOf({ handle: 2 })], { signals: signals(1000) }));
    const view = rates.take(
      sampleOf([ruleOf({ packets: 50 }), ruleOf({ handle: 2, packets: 900 })], { signals: signals(1200) }),
    );
    expect(view).toMatchObject({ rxPps: 200, rxBps: 160_000 });
    expect(view.rows.map(({ share }) => share)).toEqual([1, 0.25]);
  });

  test('no more rules than it can watch, and it says so', () => {
    const rates = new RuleRates({ maxRules: 10 });
    const rules = Array.from({ length: 30 }, (_, at) => ruleOf({ handle: at + 1, text: `rule ${at}` }));
    const view = rates.take(sampleOf(rules));
    expect([view.rows.length, view.ruleCount, view.notes]).toEqual([10, 30, ['30 rules: the first 10 are watched']]);
  });
});

test('whatever becomes of rules and counters: no rate is negative or absurd, and each is the difference of one rule', () => {
  const rule = fc.record({
    handle: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null }),
    text: fc.constantFrom('a', 'b'),
    chain: fc.constantFrom('c', 'd'),
    packets: fc.integer({ min: 0, max: 1e6 }),
  });
  const poll = fc.record({
    rules: fc.uniqueArray(rule, {
      maxLength: 6,
      selector: ({ handle, text, chain }) => `${handle} ${handle === null ? text + chain : ''}`,
    }),
    unread: fc.constantFrom([], ['inet t']),
    bootId: fc.constantFrom('x', 'x', 'x', 'y', ''),
    isMissed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 12 }), (polls) => {
      const rates = new RuleRates({ maxRules: 5, maxRows: 4 });
      const seen = new Map<string, Set<number>>();
      for (const { rules, unread, bootId, isMissed } of polls) {
        const sample = sampleOf(
          rules.map(({ handle, text, chain, packets }) =>
            ruleOf({ handle, text, chain, packets, key: `${handle} ${text} ${chain}` }),
          ),
          { unread, bootId },
        );
        const part = isMissed ? rates.miss(sample) : rates.take(sample);
        for (const each of part?.rows ?? []) check(each, seen);
        const keys = part?.rows.map(({ key }) => key) ?? [];
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.length).toBeLessThanOrEqual(4);
      }
    }),
    { numRuns: 300 },
  );

  function check({ key, pps, bps, packets, trend }: RulesView['rows'][number], seen: Map<string, Set<number>>): void {
    const values = seen.get(key) ?? new Set();
    seen.set(key, values.add(packets as number));
    expect(trend.length).toBeLessThanOrEqual(60);
    if (pps === null || bps === null) return;
    expect(pps).toBeGreaterThanOrEqual(0);
    expect(bps).toBeCloseTo(pps * 800, 3);
    expect(pps).toBeLessThanOrEqual(packets as number);
  }
});
