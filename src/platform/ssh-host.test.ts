import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { remoteText } from './remote-words.js';
import type { CommandOptions, RunCommand } from './run-command.js';
import { openSshHost } from './ssh-host.js';

/** Notes what would be run, and answers as ssh would. */
function recorder(code = 0, stderr = '') {
  const calls: { argv: readonly string[]; options: CommandOptions | undefined; mode: number }[] = [];
  const run: RunCommand = async (argv, options) => {
    const folder = dirname(argv[argv.indexOf('-E') + 1] as string);
    calls.push({ argv, options, mode: statSync(folder).mode & 0o777 });
    return { code, signal: null, stdout: '', stderr };
  };
  return { calls, run };
}

describe('what is run here', () => {
  test('ssh alone, as a list of words; the remote command is one of them', async () => {
    const { calls, run } = recorder();
    const host = openSshHost('op@edge-1', { run, configFile: '/etc/ddostop/ssh config' });
    await host.run(['nft', '-j', '-f', '-'], { stdin: '{"a":"$(id)"}' });
    await host.close();
    const [opening, { argv, options, mode }, exit] = calls as [(typeof calls)[0], (typeof calls)[0], (typeof calls)[0]];
    expect(opening.argv.at(-1)).toBe(`PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C 'true'`);
    expect(mode).toBe(0o700);
    expect(options).toEqual({ stdin: '{"a":"$(id)"}', timeoutMs: 12_000 });
    const masked = argv.map((word) => word.replace(/\/\S*ddostop-ssh-\w{6}/, 'FOLDER'));
    expect(masked).toEqual([
      ...['ssh', '-F', '/etc/ddostop/ssh config', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5'],
      ...['-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3', '-o', 'ControlMaster=auto'],
      ...['-o', 'ControlPath=FOLDER/%C', '-o', 'ControlPersist=60', '-o', 'ClearAllForwardings=yes'],
      ...['-o', 'PermitLocalCommand=no', '-o', 'RemoteCommand=none', '-o', 'LogLevel=ERROR'],
      ...['-T', '-a', '-x', '-E', 'FOLDER/log-2', '--', 'op@edge-1'],
      remoteText({ argv: ['nft', '-j', '-f', '-'], inputBytes: 13 }),
    ]);
    expect(exit.argv.slice(-4)).toEqual(['-O', 'exit', '--', 'op@edge-1']);
    const program = (word: string) => /(?:^|\/)(?:ba|da|z|k|)sh$/.test(word) || word === '-c';
    expect([...argv, ...exit.argv].some(program)).toBe(false);
    expect(argv.some((word) => /StrictHostKeyChecking/i.test(word))).toBe(false);
    expect(() => statSync(dirname(argv[argv.indexOf('-E') + 1] as string))).toThrow(/ENOENT/); // the folder went with it
  });

  test.each([
    ...[
      '-oProxyCommand=touch /tmp/x',
      '-F/tmp/x',
      '',
      ' ',
      'a b',
      'a;id',
      'a|id',
      '$(id)',
      '`id`',
      'a\nb',
      'a/b',
      "a'b",
    ],
    ...['ssh://host', '@host', '[::1]', 'a\0b', '\u202ea', 'ä', 'x'.repeat(256), '--', '..', '%h'],
  ])('the name %j is refused before anything is started', async (alias) => {
    const { calls, run } = recorder();
    expect(() => openSshHost(alias, { run })).toThrow(expect.objectContaining({ code: 'BAD_HOST' }));
    expect(calls).toEqual([]);
  });

  test.each(['edge', 'op@edge.example.net', '192.0.2.10', '2001:db8::1', 'fe80::1%eth0', 'op@[2001:db8::1]', '9'])(
    'the name %s is taken',
    (alias) => {
      expect(openSshHost(alias).name).toBe(alias);
    },
  );

  test('a bad word is refused before anything is started', async () => {
    const { calls, run } = recorder();
    const host = openSshHost('edge', { run });
    await expect(host.run(['nft', 'a\nb'])).rejects.toMatchObject({ code: 'BAD_REMOTE_WORD' });
    await expect(host.readText('/etc/shadow')).rejects.toMatchObject({ code: 'BAD_PATH' });
    await host.close();
    expect(calls).toEqual([]);
  });

  test('an ssh that was ended', async () => {
    let runs = 0;
    const run: RunCommand = async () =>
      (runs += 1) % 2 === 1
        ? { code: 0, signal: null, stdout: '', stderr: '' }
        : { code: null, signal: 'SIGTERM', stdout: '', stderr: '' };
    const host = openSshHost('edge', { run });
    await expect(host.run(['true'])).rejects.toMatchObject({
      code: 'HOST_UNKNOWN',
      message: expect.stringContaining('SIGTERM'),
    });
    await host.close();
  });
});
