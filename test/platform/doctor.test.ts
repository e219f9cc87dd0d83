/** `ddostop doctor` as several accounts, here and over ssh, with a real kernel, sudo and sshd. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kernelForEsbuild } from '../../scripts/kernel.mjs';
import type { DoctorReport } from '../../src/app/doctor/doctor-check.js';
import { runCommand } from '../../src/platform/run-command.js';
import { sudoersLines } from '../../src/platform/sudoers.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { type Account, OPERATOR, SUDO_NEEDS, SudoLab } from '../support/sudo-lab.js';
import { describeWith } from '../support/system.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const REQUIRE_BANNER = `import { createRequire as near } from 'node:module'; const require = near(import.meta.url);`;
const ANY_ESCAPE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

/** Beside the project's modules, where koffi is. */
async function bundled(): Promise<{ readonly folder: string; readonly program: string }> {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.ddostop-doctor-'));
  chmodSync(folder, 0o755);
  const program = join(folder, 'doctor.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/platform/doctor-harness.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi'],
    banner: { js: REQUIRE_BANNER },
    plugins: [kernelForEsbuild as Plugin],
    logLevel: 'error',
  });
  return { folder, program };
}

describeWith([...SUDO_NEEDS, ...SSH_NEEDS, 'koffi', 'tcpdump'], 'ddostop doctor', () => {
  let lab: SudoLab;
  let ssh: SshLab;
  let made: Awaited<ReturnType<typeof bundled>>;
  beforeAll(async () => {
    made = await bundled();
    lab = await SudoLab.open();
    ssh = await SshLab.openBeside(lab.space, lab.enter);
    ssh.addAlias('as-operator', ['HostName 127.0.0.1', 'HostKeyAlias victim', `User ${OPERATOR}`]);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
    if (made !== undefined) rmSync(made.folder, { recursive: true, force: true });
  });

  const run = (account: Account, ...args: string[]) =>
    lab.host(account).run([process.execPath, made.program, 'doctor', ...args], {
      timeoutMs: 60_000,
      env: { XDG_STATE_HOME: '/tmp', HOME: '/tmp', TERM: 'xterm' },
    });
  const facts = async (account: Account, ...args: string[]) => {
    const { code, stdout, stderr } = await run(account, '--format', 'json', ...args);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as DoctorReport;
    const states = Object.fromEntries(report.checks.map(({ id, state }) => [id, state]));
    return { code, report, states, fixes: Object.fromEntries(report.checks.map(({ id, fix }) => [id, fix])) };
  };

  test('root: everything', async () => {
    const { code, report, states } = await facts({ who: 'root' });
    expect(code).toBe(0);
    expect(report).toMatchObject({
      schema: 'ddostop.doctor/1',
      host: '',
      ok: true,
      firewall: { level: 'apply', through: 'plain' },
    });
    expect(states).toMatchObject({
      ...{ node: 'ok', terminal: 'missing', captures: 'ok', 'packet-ring': 'ok', tcpdump: 'ok', firewall: 'ok' },
      ...{
        nft: 'ok',
        'iptables-save': 'ok',
        ipset: 'ok',
        conntrack: 'ok',
        'syn-cookies': 'ok',
        ssh: 'ok',
        'audit-log': 'ok',
      },
    });
    expect(report.checks.find(({ id }) => id === 'captures')?.detail).toMatch(
      /packets of the built-in scenario, counted by WebAssembly/,
    );
    expect(await lab.must(['nft', 'list', 'ruleset'])).toBe('');
  });

  test('an account without rights: captures are read, the rest says how to get it', async () => {
    await lab.setSudoers('');
    const { code, report, states, fixes } = await facts({ who: 'operator' });
    expect(code).toBe(0);
    expect(report.firewall?.level).toBe('proc');
    expect(states).toMatchObject({
      captures: 'ok',
      'packet-ring': 'refused',
      tcpdump: 'refused',
      firewall: 'refused',
      nft: 'refused',
    });
    expect(fixes['packet-ring']).toContain('--ambient-caps=+net_raw ddostop');
    expect(fixes['tcpdump']).toContain('setcap cap_net_raw');
    expect(fixes['firewall']).toContain(sudoersLines(OPERATOR));
  });

  test('what it says to write is what it takes', async () => {
    await lab.setSudoers('');
    const { fixes } = await facts({ who: 'operator' });
    const lines = /ddostop":\n([\s\S]*?)\nOr start/.exec(fixes['firewall'] as string)?.[1] as string;
    await lab.setSudoers(lines);
    const { report, states } = await facts({ who: 'operator' });
    expect(report.firewall).toMatchObject({ level: 'apply', through: 'sudo' });
    expect(states).toMatchObject({ firewall: 'ok', nft: 'ok', 'iptables-save': 'ok', ipset: 'ok', conntrack: 'ok' });
  });

  test('the setpriv line works as it is printed', async () => {
    await lab.setSudoers('');
    const { fixes } = await facts({ who: 'operator' });
    const line = /takes: sudo (setpriv .*) ddostop$/m.exec(fixes['firewall'] as string)?.[1] as string;
    const script = `${line} ${process.execPath} ${made.program} doctor --format json`;
    const { stdout } = await lab.host({ who: 'root' }).run(['sh', '-c', script], { timeoutMs: 60_000 });
    expect((JSON.parse(stdout) as DoctorReport).firewall).toMatchObject({ level: 'apply', through: 'plain' });
  });

  test('and the one for the packet ring', async () => {
    await lab.setSudoers('');
    const { fixes } = await facts({ who: 'operator' });
    const line = /^(sudo setpriv .*) ddostop -i/.exec(fixes['packet-ring'] as string)?.[1] as string;
    await lab.setSudoers(`${OPERATOR} ALL=(root) NOPASSWD: ALL\n`);
    const script = `${line} ${process.execPath} ${made.program} doctor --format json`;
    const { stdout } = await lab.host({ who: 'operator' }).run(['sh', '-c', script], { timeoutMs: 60_000 });
    const { checks } = JSON.parse(stdout) as DoctorReport;
    expect(checks.find(({ id }) => id === 'packet-ring')?.state).toBe('ok');
  });

  test('the text: aligned, words beside signs, nothing a terminal would act on', async () => {
    await lab.setSudoers('');
    const { code, stdout } = await run({ who: 'operator' });
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^ddostop \d+\.\d+\.\d+ on this machine$/);
    const table = lines.slice(2, lines.indexOf('', 2));
    for (const line of table) expect(line).toMatch(/^(?:\+ ok {7}|- missing {2}|! refused {2})\S.{18,}/);
    expect(table.find((line) => line.includes('firewall'))).toMatch(
      /^! refused {2}firewall +proc: only what \/proc tells; .*a password is required/,
    );
    expect(stdout).toMatch(/\nfirewall:\n {2}Put these lines/);
    expect(stdout).not.toMatch(ANY_ESCAPE);
    expect(stdout.endsWith('\nCaptures can be read.\n')).toBe(true);
  });

  test('another machine, over ssh', async () => {
    await lab.setSudoers(sudoersLines(OPERATOR));
    const { code, report, states } = await facts({ who: 'root' }, '--host', 'as-operator', '--ssh-config', ssh.config);
    expect(code).toBe(0);
    expect(report).toMatchObject({ host: 'as-operator', ok: true, firewall: { level: 'apply', through: 'sudo' } });
    expect(states).toMatchObject({
      ssh: 'ok',
      connection: 'ok',
      firewall: 'ok',
      nft: 'ok',
      tcpdump: 'refused',
      'syn-cookies': 'ok',
    });
    expect(states['node']).toBeUndefined();
  });

  test('a machine that does not answer, and a name that is none', async () => {
    ssh.addAlias('gone', ['HostName 127.0.0.1', 'Port 2']);
    const { code, report, states } = await facts({ who: 'root' }, '--host', 'gone', '--ssh-config', ssh.config);
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, firewall: null });
    expect(states).toEqual({ ssh: 'ok', connection: 'refused' });
    const bad = await run({ who: 'root' }, '--host', '-oProxyCommand=touch /tmp/x');
    expect(bad).toMatchObject({ stdout: '', stderr: expect.stringContaining('BAD_HOST: ') });
    expect(bad.code).not.toBe(0);
  });

  test('help has examples', async () => {
    const { stdout } = await runCommand([process.execPath, made.program, 'doctor', '--help']);
    expect(stdout).toContain('ddostop doctor --host edge-1');
  });
});
