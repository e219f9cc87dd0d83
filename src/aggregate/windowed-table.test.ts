/** Windows against a naive count of every packet of the stream. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WINDOWS, type WindowName } from '../records/view-request.js';
import { DecayTable } from '../sketch/decay-table.js';
import { DirectTable } from '../sketch/direct-table.js';
import type { KeyTable } from '../sketch/key-table.js';
import { BLOCK_SECONDS, BLOCKS, EVERYTHING, type Scope, windowStart } from './window-scope.js';
import { WindowedTable } from './windowed-table.js';

const SEED = 77;
/** Ports, so that a key fits both kinds of table. */
const KEYS = 65_536;
const T0 = 1_700_000_003;

interface Second {
  readonly sec: number;
  readonly scale: number;
  /** Keys of its packets, 100 bytes each. */
  readonly keys: readonly number[];
}

const scopeOf = (name: WindowName, runningSec: number): Scope => ({
  fromSec: windowStart(name, runningSec),
  hasRunning: name !== '1s',
  isStable: true,
});

function add(table: KeyTable, keys: readonly number[]): void {
  for (const key of keys) table.addMany(Int32Array.of(key), 0, 1, 100);
}

/** The last of `seconds` still runs. */
function fill(table: WindowedTable, seconds: readonly Second[]): void {
  for (const [i, { sec, scale, keys }] of seconds.entries()) {
    table.setScale(scale);
    add(table.current, keys);
    if (i < seconds.length - 1) table.rotate(scale, sec);
  }
}

function naive(seconds: readonly Second[], { fromSec, hasRunning }: Scope): Map<number, number> {
  const counts = new Map<number, number>();
  const runningSec = seconds.at(-1)?.sec ?? 0;
  for (const { sec, scale, keys } of seconds) {
    if (sec < fromSec || (sec === runningSec && !hasRunning)) continue;
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + scale);
  }
  return counts;
}

function counted(table: WindowedTable, scope: Scope): Map<number, number> {
  const rows = table.top(500, scope).filter(({ windowPackets }) => windowPackets > 0);
  for (const { windowPackets, windowBytes } of rows) expect(windowBytes).toBe(windowPackets * 100);
  return new Map(rows.map(({ words, windowPackets }) => [words[0] as number, windowPackets]));
}

const sorted = (counts: Map<number, number>) => [...counts].sort((a, b) => a[0] - b[0]);

const tables = {
  direct: () =>
    new WindowedTable(
      () => new DirectTable(KEYS),
      () => new DirectTable(KEYS),
      SEED,
    ),
  decay: () =>
    new WindowedTable(
      () => new DecayTable(4096, 1, SEED),
      () => new DecayTable(4096, 1, SEED),
      SEED,
    ),
};

/** Gaps of 1 are the rule; longer ones reach beyond every window. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 130 }) },
);
const stream = fc
  .array(
    fc.record({
      gap,
      scale: fc.oneof(
        { weight: 4, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 64 }) },
      ),
      keys: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 40 }),
    }),
    { minLength: 1, maxLength: 90 },
  )
  .map((seconds) => {
    let sec = T0;
    return seconds.map(({ gap: by, scale, keys }): Second => {
      sec += by;
      return { sec, scale, keys };
    });
  });

describe.each(Object.entries(tables))('windows of a %s table', (_, make) => {
  test('hold what a naive count holds, over silence and sampled seconds', () => {
    fc.assert(
      fc.property(stream, (seconds) => {
        const table = make();
        fill(table, seconds);
        for (const name of WINDOWS) {
          const scope = scopeOf(name, seconds.at(-1)!.sec);
          expect(sorted(counted(table, scope)), name).toEqual(sorted(naive(seconds, scope)));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('silence alone empties them, without a call', () => {
    const table = make();
    fill(table, [
      { sec: T0, scale: 1, keys: [1, 1, 2] },
      { sec: T0 + 1, scale: 1, keys: [] },
    ]);
    const seen = (name: WindowName, sec: number) => counted(table, scopeOf(name, sec)).get(1) ?? 0;
    expect([1, 2].map((after) => seen('1s', T0 + after))).toEqual([2, 0]);
    expect([3, 4].map((after) => seen('3s', T0 + after))).toEqual([2, 0]);
    expect([9, 10].map((after) => seen('10s', T0 + after))).toEqual([2, 0]);
    expect([50, 61].map((after) => seen('60s', T0 + after))).toEqual([2, 0]);
    expect(seen('all', T0 + 1000)).toBe(2);
  });

  test('a clock that was set leaves totals only', () => {
    const table = make();
    fill(table, [
      { sec: T0, scale: 1, keys: [7] },
      { sec: T0 + 1, scale: 3, keys: [7, 7] },
    ]);
    table.forgetWindows(3);
    table.setScale(1);
    const before = T0 - 40;
    for (const name of ['1s', '3s', '10s', '60s'] as const)
      expect(counted(table, scopeOf(name, before)).size, name).toBe(0);
    expect(counted(table, EVERYTHING).get(7)).toBe(7);
    add(table.current, [7]);
    table.rotate(1, before);
    expect(counted(table, scopeOf('60s', before + 1)).get(7)).toBe(1);
  });

  test('a copy has the same windows and goes on by itself', () => {
    const table = make();
    fill(
      table,
      Array.from({ length: 75 }, (__, i) => ({ sec: T0 + i, scale: 1, keys: [i % 5, 9] })),
    );
    const copy = make();
    copy.copyFrom(table);
    for (const name of WINDOWS) {
      const scope = scopeOf(name, T0 + 74);
      expect(sorted(counted(copy, scope)), name).toEqual(sorted(counted(table, scope)));
    }
    for (let sec = T0 + 74; sec < T0 + 200; sec += 1) table.rotate(1, sec);
    expect(counted(copy, scopeOf('10s', T0 + 74)).get(9)).toBe(10);
  });
});

test('60 s covers 50 to 60, 10 s covers 9 to 10', () => {
  for (let runningSec = T0; runningSec < T0 + 30; runningSec += 1) {
    expect(runningSec - windowStart('10s', runningSec)).toBe(9);
    const span = runningSec - windowStart('60s', runningSec);
    expect(span).toBeGreaterThanOrEqual(BLOCKS * BLOCK_SECONDS);
    expect(span).toBeLessThan((BLOCKS + 1) * BLOCK_SECONDS);
  }
});

test('more keys than are kept: the heavy ones are all there, and none shows more than the truth', () => {
  const table = tables.direct();
  const heavy = Array.from({ length: 300 }, (_, i) => i * 97);
  const seconds = Array.from({ length: 65 }, (_, i): Second => {
    const noise = Array.from({ length: 30_000 }, (__, k) => (k * 2 + i * 31) % KEYS);
    return { sec: T0 + i, scale: 1, keys: [...noise, ...heavy.flatMap((key) => Array<number>(20).fill(key))] };
  });
  fill(table, seconds);
  for (const name of WINDOWS) {
    const scope = scopeOf(name, T0 + 64);
    const truth = naive(seconds, scope);
    const found = counted(table, scope);
    for (const [key, packets] of found) expect(packets).toBeLessThanOrEqual(truth.get(key) as number);
    for (const key of heavy)
      expect(found.get(key) ?? 0, `${name} ${key} of ${found.size}`).toBeGreaterThan((truth.get(key) as number) * 0.97);
  }
});
