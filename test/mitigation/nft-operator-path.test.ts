/** The operator's own path is never cut: live TCP sessions through a block, against the real kernel. */
import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab, until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const RELAY = new URL('./pty-relay.py', import.meta.url).pathname;
const SSH_PORT = '2222'; // not 22: the process name must be enough to find it

/** Answers each line; run under the name "sshd", it is one as far as ss can tell. */
const ECHO_SERVER = `
import socket, sys, threading
def serve(s):
    while True:
        data = s.recv(4096)
        if not data: return
        s.sendall(data)
server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('::', int(sys.argv[1])))
server.listen()
print('ready', flush=True)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;

/** A line every 50 ms over one TCP session; prints each answer. */
const ECHO_CLIENT = `
import socket, sys, time
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)
s.settimeout(20)
for i in range(int(sys.argv[3])):
    s.sendall(b'%d\\n' % i)
    print(s.recv(100).decode().strip(), flush=True)
    time.sleep(0.05)
`;

describeWith(['root', 'nft', 'ip', 'python3', 'ss'], 'nft mitigation: the operator stays in', () => {
  let lab: Lab;
  let mitigate: LabMitigate;

  beforeAll(async () => {
    lab = await Lab.open();
    mitigate = await LabMitigate.open(lab);
  });
  afterAll(async () => {
    await lab?.close();
    mitigate?.close();
  });
  afterEach(async () => {
    await mitigate.run('panic');
  });

  describeSession('203.0.113.0/24', '192.0.2.10', 'client4');
  describeSession('2001:db8:c::/64', '2001:db8:f::10', 'client6');

  function describeSession(block: string, server: string, counted: 'client4' | 'client6') {
    test(`the operator's own path (${block}) is refused; the narrowed plan keeps the live session`, async () => {
      const sshd = join(mitigate.folder, 'sshd');
      const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
      rmSync(sshd, { force: true });
      symlinkSync(python, sshd);
      const daemon = lab.start('victim', [sshd, '-c', ECHO_SERVER, SSH_PORT]);
      await firstOutput(daemon);
      const session = lab.start('client', ['python3', '-c', ECHO_CLIENT, server, SSH_PORT, '60']);
      let answers = '';
      session.stdout.on('data', (chunk) => (answers += chunk));
      await firstOutput(session);

      const refused = await mitigate.run('apply', '--yes', '--block', block);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/PROTECTED_ADDRESS: .*an ssh session to this host.*--narrow/);
      expect(await mitigate.ruleset()).not.toContain('ddostop');

      const id = await mitigate.apply('--block', block, '--narrow');
      const during = await lab.measure();
      expect(during).toEqual({ ...ALL, [counted]: 0 });
      const fresh = await lab.run('client', ['python3', '-c', ECHO_CLIENT, server, SSH_PORT, '2']);
      expect(fresh).toMatchObject({ code: 0, stdout: '0\n1\n' }); // a new login works as well
      const code = await new Promise((resolve) => session.on('close', resolve));
      expect(code).toBe(0);
      expect(answers.trim().split('\n')).toHaveLength(60);
      expect((await mitigate.list())[0]?.allow.join()).toMatch(/to tcp port 2222/);
      await mitigate.run('undo', id);
      expect(await lab.measure()).toEqual(ALL);
      daemon.kill('SIGKILL');
    });
  }

  test('a session nobody could know of: locked out for the window, then it goes on, nothing lost', async () => {
    const daemon = lab.start('victim', ['python3', '-c', ECHO_SERVER, '7777']); // neither named nor numbered like ssh
    await firstOutput(daemon);
    const session = lab.start('client', ['python3', '-c', ECHO_CLIENT, '192.0.2.10', '7777', '40']);
    let answers = 0;
    session.stdout.on('data', (chunk) => (answers += String(chunk).split('\n').length - 1));
    const ended = new Promise((resolve) => session.on('close', resolve));
    await firstOutput(session);
    // The terminal is closed at once, as when the ssh session that ran it hangs.
    const argv = ['python3', RELAY, ...mitigate.argv, 'apply', '--block', '203.0.113.0/24', '--confirm-window', '3s'];
    const operator = lab.start('victim', argv, mitigate.env);
    let screen = '';
    operator.stdout.on('data', (chunk) => (screen += chunk));
    await until('the question', 10_000, async () => screen.includes('Apply this?'));
    operator.stdin.write('y\r');
    await until('the block', 10_000, async () => screen.includes('is in force'));
    process.kill(Number(/PID (\d+)/.exec(screen)?.[1]), 'SIGKILL');
    const atBlock = answers;
    expect(await lab.measure()).toEqual({ ...ALL, client4: 0 });
    expect(answers).toBeLessThanOrEqual(atBlock + 1);
    expect(await ended).toBe(0);
    expect(answers).toBe(40);
    expect(await mitigate.list()).toEqual([]);
    daemon.kill('SIGKILL');
  });

  test('SSH_CONNECTION protects even where ss sees nothing', async () => {
    const env = { ...mitigate.env, SSH_CONNECTION: '198.51.100.10 50500 192.0.2.10 22' };
    const { code, stderr } = await lab.run(
      'victim',
      [...mitigate.argv, 'apply', '--yes', '--block', '198.51.100.0/24'],
      { env },
    );
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('your ssh session') });
    // Under sudo the variable is gone; the shell above still has it.
    const argv = ['sh', '-c', 'env -u SSH_CONNECTION "$@"; exit $?', 'sh', ...mitigate.argv];
    const below = await lab.run('victim', [...argv, 'apply', '--yes', '--block', '198.51.100.0/24'], { env });
    expect(below).toMatchObject({ code: 1, stderr: expect.stringContaining('your ssh session') });
  });

  test('own address, gateway and resolver are refused, in both families', async () => {
    for (const [prefix, why] of [
      ['192.0.2.10', 'an address of this host'],
      ['2001:db8:f::10', 'an address of this host'],
      ['192.0.2.1', 'the default gateway'],
      ['2001:db8:f::/64', 'the default gateway'],
      ['fe80::1', 'link-local'],
      ['224.0.0.0/8', 'multicast'],
    ] as const) {
      const { code, stderr } = await mitigate.run('plan', '--block', prefix);
      expect({ prefix, code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
    }
    const id = await mitigate.apply('--block', '192.0.0.0/8', '--narrow');
    expect((await mitigate.list())[0]?.allow).toEqual(['192.0.2.1', '192.0.2.10']);
    await mitigate.run('undo', id);
  });
});

function firstOutput(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`ended with ${code} before it said anything`)));
    child.stderr.once('data', (chunk) => reject(new Error(String(chunk))));
  });
}
