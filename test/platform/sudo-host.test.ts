/** Commands through a real sudo: allowed, refused, and what is said. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withSudo } from '../../src/platform/sudo-host.js';
import { sudoersLines } from '../../src/platform/sudoers.js';
import { OPERATOR, SUDO_NEEDS, SudoLab } from '../support/sudo-lab.js';
import { describeWith } from '../support/system.js';

const READ_TABLES = `${OPERATOR} ALL=(root) NOPASSWD: /usr/sbin/nft -j list tables\n`;

describeWith(SUDO_NEEDS, 'a host through sudo', () => {
  const before = [
    readFileSync('/etc/passwd', 'utf8'),
    readFileSync('/etc/sudoers', 'utf8'),
    readdirSync('/etc/sudoers.d'),
  ];
  let lab: SudoLab;
  beforeAll(async () => {
    lab = await SudoLab.open();
  });
  afterAll(async () => {
    await lab?.close();
    const after = [
      readFileSync('/etc/passwd', 'utf8'),
      readFileSync('/etc/sudoers', 'utf8'),
      readdirSync('/etc/sudoers.d'),
    ];
    expect(after).toEqual(before);
  });

  test('what is allowed runs as root, by its absolute path; stdin goes through', async () => {
    await lab.setSudoers(`${READ_TABLES}${OPERATOR} ALL=(root) NOPASSWD: /usr/bin/cat, /usr/bin/id -u\n`);
    const plain = lab.host({ who: 'operator' });
    expect((await plain.run(['nft', '-j', 'list', 'tables'])).stderr).toContain('Operation not permitted');
    const host = withSudo(plain, () => true);
    expect(await host.run(['nft', '-j', 'list', 'tables'])).toMatchObject({ code: 0, stderr: '' });
    expect((await host.run(['id', '-u'])).stdout).toBe('0\n');
    expect((await host.run(['cat'], { stdin: 'x'.repeat(300_000) })).stdout).toHaveLength(300_000);
  });

  test('what needs no right runs without it', async () => {
    await lab.setSudoers(`${OPERATOR} ALL=(root) NOPASSWD: ALL\n`);
    const host = withSudo(lab.host({ who: 'operator' }));
    expect((await host.run(['id', '-u'])).stdout).toBe('4242\n');
    expect((await host.run(['nft', '-j', 'list', 'tables'])).code).toBe(0);
    expect((await host.run(['/usr/sbin/nft', '-j', 'list', 'tables'])).code).toBe(0);
  });

  test('what a program answers is no refusal of sudo', async () => {
    await lab.setSudoers(`${OPERATOR} ALL=(root) NOPASSWD: /usr/sbin/nft -j list set inet none of_it\n`);
    const result = await withSudo(lab.host({ who: 'operator' })).run([
      'nft',
      '-j',
      'list',
      'set',
      'inet',
      'none',
      'of_it',
    ]);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('No such file or directory') });
  });

  test.each([
    ['a further argument', ['nft', '-j', 'list', 'tables', '-a'], READ_TABLES],
    ['a change', ['nft', '-f', '-'], READ_TABLES],
    ['shell syntax', ['nft', '-j', 'list', 'tables; id'], READ_TABLES],
    ['a password', ['nft', '-j', 'list', 'tables'], `${OPERATOR} ALL=(ALL:ALL) ALL\n`],
    ['no line at all', ['nft', '-j', 'list', 'tables'], ''],
  ])('%s is refused, with the lines that would allow it', async (_, argv, sudoers) => {
    await lab.setSudoers(sudoers);
    const run = withSudo(lab.host({ who: 'operator' })).run(argv, { stdin: 'x' });
    await expect(run).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      what: expect.stringContaining('sudo: a password is required'),
      hint: expect.stringContaining(sudoersLines(OPERATOR)),
    });
  });

  test('an account that is expired, unknown, or may gain nothing', async () => {
    const argv = ['nft', '-j', 'list', 'tables'];
    await lab.setSudoers(`ALL ALL=(root) NOPASSWD: /usr/sbin/nft -j list tables\n`);
    await expect(withSudo(lab.host({ who: 'unknown' })).run(argv)).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      what: expect.stringContaining('you do not exist in the passwd database'),
      hint: expect.stringContaining('\n#4999 ALL=(root) NOPASSWD: DDOSTOP_READ\n'),
    });
    const bound = withSudo(lab.host({ who: 'operator', noNewPrivileges: true }));
    await expect(bound.run(argv)).rejects.toMatchObject({ what: expect.stringContaining('no new privileges') });
    await lab.must([
      'sh',
      '-c',
      `sed 's/^${OPERATOR}:.*/${OPERATOR}:*:19000:0:99999:7::1:/' /etc/shadow > /tmp/$$ && cat /tmp/$$ > /etc/shadow; rm /tmp/$$`,
    ]);
    await expect(withSudo(lab.host({ who: 'operator' })).run(argv)).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
      what: expect.stringMatching(/account (?:validation failure|has expired)/),
    });
    await lab.must([
      'sh',
      '-c',
      `sed 's/^${OPERATOR}:.*/${OPERATOR}:*:19000:0:99999:7:::/' /etc/shadow > /tmp/$$ && cat /tmp/$$ > /etc/shadow; rm /tmp/$$`,
    ]);
  });

  test('a program that is not there; files stay as whoever we are', async () => {
    await lab.setSudoers(`${OPERATOR} ALL=(root) NOPASSWD: ALL\n`);
    const host = withSudo(lab.host({ who: 'operator' }), () => true);
    await expect(host.run(['no-such-program'])).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
    await expect(host.run(['/usr/sbin/no-such'])).rejects.toMatchObject({ code: 'COMMAND_MISSING' });
    expect(await host.readText('/proc/net/dev')).toContain('lo:');
  });

  test('one that goes on: lines, refusal, and an end although it is not ours to signal', async () => {
    await lab.setSudoers(`${OPERATOR} ALL=(root) NOPASSWD: /usr/sbin/nft -j monitor\n`);
    const host = withSudo(lab.host({ who: 'operator' }));
    await expect(host.follow(['nft', 'monitor'], () => {}, new AbortController().signal)).rejects.toMatchObject({
      code: 'SUDO_REFUSED',
    });
    const controller = new AbortController();
    const lines: string[] = [];
    const ended = host.follow(['nft', '-j', 'monitor'], (line) => lines.push(line), controller.signal);
    for (let i = 0; lines.length === 0 && i < 100; i += 1) {
      await lab.must(['nft', 'add', 'table', 'inet', `t${i}`]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(lines[0]).toMatch(/\{"add": \{"table": \{"family": "inet", "name": "t\d+"/);
    controller.abort();
    expect((await ended).code).toBeNull();
  });
});
