/** The account on the other host has no right to its firewall: what is said then, and what a few lines of sudoers change. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CommandResult, runCommand } from '../../src/platform/run-command.js';
import { sudoersLines } from '../../src/platform/sudoers.js';
import { bundleHarness } from '../support/bundle-harness.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { OPERATOR, SUDO_NEEDS, SudoLab } from '../support/sudo-lab.js';
import { describeWith } from '../support/system.js';

const FULL = sudoersLines(OPERATOR);
const WATCHING = FULL.replace(`${OPERATOR} ALL=(root) NOPASSWD: DDOSTOP_APPLY\n`, '');
const BLOCK = ['--block', '198.51.100.0/24'];

describeWith([...SSH_NEEDS, ...SUDO_NEEDS, 'ss'], 'mitigation of another host through sudo', () => {
  let sudo: SudoLab;
  let ssh: SshLab;
  let program = '';

  beforeAll(async () => {
    sudo = await SudoLab.open();
    ssh = await SshLab.openBeside(sudo.space, sudo.enter);
    ssh.addAlias('edge', [`HostName ${ssh.address}`, 'HostKeyAlias victim', `User ${OPERATOR}`]);
    program = await bundleHarness('test/mitigation/mitigate-harness.ts');
  });
  afterAll(async () => {
    await ssh?.close();
    await sudo?.close();
    if (program !== '') rmSync(dirname(program), { recursive: true, force: true });
  });
  beforeEach(async () => {
    await sudo.must(['nft', 'flush', 'ruleset']);
  });

  const run = (action: string, ...args: readonly string[]): Promise<CommandResult> => {
    const state = `XDG_STATE_HOME=${join(ssh.folder, 'state')}`;
    const place = ['--on', 'edge', '--ssh-config', ssh.config];
    const argv = ['env', state, process.execPath, program, 'mitigate', action, ...place, ...args];
    return runCommand([...sudo.enter, ...argv], { timeoutMs: 60_000 });
  };
  const ruleset = () => sudo.must(['nft', 'list', 'ruleset']);

  test.each(['plan', 'apply --yes', 'list', 'panic'])(
    '%s without any right: the lines that would give it',
    async (words) => {
      await sudo.setSudoers('');
      const [action = '', ...flags] = words.split(' ');
      const isAsked = action === 'plan' || action === 'apply';
      const { code, stdout, stderr } = await run(action, ...flags, ...(isAsked ? BLOCK : []));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(FULL);
      expect(stderr).toMatch(
        /^NFT_PERMISSION: no right .*sudo does not let this account run "nft .*" on edge: sudo: a password is required.*visudo/m,
      );
      expect(await ruleset()).toBe('');
    },
  );

  test('what is said to be written is what it takes: through "sudo -n", and it says so', async () => {
    await sudo.setSudoers('');
    const { stderr: said } = await run('apply', '--yes', ...BLOCK);
    await sudo.setSudoers(/^# ddostop reads[\s\S]*NOPASSWD: DDOSTOP_APPLY$/m.exec(said)?.[0] ?? '');
    const applied = await run('apply', '--yes', '--format', 'json', ...BLOCK);
    expect(applied).toMatchObject({ code: 0, stderr: expect.stringContaining('acting through "sudo -n"') });
    const { id } = JSON.parse(applied.stdout) as { id: string };
    expect(await ruleset()).toContain('198.51.100.0');
    const undone = await run('undo', id, '--sudo');
    expect(undone).toMatchObject({ code: 0, stderr: '' }); // asked for, so not worth a word
    expect(await ruleset()).toBe('');
  });

  test('who may only watch can look and cannot act', async () => {
    await sudo.setSudoers(WATCHING);
    expect(await run('list')).toMatchObject({ code: 0, stdout: 'no mitigation is live\n' });
    const { code, stdout, stderr } = await run('apply', '--yes', ...BLOCK);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^SUDO_REFUSED: .*"nft -j -c -f -" on edge/m);
    expect(stderr).toContain(FULL);
    expect(await ruleset()).toBe('');
  });
});
