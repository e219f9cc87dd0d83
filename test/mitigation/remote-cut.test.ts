/** The connection breaks in the middle of an act: the truth is told, never a guess. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab, type Output, until } from '../support/lab.js';
import { type CutAt, SshCutter } from '../support/ssh-cutter.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';
import { RemoteMitigate } from './remote-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const WINDOW_SEC = 12;
const BLOCK = ['--block', '198.51.100.0/24', '--confirm-window', `${WINDOW_SEC}s`];

describeWith([...SSH_NEEDS, 'nft', 'ss'], 'a connection that breaks in the middle of an act', () => {
  let lab: Lab;
  let ssh: SshLab;
  let cutter: SshCutter;
  let remote: RemoteMitigate;

  beforeAll(async () => {
    lab = await Lab.open();
    cutter = new SshCutter('nft', '"-j -f -"');
    ssh = await SshLab.openIn(lab, { lines: [cutter.serverLine] });
    remote = await RemoteMitigate.open(lab, ssh);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
    remote?.close();
    cutter?.close();
  });
  afterEach(async () => {
    await lab.run('victim', ['nft', 'delete', 'table', 'inet', 'ddostop']);
  });

  const cutRun = async (at: CutAt, action: string, ...args: readonly string[]): Promise<Output> => {
    cutter.arm(at, ssh.serverPid);
    const output = await remote.run(action, ...args);
    expect({ at, output, hasCut: cutter.hasCut }).toMatchObject({ hasCut: true });
    return output;
  };
  const isBlocked = async () => (await lab.measure()).attacker4 === 0;
  const told = async () => (await remote.log()).filter(({ event }) => event === 'explained').at(-1)?.message;

  test('before the transaction: it is told that nothing was done', async () => {
    const { code, stdout, stderr } = await cutRun('before', 'apply', '--yes', ...BLOCK);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^NOT_CARRIED_OUT: "apply" of [a-z2-7]{5} was not carried out: /m);
    expect(await isBlocked()).toBe(false);
    expect(await told()).toBe('read again: it was not carried out');
    expect((await remote.list()).unfinished).toEqual([]);
  });

  test.each(['during', 'after'] as const)(
    '%s the transaction: it is in force, and goes on to be confirmed',
    async (at) => {
      const { code, stdout } = await cutRun(at, 'apply', '--yes', '--format', 'json', ...BLOCK);
      expect(code).toBe(0);
      const { id, state } = JSON.parse(stdout) as { id: string; state: string };
      expect(state).toBe('confirmed');
      expect(await told()).toBe('read again: it was carried out');
      expect(await remote.list()).toMatchObject({ mitigations: [{ id, state: 'confirmed' }], unfinished: [] });
      expect(await isBlocked()).toBe(true);
    },
  );

  test('undo, after the transaction', async () => {
    const id = await remote.apply(...BLOCK);
    expect(await cutRun('after', 'undo', id)).toMatchObject({ code: 0 });
    expect(await isBlocked()).toBe(false);
  });

  test('the host stays away: not known, with the window; list explains it as soon as it is back', async () => {
    const { code, stdout, stderr } = await cutRun('gone', 'apply', '--yes', ...BLOCK);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^STATE_UNKNOWN: it is not known whether "apply" of [a-z2-7]{5} was carried out: /m);
    expect(stderr).toContain(`the kernel ends it by itself within ${WINDOW_SEC} s`);
    const id = /"apply" of ([a-z2-7]{5})/.exec(stderr)?.[1];
    expect(await isBlocked()).toBe(true);
    await ssh.startServer();
    const back = await remote.run('list');
    expect(back.stdout).toMatch(new RegExp(`apply of ${id}, begun .*, was cut off: it is in force and not confirmed`));
    expect((await remote.list()).unfinished).toEqual([]); // said once
    await until('it has ended by itself', 20_000, async () => !(await isBlocked()));
    expect(await lab.measure()).toEqual(ALL);
  });
});
