/** The matrix of kills for one firewall: every act, every call. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MitigationBackend } from '../../src/mitigation/types.js';
import type { Predicate } from '../../src/signature/rule.js';
import { Lab, until } from '../support/lab.js';
import { IS_WHOLE } from '../support/whole.js';
import { KillMatrix } from './kill-matrix.js';
import { LabMitigate } from './lab-mitigate.js';
import { diffFile } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
/** Of each firewall; both together are more than twice as many. */
const LEAST_RUNS = IS_WHOLE ? 40 : 20;
const UDP: Predicate = { attribute: 'ip.proto', operator: 'eq', value: 17 };

export function killScenarios(
  backend: MitigationBackend,
  tools: readonly string[],
  writes: RegExp,
  readsEvery: number,
  clear: (lab: Lab) => Promise<void>,
  leftOvers: (lab: Lab) => Promise<string>,
): void {
  let lab: Lab;
  let mitigate: LabMitigate;
  let matrix: KillMatrix;
  let prefixes = 0;

  beforeAll(async () => {
    lab = await Lab.open();
    mitigate = await LabMitigate.open(lab, 'victim', backend);
    matrix = new KillMatrix(lab, mitigate, tools, writes, readsEvery, () => clear(lab));
  });
  afterAll(async () => {
    await lab?.close();
    mitigate?.close();
  });

  /** Never the same twice, so that runs do not meet. */
  const prefix = () => {
    prefixes += 1;
    return `198.18.${prefixes >> 8}.${prefixes & 255}`;
  };
  const short = ['--confirm-window', '3s', '--ttl', '6s'];

  test('apply and confirm: prefixes', () =>
    matrix.run('prefixes', async () => ['apply', '--yes', '--block', prefix(), '2001:db8:a::/64', ...short]));

  const whole = IS_WHOLE ? test : test.skip;
  // Of the slower firewall it is left to verify:mitigation.
  const signature = backend === 'nft' ? test : whole;
  signature('apply and confirm: a signature', () =>
    matrix.run('signature', async () => {
      const ttl: Predicate = { attribute: 'ip.ttl', operator: 'eq', value: 99 };
      return ['apply', '--yes', '--signature', diffFile(mitigate, [[UDP, ttl]]), ...short];
    }),
  );

  whole('apply and confirm: a limit of each source [left to: npm run verify:mitigation]', () =>
    matrix.run('limit', async () => ['apply', '--yes', '--rate-limit-each', `${prefix()}=5`, ...short]),
  );

  test('undo', () =>
    matrix.run('undo', async () => ['undo', await mitigate.apply('--block', prefix(), '--ttl', '20s')]));

  // The same transactions as a confirmation.
  whole('extend [left to: npm run verify:mitigation]', () =>
    matrix.run('extend', async () => [
      'extend',
      await mitigate.apply('--block', prefix(), '--ttl', '5s'),
      '--ttl',
      '6s',
    ]),
  );

  test('nothing outlives its time, and nothing is left', async () => {
    const kinds = new Map<string, number>();
    for (const { what, how } of matrix.runs) kinds.set(`${what} ${how}`, (kinds.get(`${what} ${how}`) ?? 0) + 1);
    console.log(
      `${backend}: ${matrix.runs.length} kills: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    );
    expect(matrix.runs.length).toBeGreaterThanOrEqual(LEAST_RUNS);
    await until('all have ended', 30_000, async () => (await mitigate.list()).every(({ state }) => state === 'ended'));
    expect(await lab.measure()).toEqual(ALL);
    await mitigate.run('undo', 'aaaaa'); // sweeps
    expect(await leftOvers(lab)).toBe('');
  });
}
