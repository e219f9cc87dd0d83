/** Commands over a real sshd: what arrives, what comes back, and what is said when the way breaks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, until } from '../support/lab.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';

describeWith(SSH_NEEDS, 'a host over ssh', () => {
  let lab: SshLab;
  beforeAll(async () => {
    lab = await SshLab.open();
  });
  afterAll(async () => {
    await lab?.close();
  });

  test('code, both outputs, English messages, the sbin folders', async () => {
    const host = lab.host();
    const script = 'echo out; echo err >&2; echo "$LC_ALL"; echo "$PATH" | tail -c 17; exit 7';
    expect(await host.run(['sh', '-c', script])).toEqual({
      code: 7,
      signal: null,
      stdout: 'out\nC\n:/usr/sbin:/sbin\n',
      stderr: 'err\n',
    });
  });

  test('a megabyte of JSON through stdin, openable by name as nft does, with the exit code of the last command', async () => {
    const host = lab.host();
    const json = `${JSON.stringify({ nftables: Array.from({ length: 20_000 }, (_, i) => ({ comment: `é "${i}" \\ '$(id)'` })) })}\n`;
    expect(json.length).toBeGreaterThan(600_000);
    const big = json.padEnd(1_048_576, ' ');
    const script = 'import sys; t = open("/dev/stdin").read(); sys.stdout.write(t); sys.exit(9)';
    const { code, stdout } = await host.run(['python3', '-X', 'utf8', '-c', script], { stdin: big });
    expect(code).toBe(9);
    expect(stdout === big).toBe(true);
  });

  test('without a need for stdin there is an empty one, not ours', async () => {
    expect(await lab.host().run(['cat'])).toMatchObject({ code: 0, stdout: '' });
  });

  test('variables are set and taken away, as words', async () => {
    const env = { FIRST: "a b'; id #", HOME: undefined };
    const script = 'import os; print(os.environ["FIRST"], os.environ.get("HOME"))';
    const { stdout } = await lab.host().run(['python3', '-c', script], { env });
    expect(stdout).toBe("a b'; id # None\n");
  });

  test('shell syntax in arguments arrives as it is and never runs', async () => {
    const host = lab.host();
    const mark = join(lab.folder, 'ran');
    const words = [
      `; touch ${mark}`,
      `$(touch ${mark})`,
      `\`touch ${mark}\``,
      `' ; touch ${mark} ; '`,
      `'"'"'`,
      `| touch ${mark} &`,
      `> ${mark}`,
      '$HOME ~ * ? [a-z] {a,b} !! \\ \\\\ #x',
      '',
      '-n',
      '\u{1f600} ä',
    ];
    const script = 'import sys, json; print(json.dumps(sys.argv[1:]))';
    const { stdout } = await host.run(['python3', '-X', 'utf8', '-c', script, ...words]);
    expect(JSON.parse(stdout)).toEqual(words);
    expect(existsSync(mark)).toBe(false);
  });

  test('a program that is not there', async () => {
    await expect(lab.host().run(['no-such-program', 'x'])).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
    await expect(lab.host().run(['/usr/sbin/no-such'])).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
    await expect(lab.host().run(['nope'], { stdin: 'x' })).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
  });

  test('one connection for all commands, none after close', async () => {
    const host = lab.host();
    await host.run(['true']);
    const ports = new Set<string>();
    for (let i = 0; i < 3; i += 1) ports.add((await host.sshConnections())[0] as string);
    expect(ports.size).toBe(1);
    expect([...ports][0]).toMatch(/^127\.0\.0\.1 \d+ 127\.0\.0\.1 2222$/);
    const masters = (await lab.pidsOf('ssh')).length;
    await host.close();
    await until('the shared connection ends', 5000, async () => (await lab.pidsOf('ssh')).length < masters);
    expect((await host.run(['true'])).code).toBe(0); // it connects again
  });

  test('many at once', async () => {
    const host = lab.host();
    const runs = Array.from({ length: 8 }, (_, i) => host.run(['echo', String(i)]));
    expect((await Promise.all(runs)).map(({ stdout }) => stdout.trim())).toEqual([...'01234567']);
    const ports = await Promise.all(Array.from({ length: 8 }, () => host.sshConnections()));
    expect(new Set(ports.flat()).size).toBe(1); // sessions of one connection
  });

  test('files and addresses', async () => {
    const host = lab.host();
    expect(await host.readText('/proc/net/dev')).toContain('lo:');
    await expect(host.readText('/proc/no-such')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    for (const path of ['/etc/shadow', '/proc/../etc/shadow', 'relative', '/proc/net/dev; id', '-x']) {
      await expect(host.readText(path)).rejects.toMatchObject({ code: 'BAD_PATH' });
    }
    expect(await host.ownAddresses()).toEqual(['127.0.0.1', '0000:0000:0000:0000:0000:0000:0000:0001']);
  });

  test('outputs and time are bounded', async () => {
    const host = lab.host();
    await expect(host.run(['yes'], { maxOutputBytes: 100_000 })).rejects.toMatchObject({ code: 'COMMAND_OUTPUT' });
    const slow = host.run(['sleep', '30'], { timeoutMs: 300 });
    await expect(slow).rejects.toMatchObject({
      code: 'HOST_UNKNOWN',
      message: expect.stringContaining('within 2300 ms'),
    });
  });

  test('a remote 255 cannot be told from the end of ssh', async () => {
    const run = lab.host().run(['sh', '-c', 'echo "host: Permission denied (publickey)." >&2; exit 255']);
    await expect(run).rejects.toMatchObject({ code: 'HOST_UNKNOWN' }); // whatever the remote side claims
  });

  test('the server dies in the middle of a command', async () => {
    const host = lab.host();
    const mark = join(lab.folder, 'began');
    const run = host.run(['sh', '-c', `touch ${mark}; sleep 30`]);
    const ended = expect(run).rejects.toMatchObject({
      code: 'HOST_UNKNOWN',
      message: expect.stringMatching(/not known whether it ran.*again/),
    });
    await until('the command runs', 10_000, async () => existsSync(mark));
    await lab.killServer();
    await ended;
    await expect(host.run(['true'])).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await lab.startServer();
    expect((await host.run(['true'])).code).toBe(0);
  });

  test('lines as they come; nothing stays there when we go', async () => {
    const host = lab.host();
    const controller = new AbortController();
    const lines: string[] = [];
    const script = 'for i in 1 2 3; do echo "line $i"; done; exec tail -f /dev/null';
    const ended = host.follow(['sh', '-c', script], (line) => lines.push(line), controller.signal);
    await until('three lines', 10_000, async () => lines.length === 3);
    expect(lines).toEqual(['line 1', 'line 2', 'line 3']);
    expect(await lab.pidsOf('tail')).toHaveLength(1);
    controller.abort();
    expect(await ended).toMatchObject({ code: null });
    await until('the silent command is gone', 5000, async () => (await lab.pidsOf('tail')).length === 0);
  });

  test('a followed command that ends by itself, is missing, or loses its host', async () => {
    const host = lab.host();
    const { signal } = new AbortController();
    expect(await host.follow(['sh', '-c', 'echo x >&2; exit 3'], () => {}, signal)).toEqual({ code: 3, stderr: 'x\n' });
    await expect(host.follow(['no-such-program'], () => {}, signal)).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
    const lines: string[] = [];
    const ended = host.follow(['sh', '-c', 'echo up; sleep 30'], (line) => lines.push(line), signal);
    await until('it runs', 10_000, async () => lines.length === 1);
    await lab.killServer();
    expect((await ended).code).toBe(255);
    await expect(host.follow(['true'], () => {}, signal)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    await lab.startServer();
  });

  test.each([
    ['an unknown name', ['HostName no-such-host.invalid'], /Could not resolve hostname.*~\/\.ssh\/config/],
    ['a closed port', ['HostName 127.0.0.1', 'Port 2'], /Connection refused.*Is sshd running/],
    ['a host never seen', ['HostName 127.0.0.1'], /host key.*never accepts one for you/i],
    [
      'a key that is not known there',
      ['HostName 127.0.0.1', 'HostKeyAlias victim', 'User no-such-user'],
      /Permission denied.*ssh-add/,
    ],
    ['a broken configuration', ['NoSuchOption yes'], /Bad configuration option.*Mend/],
  ])('%s: it certainly did not run', async (name, lines, message) => {
    const space = await SshLab.open();
    try {
      const alias = name.replaceAll(' ', '-');
      space.addAlias(alias, lines);
      const error = expect.objectContaining({ code: 'HOST_UNREACHABLE', message: expect.stringMatching(message) });
      await expect(space.host(alias).run(['true'])).rejects.toEqual(error);
      await expect(space.host(alias).follow(['true'], () => {}, new AbortController().signal)).rejects.toEqual(error);
    } finally {
      await space.close();
    }
  });

  test.each([
    ['exit 1; x', 'HOST_UNREACHABLE', /runs no commands: "true" ended with 1/],
    ['echo no entry; exit 7', 'HOST_UNREACHABLE', /runs no commands: no entry/],
    ['echo Welcome; eval "$SSH_ORIGINAL_COMMAND"', 'HOST_NOISY', /prints ahead of every command: Welcome.*bashrc/],
    ['kill -9 $PPID', 'HOST_UNREACHABLE', /no ssh connection to victim: .*Nothing was run/],
  ])('an account whose shell does "%s"', async (command, code, message) => {
    const space = await SshLab.open(`ForceCommand ${command}`);
    try {
      const run = space.host().run(['touch', join(lab.folder, 'never')]);
      await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
      expect(existsSync(join(lab.folder, 'never'))).toBe(false);
    } finally {
      await space.close();
    }
  });

  test('a changed host key is refused', async () => {
    const space = await SshLab.open();
    try {
      expect((await space.host().run(['true'])).code).toBe(0);
      await space.changeHostKey();
      await expect(space.host().run(['true'])).rejects.toMatchObject({
        code: 'HOST_UNREACHABLE',
        message: expect.stringContaining('REMOTE HOST IDENTIFICATION HAS CHANGED'),
      });
    } finally {
      await space.close();
    }
  });
});

describeWith([...SSH_NEEDS, 'nft'], 'a host over ssh, across a router and a slow way', () => {
  let lab: Lab;
  let ssh: SshLab;
  beforeAll(async () => {
    lab = await Lab.open();
    ssh = await SshLab.openIn(lab);
    await ssh.addSlowAlias('slow', 200);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
  });

  test.each(['victim', 'slow'])('nft takes a transaction and lists it (%s)', async (alias) => {
    const host = ssh.host(alias);
    const table = `over_${alias}`;
    const nftables = [{ add: { table: { family: 'inet', name: table } } }];
    expect(await host.run(['nft', '-j', '-f', '-'], { stdin: JSON.stringify({ nftables }) })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await host.run(['nft', '-j', 'list', 'tables'])).stdout).toContain(table);
    expect(await lab.must('victim', ['nft', 'list', 'tables'])).toContain(table);
    expect(await host.ownAddresses()).toContain('192.0.2.10');
    if (alias === 'victim')
      expect((await host.sshConnections())[0]).toMatch(/^203\.0\.113\.10 \d+ 192\.0\.2\.10 2222$/);
  });
});
