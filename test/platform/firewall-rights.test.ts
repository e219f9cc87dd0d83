/** The ladder of rights, each rung by a real account with a real sudo and the real kernel. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FirewallRights, findRights } from '../../src/platform/firewall-rights.js';
import { sudoersLines } from '../../src/platform/sudoers.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { OPERATOR, SUDO_NEEDS, SudoLab } from '../support/sudo-lab.js';
import { describeWith } from '../support/system.js';

const FULL = sudoersLines(OPERATOR);
const GRANT = `${OPERATOR} ALL=(root) NOPASSWD: DDOSTOP_APPLY\n`;
const WATCHING = FULL.replace(GRANT, '');
const CHECKING = `${WATCHING}${OPERATOR} ALL=(root) NOPASSWD: /usr/sbin/nft -j -c -f -\n`;

const TRANSACTION = JSON.stringify({ nftables: [{ add: { table: { family: 'inet', name: 'made' } } }] });

/** What the level promises, tried. */
async function tried({ host }: FirewallRights): Promise<string> {
  const done = async (argv: string[], stdin = '') =>
    host.run(argv, { stdin }).then(
      ({ code }) => code === 0,
      () => false,
    );
  const could = {
    read: await done(['nft', '-j', '-t', 'list', 'ruleset']),
    check: await done(['nft', '-j', '-c', '-f', '-'], TRANSACTION),
    apply: await done(['nft', '-j', '-f', '-'], TRANSACTION),
  };
  return Object.entries(could)
    .flatMap(([name, can]) => (can ? [name] : []))
    .join(' ');
}

describeWith(SUDO_NEEDS, 'rights with a firewall', () => {
  let lab: SudoLab;
  beforeAll(async () => {
    lab = await SudoLab.open();
  });
  afterAll(async () => {
    await lab?.close();
  });

  test.each([
    ['root', { who: 'root' }, '', 'apply', 'plain', 'read check apply'],
    ['nobody', { who: 'nobody' }, '', 'proc', 'plain', ''],
    ['one capability', { who: 'nobody', hasNetAdmin: true }, '', 'apply', 'plain', 'read check apply'],
    ['sudo that knows nothing of it', { who: 'operator' }, '', 'proc', 'plain', ''],
    ['sudo for reading', { who: 'operator' }, WATCHING, 'read', 'sudo', 'read'],
    ['sudo for checking', { who: 'operator' }, CHECKING, 'check', 'sudo', 'read check'],
    ['sudo for all of it', { who: 'operator' }, FULL, 'apply', 'sudo', 'read check apply'],
    [
      'sudo for everything',
      { who: 'operator' },
      `${OPERATOR} ALL=(ALL) NOPASSWD: ALL\n`,
      'apply',
      'sudo',
      'read check apply',
    ],
    ['a capability beside sudo', { who: 'operator', hasNetAdmin: true }, FULL, 'apply', 'plain', 'read check apply'],
    ['no account', { who: 'unknown' }, FULL, 'proc', 'plain', ''],
  ] as const)('%s', async (_, account, sudoers, level, through, could) => {
    await lab.setSudoers(sudoers);
    const found = await findRights(lab.host(account));
    expect(found).toMatchObject({ level, through });
    expect(await lab.must(['nft', 'list', 'ruleset'])).toBe(''); // finding out changed nothing
    expect(await tried(found)).toBe(could);
    await lab.must(['nft', 'flush', 'ruleset']);
    expect(found.refusal === '').toBe(level === 'apply');
    expect(found.advice.length > 0).toBe(level !== 'apply');
    expect(found.tools.nft).toMatchObject({ path: '/usr/sbin/nft', version: expect.stringMatching(/^\d+\.\d+/) });
    expect(found.tools.nft.state).toBe(level === 'proc' ? 'refused' : 'works');
  });

  test('what is said below the top', async () => {
    await lab.setSudoers('');
    const { refusal, advice, tools } = await findRights(lab.host({ who: 'operator' }));
    expect(refusal).toMatch(/Operation not permitted.*sudo: a password is required/);
    expect(advice[0]).toContain(FULL);
    expect(advice[1]).toContain(`setpriv --reuid=${OPERATOR} --regid="$(id -g ${OPERATOR})" --init-groups`);
    expect(tools.tcpdump).toMatchObject({ state: 'refused', reason: expect.stringContaining("don't have permission") });
    expect(tools['iptables-save']).toMatchObject({ state: 'refused', version: expect.stringContaining('nf_tables') });
  });

  test('with sudo for reading the tools that restore are refused', async () => {
    await lab.setSudoers(WATCHING);
    const { tools } = await findRights(lab.host({ who: 'operator' }));
    expect(tools['iptables-save'].state).toBe('works');
    expect(tools['iptables-restore']).toMatchObject({ state: 'refused', reason: expect.stringContaining('-w 5 -n') });
    expect(tools.ipset.state).toBe('works');
    expect(tools.conntrack.state).toBe('works');
  });

  test.each([
    ['root', { who: 'root' }, '', 'apply', 'plain'],
    ['sudo for reading', { who: 'operator' }, WATCHING, 'read', 'sudo'],
    ['sudo for all of it', { who: 'operator' }, FULL, 'apply', 'sudo'],
  ] as const)('without nft: %s', async (_, account, sudoers, level, through) => {
    await lab.setSudoers(sudoers);
    await lab.must(['mount', '--bind', '/dev/null', '/usr/sbin/nft']);
    try {
      const found = await findRights({ ...lab.host(account), name: 'asked by its shell' });
      expect(found).toMatchObject({ level, through });
    } finally {
      await lab.must(['umount', '/usr/sbin/nft']);
    }
  });

  test.each([
    ['-j list set inet ddostop host4', true],
    ['-j list set inet ddostop host4 -f /etc/shadow', false],
    ['-j list set inet -f /etc/shadow', false],
    ['-j list set inet ddostop host4;id', false],
    ['-j list map inet a b', true],
    ['-j list sets inet a b', false],
    ['-j list ruleset -f -', false],
    ['-j monitor', true],
    ['-f /etc/shadow', false],
    ['flush ruleset', false],
  ])('the lines for reading: nft %s → %s', async (args, allowed) => {
    await lab.setSudoers(WATCHING);
    const { code } = await lab.host({ who: 'operator' }).run(['sudo', '-n', '-l', '/usr/sbin/nft', ...args.split(' ')]);
    expect(code === 0).toBe(allowed);
  });

  test.each([
    ['save', true],
    ['save a-b.c:d@e+f/g', true],
    ['save -file /etc/x', false],
    ['save a -file /etc/x', false],
    ['restore -exist', false],
  ])('the lines for reading: ipset %s → %s', async (args, allowed) => {
    await lab.setSudoers(WATCHING);
    const { code } = await lab
      .host({ who: 'operator' })
      .run(['sudo', '-n', '-l', '/usr/sbin/ipset', ...args.split(' ')]);
    expect(code === 0).toBe(allowed);
  });

  test('all lines are what visudo takes, without a warning; another account and other paths too', async () => {
    for (const text of [FULL, sudoersLines('#4999'), sudoersLines('a.b-c', new Map([['nft', '/usr/bin/nft']]))]) {
      await lab.must(
        [
          'sh',
          '-ec',
          'cat > /tmp/ddostop-sudoers-$$; visudo -c -s -f /tmp/ddostop-sudoers-$$; rm /tmp/ddostop-sudoers-$$',
        ],
        text,
      );
    }
    expect(sudoersLines('x ALL=(ALL) ALL\ny')).toContain('\nACCOUNT ALL=(root) NOPASSWD: DDOSTOP_READ\n');
  });
});

describeWith([...SUDO_NEEDS, ...SSH_NEEDS], 'rights with a firewall over ssh', () => {
  let lab: SudoLab;
  let ssh: SshLab;
  beforeAll(async () => {
    lab = await SudoLab.open();
    ssh = await SshLab.openBeside(lab.space, lab.enter);
    ssh.addAlias('as-operator', ['HostName 127.0.0.1', 'HostKeyAlias victim', `User ${OPERATOR}`]);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
  });

  test.each([
    ['victim', '', 'apply', 'plain', 'read check apply'],
    ['as-operator', '', 'proc', 'plain', ''],
    ['as-operator', WATCHING, 'read', 'sudo', 'read'],
    ['as-operator', FULL, 'apply', 'sudo', 'read check apply'],
  ] as const)('%s', async (alias, sudoers, level, through, could) => {
    await lab.setSudoers(sudoers);
    const found = await findRights(ssh.host(alias));
    expect(found).toMatchObject({ level, through, host: { name: alias } });
    expect(await tried(found)).toBe(could);
    await lab.must(['nft', 'flush', 'ruleset']);
    if (level === 'proc') expect(found.advice[0]).toContain(FULL);
  });

  test('a host that is not there', async () => {
    ssh.addAlias('gone', ['HostName 127.0.0.1', 'Port 2']);
    await expect(findRights(ssh.host('gone'))).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });
});
