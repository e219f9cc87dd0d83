/** Several at the same firewall at once: other processes of ours, one that died, others who hold the xtables lock. Real kernel. */
import { expect, test } from 'vitest';
import { eq } from '../../src/signature/vectors/vector.js';
import { describeVariant, needsOf, VARIANTS } from '../support/iptables-tools.js';
import { describeWith } from '../support/system.js';
import { IS_WHOLE } from '../support/whole.js';
import { useIptables } from './iptables-lab.js';
import { diffFile } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };

for (const variant of VARIANTS) {
  describeVariant(variant, needsOf(variant), `iptables (${variant}): several writers`, () => {
    const on = useIptables(variant);

    test('six processes at once, with undos among them: all that were applied are in force', async () => {
      const gone = await on.mitigate.apply('--block', '203.0.113.77');
      const ttl = diffFile(on.mitigate, [[eq('ip.proto', 17), eq('ip.ttl', 99)]]);
      const ids = await Promise.all([
        on.mitigate.apply('--block', '198.51.100.0/24'),
        on.mitigate.apply('--block', '2001:db8:a::/64'),
        on.mitigate.apply('--block', '198.51.100.0/24', '198.18.0.1'),
        on.mitigate.apply('--signature', ttl),
        on.mitigate.apply('--rate-limit', '203.0.113.200=5'),
        on.mitigate.run('undo', gone).then(() => ''),
      ]);
      const live = await on.mitigate.list();
      expect(live.map(({ id }) => id).sort()).toEqual(ids.filter((id) => id !== '').sort());
      for (const one of live) expect({ id: one.id, problem: one.problem }).toEqual({ id: one.id, problem: undefined });
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      await Promise.all(ids.filter((id) => id !== '').map((id) => on.mitigate.run('undo', id)));
      expect(await on.mitigate.list()).toEqual([]);
      await on.mitigate.run('undo', 'aaaaa'); // what no undo could sweep, since another one was at it
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });

    test('the last undo and the next apply at once, again and again', async () => {
      let last = await on.mitigate.apply('--block', '198.51.100.0/24');
      for (let round = 0; round < (IS_WHOLE ? 5 : 2); round += 1) {
        const [next] = await Promise.all([
          on.mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10'),
          on.mitigate.run('undo', last),
        ]);
        expect(await on.mitigate.list()).toMatchObject([{ id: next, state: 'confirmed' }]);
        expect((await on.mitigate.list())[0]?.problem).toBeUndefined();
        expect(await on.lab.measure()).toEqual(NO_ATTACKER);
        last = next;
      }
    });

    test('a writer that died holds nobody up for long, and panic not at all', async () => {
      await on.mitigate.apply('--block', '198.51.100.0/24');
      const hold = 'ipset add ddostop-lock 0 timeout 3 comment "dead"';
      await on.lab.must('victim', ['sh', '-c', hold]);
      expect((await on.mitigate.list()).length).toBe(1);
      await on.mitigate.apply('--block', '2001:db8:a::/64');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      await on.lab.must('victim', ['sh', '-c', hold.replace('timeout 3', 'timeout 600')]);
      expect(await on.mitigate.run('panic')).toMatchObject({ code: 0 });
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });
  });
}

describeWith([...needsOf('legacy'), 'unshare', 'flock'], 'iptables-legacy: the xtables lock', () => {
  const on = useIptables('legacy');

  /** With the lock of a /run of its own held for so long. */
  const applyUnderLock = (seconds: number) => {
    const hold = `mount -t tmpfs none /run; flock -x /run/xtables.lock sleep ${seconds} > /dev/null 2>&1 & sleep 0.3; exec "$@"`;
    const argv = [...on.mitigate.argv, 'apply', '--yes', ...on.mitigate.place, '--block', '198.51.100.10'];
    return on.lab.run('victim', ['unshare', '-m', 'sh', '-c', hold, 'sh', ...argv], { env: on.mitigate.env });
  };

  test('held for a while: it is waited for', async () => {
    expect(await applyUnderLock(2)).toMatchObject({ code: 0 });
    expect(await on.lab.measure()).toEqual({ ...ALL, attacker4: 0 });
    await on.mitigate.run('panic');
  });

  test('held for ever: it gives up, says so, and nothing is in force', async () => {
    const { code, stderr } = await applyUnderLock(60);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/IPTABLES_BUSY|FIREWALL_BUSY/) });
    expect(await on.lab.measure()).toEqual(ALL);
    expect(await on.mitigate.list()).toEqual([]);
  });
});
