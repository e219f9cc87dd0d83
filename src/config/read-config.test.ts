import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../errors.js';
import type { Config } from './config.js';
import { DEFAULT_CONFIG } from './config.js';
import { parseConfig, readConfig } from './read-config.js';
import { ConfigWatch } from './watch-config.js';

const WHOLE = `
preset: server
thresholds: { pps: 30k, bps: 1.5G, syn: off }
groups:
  - name: name servers
    targets: [198.51.100.0/24, 2001:db8::53]
    thresholds: { pps: 200k }
    schedule:
      - { days: [mon-fri], from: "22:00", to: "06:00", thresholds: { pps: 400 kpps } }
  - { name: lab, targets: [192.0.2.7], watch: false }
networks: [198.51.100.0/22]
triggers: { shape: false }
store: { keep: 30d, incidents: 500 }
metrics: 127.0.0.1:9209
`;

test('words of the file become numbers in base units', () => {
  const { detection, store, metrics } = parseConfig(WHOLE, 'c.yaml');
  expect(detection.floors).toMatchObject({
    pps: 30_000,
    bps: 1.5e9,
    synPps: Number.POSITIVE_INFINITY,
    reflectionPps: 200,
  });
  expect(detection.groups).toEqual([
    {
      name: 'name servers',
      targets: ['198.51.100.0/24', '2001:db8::53'],
      floors: { pps: 200_000 },
      schedules: [{ days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 360, floors: { pps: 400_000 } }],
      isWatched: true,
    },
    { name: 'lab', targets: ['192.0.2.7'], floors: {}, schedules: [], isWatched: false },
  ]);
  expect(detection.triggers).toEqual({ floor: true, baseline: true, ramp: true, shape: false });
  expect(store).toMatchObject({ keepSec: 30 * 86_400, keepIncidents: 500 });
  expect(metrics).toBe('127.0.0.1:9209');
});

test('an empty file is the defaults, and the FastNetMon preset only its two limits', () => {
  expect(parseConfig('# nothing\n', 'c.yaml')).toEqual(DEFAULT_CONFIG);
  const { detection } = parseConfig('preset: fastnetmon', 'c.yaml');
  const limits = Object.entries(detection.floors).filter(([, value]) => value !== Number.POSITIVE_INFINITY);
  expect(limits).toEqual([
    ['pps', 20_000],
    ['bps', 1e9],
  ]);
  expect(detection.triggers).toEqual({ floor: true, baseline: false, ramp: false, shape: false });
});

describe('slips', () => {
  test.each([
    [
      'thresholds:\n  pps: fast\n',
      'c.yaml:2:8: thresholds.pps: expected a rate like 20000, 20k, 1.5M or off, got "fast"',
    ],
    ['thresholds:\n  ppss: 20k\n', 'c.yaml:2:3: thresholds.ppss: no such word here'],
    ['a: 1\nb: [', 'c.yaml:2:5: '],
    ['networks: [198.51.100.0/33]\n', 'c.yaml:1:12: networks.0: expected an address or a prefix'],
    ['groups:\n  - name: x\n', 'c.yaml:2:5: groups.0.targets: '],
    [
      'groups:\n  - name: x\n    targets: [192.0.2.1]\n    schedule: [{ from: "25:00", to: "26:00", thresholds: {} }]\n',
      'c.yaml:4:24: groups.0.schedule.0.from: expected a time of day',
    ],
    ['preset: fastnetmonn\n', 'c.yaml:1:9: preset: '],
    ['x: &a [1]\nx: *a\n', 'c.yaml:2:1: '],
    ['- 1\n', 'c.yaml:1:1: file: '],
  ])('%j', (text, message) => {
    expect(() => parseConfig(text, 'c.yaml')).toThrow(message);
  });

  test('several are told at once, ten at most', () => {
    const text = `thresholds:\n${Array.from({ length: 14 }, (_, i) => `  w${i}: 1\n`).join('')}`;
    const error = caught(() => parseConfig(text, 'c.yaml'));
    expect(error.message.match(/no such word/g)).toHaveLength(10);
    expect(error.message).toContain('and 4 more');
  });

  test('aliases that would grow without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdef'[i]}`)}]`),
    ];
    expect(caught(() => parseConfig(bomb.join('\n'), 'c.yaml')).code).toBe('CONFIG');
  });

  test('any text gives a configuration or a UserError', () => {
    const piece = fc.constantFrom(
      ...WHOLE.split(/(?<=[\n:,[\]{}"])/),
      '&a',
      '*a',
      '!!binary',
      '\t',
      '\u0000',
      '<<: ',
      '? ',
      '|\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseConfig(pieces.join(''), 'c.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ddostop-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('one that is named must be there', async () => {
    await expect(readConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'CONFIG_READ' });
  });

  test('a changed one is handed on, a broken one told once and changes nothing', async () => {
    const path = join(folder, 'c.yaml');
    await writeFile(path, 'thresholds: { pps: 10k }');
    const seen: (Config | string)[] = [];
    const watch = new ConfigWatch(path, { changed: (config) => seen.push(config), failed: (text) => seen.push(text) });
    await watch.begin();
    await watch.look();
    expect(seen).toEqual([]);
    await writeFile(path, 'thresholds: { pps: 12000 }');
    await watch.look();
    await writeFile(path, 'thresholds: { pps: nothing }');
    await watch.look();
    await watch.look();
    await rm(path);
    await watch.look();
    expect(seen).toHaveLength(3);
    expect((seen[0] as Config).detection.floors.pps).toBe(12_000);
    expect(seen[1]).toContain('c.yaml:1:20: thresholds.pps');
    expect(seen[2]).toContain('is gone');
  });
});

function caught(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('expected a UserError, got a result');
}

test('the example of docs/config.md is a configuration', () => {
  const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { hooks, detection } = parseConfig(example, 'docs/config.md');
  expect(hooks.map(({ kind }) => kind)).toEqual([
    'pagerduty',
    'slack',
    'jira',
    'servicenow',
    'webhook',
    'fastnetmon-script',
    'command',
  ]);
  expect(detection.groups).toHaveLength(2);
});
