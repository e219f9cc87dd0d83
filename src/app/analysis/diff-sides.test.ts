import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestFolder } from '../../../test/support/program.js';
import { SCENARIO_START_SEC, writeScenarioParts } from '../../../test/support/scenario-files.js';
import { inTurn } from '../../../test/support/whole.js';
import { AnalysisSession } from '../../signature/session.js';
import type { DiffCommand } from './diff-command.js';
import { type ReadSides, readSides } from './diff-sides.js';

const SHOP = '203.0.113.10';
const folder = new TestFolder();
const path = () => folder.at('scenario.pcap');

beforeAll(() => writeScenarioParts([{ path: path(), fromSec: 0, toSec: 156 }]));
afterAll(() => folder.close());

function commandOf(from: string | null, to: string | null, target: string | null = SHOP): DiffCommand {
  return {
    captures: { kind: 'one', path: path(), from, to },
    target,
    format: 'json',
    backend: null,
    lambda: 20,
    vlan: false,
    seed: 1,
    top: 12,
    output: null,
  };
}

const since = (sec: number) => sec - SCENARIO_START_SEC;

/** Whole seconds in which there are good rows. */
function goodSeconds({ input }: ReadSides): Set<number> {
  const { samples, rows } = input.good.packets;
  return new Set(Array.from(rows, (row) => Math.floor(since(samples.details.sec[row] as number))));
}

describe('the built-in scenario: three attacks on one target', () => {
  // From and to as asked; from and to as found; seconds of before in which there is nothing good.
  const cases: [string, string | null, string | null, readonly number[], readonly [number, number][], number][] = [
    ['the largest', null, null, [15, 38], [[14, 156]], 0.975],
    ['the SYN flood, asked for', '+15', '+38', [15, 38], [[15, 156]], 0.975],
    [
      'the DNS amplification',
      '+74',
      null,
      [74, 95],
      [
        [15, 38],
        [74, 156],
      ],
      0.94,
    ],
    [
      'the flood of requests',
      '+131',
      '+152',
      [131, 152],
      [
        [15, 38],
        [74, 95],
        [131, 156],
      ],
      0.96,
    ],
    [
      'the last one, by its end',
      null,
      '+152',
      [131, 152],
      [
        [15, 38],
        [74, 95],
        [130, 156],
      ],
      0.96,
    ],
  ];
  test.each(inTurn(cases, 0, 5))('%s', async (_, from, to, [fromSec, toSec], noGood, fraction) => {
    const sides = await readSides(commandOf(from, to));
    const { attack, good, rates, target } = sides.input;
    expect([target, good.is]).toEqual([SHOP, 'before']);
    expect(Math.abs(since(attack.fromSec) - (fromSec as number))).toBeLessThan(1);
    expect(Math.abs(since(attack.toSec) - (toSec as number))).toBeLessThan(1.5);
    const seconds = goodSeconds(sides);
    for (const [begin, end] of noGood) {
      for (let second = begin; second < end; second += 1) expect(seconds, `second ${second}`).not.toContain(second);
    }
    expect(seconds).toContain(3);
    // 14 sessions a second, as many packets before each attack.
    expect(rates?.goodPps).toBeGreaterThan(80);
    expect(rates?.goodPps).toBeLessThan(140);
    const { diffs, proposal } = new AnalysisSession(sides.input).analyse();
    expect(diffs.find(({ kind }) => kind === 'packet')?.attackFraction.value).toBeCloseTo(fraction, 1);
    expect(proposal.rule?.recall.estimate).toBeGreaterThan(0.95);
    expect(proposal.rule?.collateral.estimate).toBe(0);
  });

  test('a prefix has the attacks of its addresses', async () => {
    const sides = await readSides(commandOf('+74', '+95', '203.0.113.0/24'));
    const seconds = goodSeconds(sides);
    for (let second = 15; second < 38; second += 1) expect(seconds).not.toContain(second);
    expect(sides.input.target).toBe('203.0.113.0/24');
  });

  test('of a time in the middle of an attack, what is before is not good', async () => {
    const { input } = await readSides(commandOf('+20', '+30'));
    expect(since(input.good.toSec)).toBeLessThan(15);
  });
});
