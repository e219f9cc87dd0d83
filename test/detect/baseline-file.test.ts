/** The file of baselines: what comes back, what is damaged, who else writes it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readBaselines, writeBaselines } from '../../src/app/baselines/baseline-file.js';
import { BaselineKeeper } from '../../src/app/baselines/baseline-keeper.js';
import { runBaselines } from '../../src/app/baselines/baselines-command.js';
import { BaselineStore } from '../../src/detect/baseline/baseline-store.js';
import { FEATURE_COUNT } from '../../src/detect/baseline/features.js';
import { WeekProfile } from '../../src/detect/baseline/week-profile.js';
import { MONDAY } from './simulated-site.js';

const folder = mkdtempSync(join(tmpdir(), 'ddostop-baselines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(folder, `state${files++}`, 'baselines.json');
const SAVED = { savedSec: MONDAY, forgotten: [] };

const step = fc.record({
  hour: fc.nat(167),
  times: fc.integer({ min: 1, max: 4000 }),
  means: fc.array(fc.double({ min: 0, max: 1e8, noNaN: true }), { minLength: FEATURE_COUNT, maxLength: FEATURE_COUNT }),
});

function profileOf(steps: readonly { hour: number; times: number; means: readonly number[] }[]): WeekProfile {
  const profile = new WeekProfile(MONDAY);
  for (const { hour, times, means } of steps)
    for (let i = 0; i < times; i += 1) profile.add(hour, means, means, MONDAY + i);
  return profile;
}

function storeOf(...targets: readonly string[]): BaselineStore {
  const store = new BaselineStore();
  for (const [i, target] of targets.entries())
    store.put(target, profileOf([{ hour: 38, times: 400, means: [1000 * (i + 1), 500, 3, 2, 1, 0] }]));
  return store;
}

const known = (store: BaselineStore) => store.entries().map(([target]) => target);

test('written, read and written again it is the same to a byte; private, and no other file is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const [one, other] = [newPath(), newPath()];
      const store = new BaselineStore();
      store.put('203.0.113.7', profileOf(steps));
      store.put('2001:db8::/64', profileOf(steps.slice(1)));
      await writeBaselines(one, store, SAVED);
      const read = new BaselineStore();
      expect(await readBaselines(one, read)).toMatchObject({ damagedLines: 0, isHeadDamaged: false });
      await writeBaselines(other, read, SAVED);
      expect(readFileSync(other)).toEqual(readFileSync(one));
      expect(statSync(one).mode & 0o777).toBe(0o600);
    }),
    { numRuns: 20 },
  );
});

test('what a week of a busy server takes', async () => {
  const store = new BaselineStore();
  const week = Array.from({ length: 168 }, (_, hour) =>
    [1, 1.3, 1.7, 2.2, 3].map((times) => ({ hour, times: 70, means: [900, 700, 40, 90, 3, 20].map((x) => x * times) })),
  );
  store.put('203.0.113.7', profileOf(week.flat()));
  const path = newPath();
  await writeBaselines(path, store, SAVED);
  expect(statSync(path).size).toBeLessThan(FEATURE_COUNT * 21_000);
});

test('cut or changed anywhere, the rest is read, and nothing else comes of it', async () => {
  const targets = ['198.51.100.1', '203.0.113.0/24', '203.0.113.7'];
  const path = newPath();
  await writeBaselines(path, storeOf(...targets), SAVED);
  const whole = readFileSync(path);
  const at = fc.nat(whole.length - 1);
  await fc.assert(
    fc.asyncProperty(at, fc.option(fc.nat(255)), async (place, byte) => {
      const bytes = Buffer.from(byte === null ? whole.subarray(0, place) : whole);
      if (byte !== null) bytes[place] = byte;
      writeFileSync(path, bytes);
      const store = new BaselineStore();
      const { damagedLines, isHeadDamaged } = await readBaselines(path, store).catch((error) => {
        expect(error).toMatchObject({ code: 'BASELINES_VERSION' });
        return { damagedLines: 0, isHeadDamaged: true };
      });
      // A changed byte may join two lines, or make another address of one.
      expect(store.size).toBeLessThanOrEqual(targets.length);
      if (byte !== null && !isHeadDamaged)
        expect(store.size + 2 * damagedLines).toBeGreaterThanOrEqual(targets.length - 1);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['a file of something else', 'hello\n'],
  ['a line without an end', 'x'.repeat(2_000_000)],
  ['deep JSON', `${'['.repeat(100_000)}\n`],
  ['nothing', '\n'],
])('%s is put aside and told', async (_name, text) => {
  const path = join(folder, `odd${files++}.json`);
  writeFileSync(path, text);
  const told: string[] = [];
  const keeper = new BaselineKeeper(path, storeOf('203.0.113.7'), { learns: true, tell: (words) => told.push(words) });
  await keeper.open();
  await keeper.close();
  expect(told.join()).toContain(`begin anew, the file is now ${path}.damaged`);
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
  const read = new BaselineStore();
  await readBaselines(path, read);
  expect(known(read)).toEqual(['203.0.113.7']);
});

test('hostile lines are not read: names, times, counts', async () => {
  const path = newPath();
  await writeBaselines(path, storeOf('203.0.113.7'), SAVED);
  const [head, line] = readFileSync(path, 'utf8').split('\n') as [string, string];
  const entry = JSON.parse(line);
  const of = (change: object) => JSON.stringify({ ...entry, ...change });
  const hostile = [
    of({ target: '\u001b[2Jx' }),
    of({ target: '203.0.113.007' }),
    of({ target: '__proto__' }),
    of({ sinceSec: -1 }),
    of({ heardSec: 1e300 }),
    of({ bursts: [1] }),
    of({ pps: null }),
    of({ hours: Buffer.from([200, 1, 0, 0, 0, 0, 0, 0]).toString('base64') }),
    of({ hours: Buffer.from([1, 5, 1, 3, 9, 0, 0, 0, 0, 0]).toString('base64') }),
    'null',
    '[]',
  ];
  writeFileSync(path, [head, ...hostile, ''].join('\n'));
  const store = new BaselineStore();
  expect(await readBaselines(path, store)).toMatchObject({ damagedLines: hostile.length });
  expect(store.size).toBe(0);
});

describe('a monitor that runs', () => {
  const begin = async (path: string, store: BaselineStore, learns = true) => {
    let nowMs = (MONDAY + 86_400) * 1000;
    const told: string[] = [];
    const clock = { nowMs: () => nowMs };
    const keeper = new BaselineKeeper(path, store, { learns, clock, tell: (words) => told.push(words) });
    await keeper.open();
    return { keeper, told, clock, pass: (sec: number) => (nowMs += sec * 1000) };
  };
  const place = (file: string, clock: { nowMs(): number }) => ({
    file, config: null, output: join(folder, 'out'), isJson: false, isAscii: true, clock,
  }); // biome-ignore format: one record

  test('writes every ten minutes, and forgets what was reset, and keeps what another one wrote', async () => {
    const path = newPath();
    const store = storeOf('203.0.113.7', '203.0.113.8');
    const { keeper, clock, pass, told } = await begin(path, store);
    keeper.tick();
    expect(existsSync(path)).toBe(false);
    pass(600);
    keeper.tick();
    await keeper.close();
    expect(await runBaselines({ action: 'reset', target: '203.0.113.7' }, place(path, clock))).toBe(0);
    const other = new BaselineStore();
    await readBaselines(path, other);
    expect(known(other)).toEqual(['203.0.113.8']);
    other.put('198.51.100.1', profileOf([]));
    await writeBaselines(path, other, {
      savedSec: MONDAY,
      forgotten: [{ target: '203.0.113.7', atSec: clock.nowMs() / 1000 }],
    });
    pass(600);
    await keeper.close();
    expect(known(store)).toEqual(['198.51.100.1', '203.0.113.8']);
    await runBaselines({ action: 'reset', target: null }, place(path, clock));
    await keeper.close();
    expect(store.size).toBe(0);
    expect(told).toEqual([]);
  });

  test('that does not learn writes nothing; one of another version is left alone', async () => {
    const path = newPath();
    const { keeper } = await begin(path, storeOf('203.0.113.7'), false);
    await keeper.close();
    expect(existsSync(path)).toBe(false);
    const later = join(folder, 'later.json');
    writeFileSync(later, '{"schema":"ddostop.baselines/2"}\n');
    const next = await begin(later, storeOf('203.0.113.7'));
    await next.keeper.close();
    expect(next.told.join()).toContain('BASELINES_VERSION');
    expect(readFileSync(later, 'utf8')).toContain('baselines/2');
  });

  test('is shown by ddostop baselines', async () => {
    const path = newPath();
    await writeBaselines(path, storeOf('203.0.113.7', '2001:db8::/64'), SAVED);
    const shown = place(path, { nowMs: () => 0 });
    await runBaselines({ action: 'list' }, shown);
    expect(readFileSync(shown.output, 'utf8')).toMatch(/2001:db8::\/64 +2\.00k +1h06m +1\/168/);
    await runBaselines({ action: 'show', target: '203.0.113.7', feature: 'pps' }, shown);
    const text = readFileSync(shown.output, 'utf8');
    expect(text).toMatch(/^Mon {16}# {10}/m);
    expect(text).toMatch(/^14:00 +967( +-){6} +875 to 1\.07k$/m);
    await expect(runBaselines({ action: 'show', target: 'x', feature: 'pps' }, shown)).rejects.toMatchObject({
      code: 'BASELINES_TARGET',
    });
  });
});
