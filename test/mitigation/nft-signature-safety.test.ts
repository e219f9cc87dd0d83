/** What a signature must never do: outlive its window, cut the operator off, act on a file that is none. Real kernel. */
import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Predicate } from '../../src/signature/rule.js';
import { eq, range } from '../../src/signature/vectors/vector.js';
import { Lab, until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';
import { diffFile, receivedWhile, sendUdp } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const RELAY = new URL('./pty-relay.py', import.meta.url).pathname;
const BY_TTL = [eq('ip.proto', 17), eq('ip.ttl', 99)];
const SSH_PORT = '2222';

/** Answers each line; run under the name "sshd". */
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

describeWith(['root', 'nft', 'ip', 'python3', 'ss'], 'signatures: safety in the kernel', () => {
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

  const signature = (predicates: readonly Predicate[]) => ['--signature', diffFile(mitigate, [predicates])] as const;
  const measure = (ttl: number) =>
    receivedWhile(lab, async () => {
      await sendUdp(lab, 'attacker', { ttl });
      await sendUdp(lab, 'client', {});
    });

  test('kill -9 between apply and confirm: the kernel ends it by itself', async () => {
    const argv = [...mitigate.argv, 'apply', ...signature(BY_TTL), '--confirm-window', '4s'];
    const child = lab.start('victim', ['python3', RELAY, ...argv], mitigate.env);
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    const shows = (text: string) => until(`the terminal shows ${text}`, 10_000, async () => screen.includes(text));
    await shows('Apply this?');
    expect(screen).toContain('of the attack it matches 100%');
    child.stdin.write('y\r');
    await shows('is in force');
    process.kill(Number(/PID (\d+)/.exec(screen)?.[1]), 'SIGKILL');
    await shows('EXIT 137');
    expect(await measure(100)).toEqual({ ...ALL, attacker4: 0, attacker6: 0 });
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ state: 'unconfirmed', packets: 40 });
    const id = live?.id ?? '';
    await until('the kernel ends it', 8000, async () => !(await mitigate.ruleset()).includes(`id=${id}`));
    expect(await measure(100)).toEqual(ALL);
    expect(await mitigate.run('confirm', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MITIGATION_ENDED'),
    });
    expect(await mitigate.list()).toMatchObject([{ id, state: 'ended' }]);
  });

  test('counts go on over the confirmation', async () => {
    const argv = [...mitigate.argv, 'apply', ...signature(BY_TTL), '--confirm-window', '20s', '--ttl', '1h'];
    const child = lab.start('victim', ['python3', RELAY, ...argv], mitigate.env);
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    await until('the question', 10_000, async () => screen.includes('Apply this?'));
    child.stdin.write('y\r');
    await until('it is in force', 10_000, async () => screen.includes('is in force'));
    await measure(100);
    const [trial] = await mitigate.list();
    expect(trial).toMatchObject({ state: 'unconfirmed', packets: 40 });
    expect(await mitigate.run('confirm', trial?.id ?? '')).toMatchObject({ code: 0 });
    await measure(100);
    expect(await mitigate.list()).toMatchObject([{ state: 'confirmed', packets: 80 }]);
    child.kill('SIGKILL');
  });

  test('its rules were flushed before it was confirmed: confirm does not keep what drops nothing', async () => {
    const argv = [...mitigate.argv, 'apply', ...signature(BY_TTL), '--confirm-window', '20s'];
    const child = lab.start('victim', ['python3', RELAY, ...argv], mitigate.env);
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    await until('the question', 10_000, async () => screen.includes('Apply this?'));
    child.stdin.write('y\r');
    await until('it is in force', 10_000, async () => screen.includes('is in force'));
    const id = (await mitigate.list())[0]?.id ?? '';
    await lab.must('victim', ['nft', 'flush', 'chain', 'inet', 'ddostop', 'drops']);
    expect(await mitigate.run('confirm', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MITIGATION_LOST'),
    });
    expect(await mitigate.list()).toMatchObject([
      { id, state: 'unconfirmed', problem: expect.stringContaining('not in force') },
    ]);
    child.kill('SIGKILL');
  });

  for (const [server, counted] of [
    ['192.0.2.10', 4],
    ['2001:db8:f::10', 6],
  ] as const) {
    test(`the operator's session (IPv${counted}) is refused; the narrowed plan keeps it and lets new logins in`, async () => {
      const daemon = await startSshd();
      const session = lab.start('client', ['python3', '-c', ECHO_CLIENT, server, SSH_PORT, '40']);
      let answers = '';
      session.stdout.on('data', (chunk) => (answers += chunk));
      const ended = new Promise((resolve) => session.on('close', resolve));
      await firstOutput(session);
      // Everything of TCP with a hop limit as the client's: his session too.
      const rule = signature([eq('ip.proto', 6), range('ip.ttl', 60, 64)]);
      expect(await mitigate.run('apply', '--yes', ...rule)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/PROTECTED_ADDRESS: the signature may match .*an ssh session/),
      });
      const id = await mitigate.apply(...rule, '--narrow');
      const fresh = await lab.run('client', ['python3', '-c', ECHO_CLIENT, server, SSH_PORT, '2']);
      expect(fresh).toMatchObject({ code: 0, stdout: '0\n1\n' });
      const stranger = await lab.run('attacker', ['python3', '-c', ECHO_CLIENT, server, SSH_PORT, '2']);
      expect(stranger.code).not.toBe(0);
      expect(await ended).toBe(0);
      expect(answers.trim().split('\n')).toHaveLength(40);
      const [live] = await mitigate.list();
      expect(live).toMatchObject({ id, allow: [expect.stringMatching(/to tcp port 2222/)] });
      expect(live?.packets).toBeGreaterThan(0);
      daemon.kill('SIGKILL');
    });
  }

  test('rules that would drop good traffic as such are refused, and nothing is done', async () => {
    const before = await mitigate.ruleset();
    for (const [predicates, code] of [
      [[eq('ip.proto', 17)], 'SIGNATURE_BARE'],
      [[eq('tcp.flags', 2)], 'SIGNATURE_BARE'],
      [[eq('tcp.flags', 16), eq('port.dst', 80)], 'SIGNATURE_BARE'],
      [[eq('icmp.type', 135)], 'SIGNATURE_BARE'],
      [[eq('icmp.type', 135), range('ip.length', 60, 80)], 'PROTECTED_PACKETS'],
      [[eq('ip.country', 'NL'), eq('ip.ttl', 99)], 'SIGNATURE_LEFT'],
      [[eq('ip.proto', 17), eq('tcp.window', 512)], 'SIGNATURE_EMPTY'],
    ] as const) {
      const { code: exit, stdout, stderr } = await mitigate.run('apply', '--yes', ...signature(predicates));
      expect({ predicates, isRefused: exit !== 0, stdout, stderr }).toEqual({
        predicates,
        isRefused: true,
        stdout: '',
        stderr: expect.stringContaining(code),
      });
    }
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('a file on stdin; files that are none', async () => {
    const path = diffFile(mitigate, [BY_TTL]);
    const argv = [...mitigate.argv, 'plan', '--signature', '-'];
    const piped = await lab.run('victim', argv, { env: mitigate.env, stdin: readFileSync(path, 'utf8') });
    expect(piped).toMatchObject({ code: 0, stdout: expect.stringContaining('ip.ttl = 99') });
    const hostile = readFileSync(path, 'utf8').replace('"ip.ttl"', '"ip.ttl 99 drop; flush ruleset; add"');
    writeFileSync(path, hostile);
    expect(await mitigate.run('apply', '--yes', '--signature', path)).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('BAD_SIGNATURE'),
    });
    expect(await mitigate.run('apply', '--yes', '--signature', '/nowhere')).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^NO_FILE.*\n$/),
    });
    expect(await mitigate.run('apply', '--yes', '--block', '198.51.100.9', '--rate', '5')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('USAGE'),
    });
  });

  async function startSshd(): Promise<ChildProcessWithoutNullStreams> {
    const sshd = join(mitigate.folder, 'sshd');
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    rmSync(sshd, { force: true });
    symlinkSync(python, sshd);
    const daemon = lab.start('victim', [sshd, '-c', ECHO_SERVER, SSH_PORT]);
    await firstOutput(daemon);
    return daemon;
  }
});

function firstOutput(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`ended with ${code} before it said anything`)));
    child.stderr.once('data', (chunk) => reject(new Error(String(chunk))));
  });
}
