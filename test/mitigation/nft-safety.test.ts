/** What must never happen: an entry that outlives its window, an act without rights or without an audit line. Real kernel. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab, until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const RELAY = new URL('./pty-relay.py', import.meta.url).pathname;

describeWith(['root', 'nft', 'ip', 'python3', 'ss', 'setpriv'], 'nft mitigation: safety in the kernel', () => {
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

  function auditRecords(): { event: string; action: string; id: string; ok?: boolean; stdin?: string }[] {
    const text = readFileSync(join(mitigate.folder, 'state', 'ddostop', 'audit.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  /** `apply` on a terminal; gives what it printed so far. */
  function applyOnTerminal(...args: string[]) {
    const child = lab.start('victim', ['python3', RELAY, ...mitigate.argv, 'apply', ...args], mitigate.env);
    const screen = { text: '' };
    child.stdout.on('data', (chunk) => (screen.text += chunk));
    const shows = (text: string) => until(`the terminal shows ${text}`, 10_000, async () => screen.text.includes(text));
    return { child, screen, shows, pid: () => Number(/PID (\d+)/.exec(screen.text)?.[1]) };
  }

  test('kill -9 between apply and confirm: the kernel ends it by itself', async () => {
    const { child, screen, shows, pid } = applyOnTerminal(
      '--block',
      '198.51.100.0/24',
      '2001:db8:a::/64',
      '--confirm-window',
      '4s',
    );
    await shows('Apply this?');
    child.stdin.write('y\r');
    await shows('is in force');
    process.kill(pid(), 'SIGKILL');
    await shows('EXIT 137');
    expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0, attacker6: 0 });
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ state: 'unconfirmed', packets: 40 });
    await until('the kernel ends it', 8000, async () => (await mitigate.list()).length === 0);
    expect(await lab.measure()).toEqual(ALL);
    expect(screen.text).not.toContain('in force until');
    const late = await mitigate.run('confirm', live?.id ?? '');
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('MITIGATION_ENDED') });
  });

  test('on a terminal: Enter typed ahead does not confirm, Enter later does', async () => {
    const { child, shows } = applyOnTerminal('--block', '198.51.100.10', '--confirm-window', '8s', '--ttl', '1h');
    await shows('Apply this?');
    child.stdin.write('y\r\r');
    await shows('is in force');
    expect(await mitigate.list()).toMatchObject([{ state: 'unconfirmed' }]);
    await new Promise((resolve) => setTimeout(resolve, 800)); // past the deaf time
    child.stdin.write('\r');
    await shows('EXIT 0');
    expect(await mitigate.list()).toMatchObject([{ state: 'confirmed' }]);
    expect((await mitigate.list())[0]?.expiresInSec).toBeGreaterThan(3000);
  });

  test('on a terminal: z takes it back; no is no', async () => {
    const first = applyOnTerminal('--block', '198.51.100.10', '--confirm-window', '20s');
    await first.shows('Apply this?');
    first.child.stdin.write('y\r');
    await first.shows('is in force');
    await new Promise((resolve) => setTimeout(resolve, 800));
    first.child.stdin.write('z');
    await first.shows('taken back');
    await first.shows('EXIT 1');
    const second = applyOnTerminal('--block', '198.51.100.10');
    await second.shows('Apply this?');
    second.child.stdin.write('\r');
    await second.shows('EXIT 1');
    expect(await mitigate.list()).toEqual([]);
  });

  test('without a terminal and without --yes it refuses with 2', async () => {
    const before = await mitigate.ruleset();
    expect(await mitigate.run('apply', '--block', '198.51.100.10')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('NEEDS_YES'),
    });
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('no rights: NFT_PERMISSION with the fix, nothing done', async () => {
    const before = await mitigate.ruleset();
    const nobody = [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--bounding-set=-all',
      '--no-new-privs',
    ];
    const program = readFileSync(mitigate.program, 'utf8'); // the folder is private to root
    const shared = `/dev/shm/ddostop-test-${process.pid}.mjs`;
    writeFileSync(shared, program, { mode: 0o644 });
    try {
      for (const args of [['apply', '--yes', '--block', '198.51.100.10'], ['list'], ['panic']]) {
        const { code, stderr } = await lab.run('victim', [...nobody, process.execPath, shared, 'mitigate', ...args], {
          env: mitigate.env,
        });
        expect({ args, code, stderr }).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/^NFT_PERMISSION: .*sudo/),
        });
      }
      const plan = await lab.run(
        'victim',
        [...nobody, process.execPath, shared, 'mitigate', 'plan', '--unchecked', '--block', '198.51.100.10'],
        { env: mitigate.env },
      );
      expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('not checked by nft') });
    } finally {
      rmSync(shared, { force: true });
    }
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('nft is not installed: NFT_MISSING with the fix', async () => {
    // An empty folder in front of everything: sbin is looked through too, so it must be hidden in a mount namespace of its own.
    const empty = join(mitigate.folder, 'empty');
    mkdirSync(empty, { recursive: true });
    const hide = `for d in /usr/sbin /usr/local/sbin; do mount --bind ${empty} $d; done; exec "$@"`;
    const argv = ['unshare', '-m', 'sh', '-c', hide, 'sh', ...mitigate.argv, 'list'];
    const result = await lab.run('victim', argv, { env: { ...mitigate.env, PATH: '/nowhere:/usr/bin:/bin' } });
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^NFT_MISSING: .*apt-get install nftables/),
    });
  });

  test('words that would be commands are refused before anything runs', async () => {
    const before = await mitigate.ruleset();
    for (const args of [
      ['--block', '198.51.100.10; nft flush ruleset'],
      ['--block', '198.51.100.10"}]}'],
      ['--block', '$(id)'],
      ['--block', '1.2.3.999'],
      ['--block', '0300.1.1.1'],
      ['--block', 'localhost'],
      ['--block', '::1%lo'],
      ['--block', '198.51.100.10', '--why', 'x" accept'],
      ['--block', '198.51.100.10', '--why', 'a\nb'],
      ['--block', '198.51.100.10', '--incident', '../../x'],
      ['--block', '198.51.100.10', '--ttl', '10m; id'],
      ['--block', '0.0.0.0/0'],
      ['--block', '0.0.0.0/1', '128.0.0.0/1'],
      ['--block', '::/0'],
    ]) {
      const { code, stdout, stderr } = await mitigate.run('apply', '--yes', ...args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr.split('\n').filter((line) => line !== '')).toHaveLength(1);
    }
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('the audit log is 0600, has intent before result, and without it nothing is done', async () => {
    const id = await mitigate.apply('--block', '198.51.100.10');
    await mitigate.run('undo', id);
    const path = join(mitigate.folder, 'state', 'ddostop', 'audit.jsonl');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const mine = auditRecords().filter((record) => record.id === id);
    expect(mine.map(({ event, action }) => `${action} ${event}`)).toEqual([
      'apply intent',
      'apply result',
      'confirm intent',
      'confirm result',
      'undo intent',
      'undo result',
    ]);
    expect(mine[0]?.stdin).toContain(`id=${id}:t:600:30`);

    // A full disk: the state folder is a tmpfs without a free page.
    const full = join(mitigate.folder, 'full');
    mkdirSync(full, { recursive: true });
    const fill = `mount -t tmpfs -o size=4k none ${full}; mkdir ${full}/ddostop; head -c 8192 /dev/zero > ${full}/fill; exec "$@"`;
    const argv = [
      'unshare',
      '-m',
      'sh',
      '-c',
      fill,
      'sh',
      ...mitigate.argv,
      'apply',
      '--yes',
      '--block',
      '198.51.100.10',
    ];
    const result = await lab.run('victim', argv, { env: { ...mitigate.env, XDG_STATE_HOME: full } });
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/AUDIT_WRITE: .*ENOSPC.*Nothing was done/s),
    });
    expect(await mitigate.ruleset()).not.toContain('ddostop');
  });

  test('a reader that leaves (EPIPE) does not stop the act', async () => {
    const argv = ['sh', '-c', '"$@" | true', 'sh', ...mitigate.argv, 'apply', '--yes', '--block', '198.51.100.10'];
    const { stderr } = await lab.run('victim', argv, { env: mitigate.env });
    expect(stderr).not.toMatch(/EPIPE|Error/);
    expect(await mitigate.list()).toMatchObject([{ state: 'confirmed' }]);
  });

  test('two processes at once: both mitigations are in force', async () => {
    const [first, second] = await Promise.all([
      mitigate.apply('--block', '198.51.100.0/24'),
      mitigate.apply('--block', '2001:db8:a::/64'),
    ]);
    expect((await mitigate.list()).map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0, attacker6: 0 });
  });
});
