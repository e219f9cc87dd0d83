/**
 * The operator sits in the attacker's own network, logged in over a real ssh: whatever he does to that network, his sessions stay and new ones can be
 * had, also when ddostop is killed before it is confirmed.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { MitigationBackend } from '../../src/mitigation/types.js';
import { Lab, until } from '../support/lab.js';
import { EchoSession, wholeResult } from '../support/ssh-echo.js';
import { SshLab } from '../support/ssh-lab.js';
import { findProgram } from '../support/system.js';
import { IS_WHOLE } from '../support/whole.js';
import { LabMitigate } from './lab-mitigate.js';
import { LOCKOUT_CASES } from './lockout-cases.js';
import { SshOperator } from './ssh-operator.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const RELAY = new URL('./pty-relay.py', import.meta.url).pathname;
/** Beside the attacker's .10 and ::10. */
const OPERATOR = ['198.51.100.11', '2001:db8:a::11'] as const;
const WINDOW = ['--confirm-window', '4s'];

export function lockoutScenarios(backend: MitigationBackend): void {
  let lab: Lab;
  let ssh: SshLab;
  let mitigate: LabMitigate;
  let operator: SshOperator;

  beforeAll(async () => {
    lab = await Lab.open();
    mitigate = await LabMitigate.open(lab, 'victim', backend);
    ssh = await SshLab.openIn(lab, { from: 'attacker', addresses: ['192.0.2.10', '2001:db8:f::10'], port: 22 });
    operator = await SshOperator.logIn(lab, ssh, mitigate, 'attacker', OPERATOR);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
    mitigate?.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await mitigate.run('panic'); // a test that passed has taken its own back
  });

  // The guard is the same for both firewalls: in the tests each shows a part of the cases, in verify:mitigation all.
  const cases = LOCKOUT_CASES.filter(({ only = backend }) => only === backend).filter(
    (_, i) => IS_WHOLE || (backend === 'nft' ? i % 2 === 0 : i % 4 === 1),
  );
  for (const { name, args: argsOf, isFelt } of cases) {
    /** The attacker feels it and the operator does not, at the same time. */
    const mustBeSpared = async () => {
      const [felt] = await Promise.all([isFelt(lab), operator.mustBeIn()]);
      expect(felt).toBe(true);
    };

    test(`${name}: refused; narrowed, the sessions stay, when ddostop was killed and when it is confirmed`, async () => {
      const args = argsOf(mitigate);
      const refused = await operator.run('op4', 'apply', '--yes', ...args);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/PROTECTED_ADDRESS: .*198\.51\.100\.11 \(your ssh session\)/);
      expect(refused.stderr).toMatch(/2001:db8:a::11 \(an ssh session to this host\).*--narrow/);

      const waiting = await operator.applyAndWait('op6', '--narrow', ...args);
      await waiting.kill();
      await mustBeSpared();
      expect(await operator.run('op4', 'confirm', waiting.id)).toMatchObject({ code: 0 }); // a new login
      await mustBeSpared();
      expect(await operator.run('op6', 'undo', waiting.id)).toMatchObject({ code: 0 });
      expect(await isFelt(lab)).toBe(false);
    });
  }

  test('killed before it was confirmed and left alone: it ends by itself, nobody was cut off', async () => {
    const block = ['--block', '198.51.100.0/24', '2001:db8:a::/64'];
    const waiting = await operator.applyAndWait('op4', '--narrow', ...block, ...WINDOW);
    await waiting.kill();
    await operator.mustBeIn();
    expect(await mitigate.list()).toMatchObject([{ id: waiting.id, state: 'unconfirmed' }]);
    await until('it has ended', 10_000, async () => (await mitigate.list()).length === 0);
    expect(await lab.measure()).toEqual(ALL);
  });

  if (backend === 'nft') unknownSession(() => ({ lab, mitigate })); // no word of it is about the firewall: one is enough

  test('the sessions of the whole file have lost nothing', async () => {
    for (const session of operator.sessions) {
      const result = await session.finish();
      expect(result.sent).toBeGreaterThan(100);
      expect(result).toEqual(wholeResult(result.sent));
    }
  });
}

function unknownSession(place: () => { readonly lab: Lab; readonly mitigate: LabMitigate }): void {
  test('an sshd nobody could know of: locked out for the window, then everything goes on', async () => {
    const { lab, mitigate } = place();
    const program = join(mitigate.folder, 'xyd'); // neither named nor numbered like ssh
    copyFileSync(findProgram('sshd') as string, program);
    const hidden = await SshLab.openIn(lab, { port: 7777, program });
    try {
      const session = await EchoSession.open(lab, 'client', hidden, hidden.alias);
      // From the console: no SSH_CONNECTION. Its terminal is closed at once, as when whoever sat there has gone.
      const argv = [
        'python3',
        RELAY,
        ...mitigate.argv,
        'apply',
        ...mitigate.place,
        '--block',
        '203.0.113.0/24',
        ...WINDOW,
      ];
      const console_ = lab.start('victim', argv, mitigate.env);
      let screen = '';
      console_.stdout.on('data', (chunk) => (screen += chunk));
      const shows = (text: string) => until(`it shows "${text}"`, 15_000, async () => screen.includes(text));
      await shows('Apply this?');
      console_.stdin.write('y\r');
      await shows('is in force');
      process.kill(Number(/PID (\d+)/.exec(screen)?.[1]), 'SIGKILL');
      expect(await lab.measure()).toEqual({ ...ALL, client4: 0 });
      const atBlock = session.answers;
      const probe = ['ssh', '-F', hidden.config, '-o', 'ConnectTimeout=1', hidden.alias, 'true'];
      expect((await lab.run('client', probe)).code).toBe(255);
      expect(session.answers).toBe(atBlock);
      await session.untilAlive();
      expect((await lab.run('client', probe)).code).toBe(0);
      const result = await session.finish();
      expect(result).toEqual(wholeResult(result.sent));
      expect(await mitigate.list()).toEqual([]);
    } finally {
      await hidden.close();
    }
  });
}
