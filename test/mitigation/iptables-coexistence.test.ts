/** iptables next to others: their rules and sets are never touched, and what they do to ours is seen. Both kinds of iptables, real kernel. */
import { expect, test } from 'vitest';
import { describeVariant, needsOf, VARIANTS } from '../support/iptables-tools.js';
import { useIptables } from './iptables-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };

/** Somebody else's rules and sets, ours before and behind them. */
const OTHERS = `
ipset create other hash:net timeout 0 counters comment
ipset add other 192.0.2.77 comment "id=aaaaa:c:600:600 why=x"
ipset create other6 hash:ip family inet6
iptables -t raw -A PREROUTING -m set --match-set other src -m comment --comment 'he said "DDOSTOP" \\ x' -j DROP
iptables -t raw -N THEIRS
iptables -t raw -A THEIRS -p udp --dport 53 -j RETURN
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
ip6tables -t raw -A PREROUTING -m set --match-set other6 src -j DROP
ip6tables -t mangle -A PREROUTING -p tcp -j TTL --ttl-set 1 2>/dev/null || ip6tables -t mangle -A PREROUTING -p tcp -j MARK --set-mark 7
`;

for (const variant of VARIANTS) {
  describeVariant(variant, needsOf(variant), `iptables (${variant}) next to others`, () => {
    const on = useIptables(variant);

    test("others' rules and sets are byte for byte as they were after undo and after panic", async () => {
      await on.shell(OTHERS);
      const before = await on.ruleset();
      const id = await on.mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.11');
      expect(await on.ruleset()).not.toBe(before);
      expect(await on.mitigate.run('undo', id)).toMatchObject({ code: 0 });
      expect(await on.ruleset()).toBe(before);
      await on.mitigate.apply('--block', '2001:db8:a::/64', '--block-target', '192.0.2.99');
      await on.mitigate.apply('--block', '198.51.100.10');
      expect(await on.mitigate.run('panic')).toMatchObject({ code: 0 });
      expect(await on.ruleset()).toBe(before);
      expect(await on.mitigate.run('panic')).toMatchObject({ code: 0 }); // nothing there is success
      expect(await on.ruleset()).toBe(before);
      await on.shell(
        'for p in iptables ip6tables; do for t in raw mangle filter; do $p -t $t -F; $p -t $t -X; done; done',
      );
      await on.shell('ipset destroy other; ipset destroy other6');
    });

    test('a chain of our name that is not ours is not touched', async () => {
      await on.shell('iptables -t raw -N DDOSTOP; iptables -t raw -A DDOSTOP -p udp -j RETURN');
      const before = await on.ruleset();
      for (const args of [['apply', '--yes', '--block', '198.51.100.10'], ['list'], ['panic'], ['undo', 'aaaaa']]) {
        const [action = '', ...rest] = args;
        expect(await on.mitigate.run(action, ...rest)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('FOREIGN_TABLE'),
        });
      }
      expect(await on.ruleset()).toBe(before);
      await on.shell('iptables -t raw -F DDOSTOP; iptables -t raw -X DDOSTOP');
    });

    test('somebody takes everything away: confirm says so, list offers it again, and again it is in force', async () => {
      const id = await on.mitigate.apply('--block', '198.51.100.10', '2001:db8:a::/64');
      await on.shell('for p in iptables ip6tables; do $p -t raw -F; $p -t raw -X; done; ipset destroy');
      expect(await on.mitigate.run('confirm', id)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MITIGATION_ENDED'),
      });
      const { stdout } = await on.mitigate.run('list');
      expect(stdout).toContain(`${id} was confirmed until`);
      expect(await on.lab.measure()).toEqual(ALL);
      expect(await on.mitigate.run('again', '--yes')).toMatchObject({ code: 0 });
      expect(await on.lab.measure()).toEqual({ ...ALL, attacker4: 0, attacker6: 0 });
      expect((await on.mitigate.run('list')).stdout).not.toContain('was confirmed until');
    });

    test('somebody flushes our chain or its jump: list says nothing is dropped, the next plan repairs it', async () => {
      const id = await on.mitigate.apply('--block', '198.51.100.10');
      for (const harm of ['iptables -t raw -F DDOSTOP', 'iptables -t raw -F PREROUTING']) {
        await on.shell(harm);
        expect((await on.mitigate.list()).find((live) => live.id === id)?.problem).toContain('not in force');
        await on.mitigate.apply('--block', '198.51.100.11');
        expect((await on.mitigate.list()).find((live) => live.id === id)?.problem).toBeUndefined();
        expect(await on.lab.measure()).toEqual({ ...ALL, attacker4: 0 });
      }
      // A rule of somebody's in front of ours stays there, and the next plan puts ours in the first place again, once.
      await on.shell(
        'iptables -t raw -I PREROUTING -s 198.51.100.10 -j ACCEPT; iptables -t raw -A PREROUTING -m comment --comment ddostop:jump -j DDOSTOP',
      );
      await on.mitigate.apply('--block', '198.51.100.11');
      expect(await on.lab.measure()).toEqual({ ...ALL, attacker4: 0 });
      expect((await on.ruleset()).match(/-j DDOSTOP$/gm)).toHaveLength(2);
      await on.shell('iptables -t raw -D PREROUTING -s 198.51.100.10 -j ACCEPT');
    });

    test('an element somebody else put into our set is shown as orphan and can be removed', async () => {
      await on.mitigate.apply('--block', '198.51.100.10');
      await on.shell('ipset add ddostop-block4 198.51.100.11; ipset add ddostop-block4 198.51.100.12 nomatch');
      expect((await on.mitigate.list()).find(({ id }) => id === 'orphan')).toMatchObject({
        state: 'orphan',
        prefixes: ['198.51.100.11', 'unreadable element of set ddostop-block4'],
        expiresInSec: null,
      });
      expect(await on.mitigate.run('apply', '--yes', '--block', '198.51.100.11')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MITIGATION_ORPHAN'),
      });
      await on.mitigate.run('undo', 'orphan');
      expect((await on.mitigate.list()).map(({ prefixes }) => prefixes)).toEqual([['198.51.100.10']]);
    });
  });
}
