import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { type Host, localHost } from '../../src/platform/host.js';
import type { CommandResult } from '../../src/platform/run-command.js';
import { ToolRunner } from './tool-runner.js';

type Answer = Partial<CommandResult> | Error;

/** Another machine, which answers as told after as long as told. */
function remote(answers: readonly (readonly [wallMs: number, answer: Answer])[]) {
  let nowMs = 0;
  let at = 0;
  const host: Host = {
    ...localHost(),
    name: 'edge',
    run: async () => {
      const [wallMs, answer] = answers[Math.min(at, answers.length - 1)] as (typeof answers)[number];
      at += 1;
      nowMs += wallMs;
      if (answer instanceof Error) throw answer;
      return { code: 0, signal: null, stdout: '', stderr: '', ...answer };
    },
  };
  const tools = new ToolRunner(host, () => nowMs);
  return { tools, wait: (ms: number) => (nowMs += ms), runs: () => at };
}

describe('what can go wrong with a tool', () => {
  test.each([
    [
      { code: 1, stderr: 'Operation not permitted (you must be root)\ncache initialization failed' },
      'denied',
      '"nft -j" ended with 1: Operation not permitted (you must be root)',
    ],
    [
      { code: 4, stderr: 'Could not fetch rule set generation id: Permission denied (you must be root)' },
      'denied',
      /generation id/,
    ],
    [{ code: 3, stdout: '*filter', stderr: 'Parsing nftables rule failed' }, 'failed', /ended with 3: Parsing/],
    [{ code: null, signal: 'SIGKILL' as const }, 'failed', '"nft -j" ended with SIGKILL: it said nothing'],
    [{ code: 1, stderr: '\x1b[2Jx' }, 'failed', '"nft -j" ended with 1: ?[2Jx'],
    [new UserError('COMMAND_MISSING', 'not found', 'Install it.'), 'missing', /not found/],
    [new UserError('SUDO_REFUSED', 'a password is required', 'Add a line.'), 'denied', /password/],
    [new UserError('COMMAND_TIMEOUT', 'did not end', 'Look.'), 'failed', /did not end/],
  ] as const)('%j', async (answer, state, why) => {
    const result = await remote([[5, answer]]).tools.run(['nft', '-j']);
    expect(result.state).toBe(state);
    expect(result.why).toMatch(why);
  });

  test('the way to the host broke: that is no matter of one tool', async () => {
    const { tools } = remote([[5, new UserError('HOST_UNKNOWN', 'cut', 'Again.')]]);
    await expect(tools.run(['nft'])).rejects.toMatchObject({ code: 'HOST_UNKNOWN' });
  });

  test('what is missing or refused is asked for again after a minute, what failed at once', async () => {
    const { tools, wait, runs } = remote([[5, new UserError('COMMAND_MISSING', 'x', 'y')]]);
    for (let count = 0; count < 3; count += 1) expect((await tools.run(['nft'])).state).toBe('missing');
    expect(runs()).toBe(1);
    wait(60_000);
    await tools.run(['nft']);
    expect(runs()).toBe(2);
    const failing = remote([[5, { code: 1, stderr: 'no' }]]);
    for (let count = 0; count < 3; count += 1) await failing.tools.run(['nft']);
    expect(failing.runs()).toBe(3);
  });
});

describe('what a tool took on another host', () => {
  const spentOf = async (answers: Parameters<typeof remote>[0]) => {
    const { tools } = remote(answers);
    for (let count = 1; count < answers.length; count += 1) await tools.run(['true']);
    tools.takeSpentMs();
    await tools.run(['nft']);
    return tools.takeSpentMs();
  };

  test('is not the way there', async () => {
    expect(
      await spentOf([
        [800, {}],
        [800, { stdout: 'x'.repeat(1e6) }],
      ]),
    ).toBeLessThan(10);
  });

  test('is what goes beyond it', async () => {
    expect(
      await spentOf([
        [20, {}],
        [320, { stdout: 'x'.repeat(3e6) }],
      ]),
    ).toBeCloseTo(300, 0);
  });

  test('is not waiting for a slow line', async () => {
    expect(
      await spentOf([
        [20, {}],
        [9020, { stdout: 'x'.repeat(10_240) }],
      ]),
    ).toBeLessThan(10);
  });
});
