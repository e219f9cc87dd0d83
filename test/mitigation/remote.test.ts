/** Everything `ddostop mitigate` does, on another machine: over a real ssh, against a real kernel. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eq } from '../../src/signature/vectors/vector.js';
import { Lab } from '../support/lab.js';
import { EchoSession, wholeResult } from '../support/ssh-echo.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';
import { RemoteMitigate } from './remote-mitigate.js';
import { diffFile, receivedWhile, sendUdp } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };
const ATTACKER = ['198.51.100.0/24', '2001:db8:a::/64'];

describeWith([...SSH_NEEDS, 'nft', 'ss'], 'mitigation of another host', () => {
  let lab: Lab;
  let ssh: SshLab;
  let remote: RemoteMitigate;

  beforeAll(async () => {
    lab = await Lab.open();
    ssh = await SshLab.openIn(lab, { addresses: ['192.0.2.10', '2001:db8:f::10'] });
    ssh.addAlias('victim6', ['HostName 2001:db8:f::10', 'HostKeyAlias victim']);
    remote = await RemoteMitigate.open(lab, ssh);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
    remote?.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await remote.run('panic'); // a test that passed has taken its own back
  });

  test('a block: allow wins, it is listed, extended and undone; here nothing is touched', async () => {
    const id = await remote.apply('--block', ...ATTACKER, '--allow', '198.51.100.11', '--why', 'udp-flood');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    const allowed = { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 } as const;
    expect(await lab.received([allowed])).toMatchObject({ attacker4: 20 });
    const [live] = (await remote.list()).mitigations;
    expect(live).toMatchObject({ id, state: 'confirmed', prefixes: ATTACKER, allow: ['198.51.100.11'], packets: 40 });
    const extended = await remote.run('extend', id, '--ttl', '2h', '--format', 'json');
    expect(JSON.parse(extended.stdout)).toMatchObject({ id, state: 'confirmed' });
    expect((JSON.parse(extended.stdout) as { expiresInSec: number }).expiresInSec).toBeGreaterThan(7000);
    expect(await lab.must('client', ['nft', 'list', 'ruleset'])).toBe('');
    expect(await remote.run('undo', id)).toMatchObject({
      code: 0,
      stdout: `${id} undone: nothing of it is in force\n`,
    });
    expect(await lab.measure()).toEqual(ALL);
    expect(await lab.must('victim', ['nft', 'list', 'ruleset'])).not.toContain('ddostop');
  });

  test('a signature, a rate, a sample; panic takes all of it back', async () => {
    const file = diffFile(remote.local, [[eq('ip.proto', 17), eq('ip.ttl', 99)]]);
    await remote.apply('--signature', file);
    const bySignature = await receivedWhile(lab, async () => {
      await sendUdp(lab, 'attacker', { ttl: 100 }); // 99 on arrival
      await sendUdp(lab, 'client', {});
    });
    expect(bySignature).toEqual(NO_ATTACKER);
    await remote.apply('--rate-limit', ...ATTACKER.map((prefix) => `${prefix}=5`));
    const { attacker4, attacker6, ...others } = await lab.measure(200);
    expect(attacker4).toBeLessThan(100);
    expect(attacker6).toBeLessThan(100);
    expect(others).toEqual({ client4: 200, client6: 200 });
    const sample = await remote.apply('--block', '203.0.113.0/24', '--sample-only', '--good', '203.0.113.10');
    expect(await lab.measure()).toMatchObject({ client4: 20, client6: 20 });
    const live = (await remote.list()).mitigations;
    expect(live).toHaveLength(3);
    expect(live.find(({ id }) => id === sample)?.sample?.goodPackets).toBeGreaterThanOrEqual(20);
    expect(await remote.run('panic')).toMatchObject({ code: 0 });
    expect(await lab.measure(200)).toEqual({ attacker4: 200, attacker6: 200, client4: 200, client6: 200 });
    expect(await lab.must('victim', ['nft', 'list', 'ruleset'])).not.toContain('ddostop');
  });

  test('our own way in is not cut: neither the session nor a new one', async () => {
    const session = await EchoSession.open(lab, 'client', ssh, 'victim');
    const own = await remote.run('plan', '--block', '203.0.113.10');
    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('covers 203.0.113.10 (your ssh session)') });
    const id = await remote.apply('--narrow', '--block', '203.0.113.0/24');
    expect(await lab.measure()).toEqual({ ...ALL, client4: 0 });
    await session.untilAlive();
    const [live] = (await remote.list()).mitigations; // a new login
    expect(live).toMatchObject({ id, allow: ['203.0.113.10 to tcp port 2222'] });
    expect(await remote.run('undo', id)).toMatchObject({ code: 0 });
    const result = await session.finish();
    expect(result).toEqual(wholeResult(result.sent));
  });

  test('nor is the one over IPv6', async () => {
    const refused = await remote.on('victim6').run('apply', '--yes', '--block', '2001:db8:c::/64');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('covers 2001:db8:c::10 (your ssh session)');
  });

  test('addresses of that host and its gateway are refused', async () => {
    const { code, stderr } = await remote.run('plan', '--block', '192.0.2.10', '192.0.2.1', '2001:db8:f::/64');
    expect(code).toBe(1);
    for (const why of [
      '192.0.2.10 (an address of this host)',
      '192.0.2.1 (the default gateway)',
      '2001:db8:f::10 (an address of this host)',
    ])
      expect(stderr).toContain(why);
  });

  test('the audit log here names the host, and nothing of it is taken for ours', async () => {
    const records = await remote.log();
    expect(new Set(records.map(({ host }) => host))).toEqual(new Set(['victim']));
    const acts = new Set(records.filter(({ event, ok }) => event === 'result' && ok).map(({ action }) => action));
    expect([...acts]).toEqual(expect.arrayContaining(['apply', 'confirm', 'extend', 'undo', 'panic']));
    const { stdout } = await remote.run('log');
    expect(stdout).toMatch(/ root {2}extend [a-z2-7]{5} on victim: /);
    const here = await remote.local.run('list', '--format', 'json');
    expect(JSON.parse(here.stdout)).toMatchObject({ mitigations: [], vanished: [], unfinished: [] });
  });

  test('a host that is not there, a host nobody may name', async () => {
    ssh.addAlias('gone', ['HostName 192.0.2.77', 'ConnectTimeout 1']);
    const gone = await remote.on('gone').run('apply', '--yes', '--block', '198.51.100.0/24');
    expect(gone).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^HOST_UNREACHABLE: .*gone/) });
    const bad = await remote.on('-oProxyCommand=id').run('apply', '--yes', '--block', '198.51.100.0/24');
    expect(bad).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^BAD_HOST: /) });
  });
});
