/** iptables and ipset against the real kernel, with both kinds of iptables: what reaches the victim before, during and after. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { firewallText, needsOf, pathOf, VARIANTS } from '../support/iptables-tools.js';
import { Lab, until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };

/** ICMPv6 type 135 across a router: no neighbour, its hop limit is not 255 any more on arrival. */
const ROUTED_SOLICITATIONS = `
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)
for i in range(int(sys.argv[2])):
    s.sendto(struct.pack('!BBHI', 135, 0, 0, 0) + socket.inet_pton(socket.AF_INET6, sys.argv[1]), (sys.argv[1], 0))
`;

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
  describeWith(needsOf(variant), `iptables (${variant}) mitigation in the kernel`, () => {
    let lab: Lab;
    let mitigate: LabMitigate;
    let path = '';

    beforeAll(async () => {
      lab = await Lab.open();
      mitigate = await LabMitigate.open(lab, 'victim', 'iptables');
      path = pathOf(variant, mitigate.folder);
      Object.assign(mitigate.env, { PATH: path });
    });
    afterAll(async () => {
      await lab?.close();
      mitigate?.close();
    });
    afterEach(async () => {
      await mitigate.run('panic');
    });

    const ruleset = () => firewallText(lab, 'victim', path);
    const shell = async (text: string) => {
      const { code, stderr } = await lab.run('victim', ['sh', '-ec', text], { env: { PATH: path } });
      if (code !== 0) throw new Error(`lab: ${text} ended with ${code}: ${stderr}`);
    };
    const fromNeighbours = () =>
      lab.received([
        { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 },
        { from: 'attacker', source: '2001:db8:a::11', target: '2001:db8:f::10', packets: 20 },
      ]);

    test('blocks hosts of both families, and undo lets them through again', async () => {
      const id = await mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10');
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      const [live] = await mitigate.list();
      expect(live).toMatchObject({
        id,
        state: 'confirmed',
        packets: 40,
        prefixes: ['198.51.100.10', '2001:db8:a::10'],
      });
      expect(await fromNeighbours()).toMatchObject({ attacker4: 20, attacker6: 20 });
      expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
      expect(await lab.measure()).toEqual(ALL);
      expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 }); // twice is no error
      expect(await ruleset()).not.toMatch(/ddostop/i); // the last one took chains and sets with it
    });

    test('blocks a /24 and a /64; an allowed address inside passes', async () => {
      await mitigate.apply(
        ...['--block', '198.51.100.0/24', '2001:db8:a::/64'],
        ...['--allow', '198.51.100.11', '2001:db8:a::11'],
      );
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      expect(await fromNeighbours()).toMatchObject({ attacker4: 20, attacker6: 20 });
    });

    test('odd prefix lengths match exactly their block', async () => {
      await mitigate.apply('--block', '198.51.100.10/31', '2001:db8:a::10/127');
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      await mitigate.run('panic');
      await mitigate.apply('--block', '198.51.100.8/31', '2001:db8:a::14/126', '198.51.100.12/30');
      expect(await lab.measure()).toEqual(ALL);
    });

    test('ends by itself; extended, it does not', async () => {
      const kept = await mitigate.apply('--block', '2001:db8:a::10', '--ttl', '3s');
      expect(await mitigate.run('extend', kept, '--ttl', '1h')).toMatchObject({ code: 0 });
      const id = await mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.99', '--ttl', '2s');
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      await until('the kernel ends it', 8000, async () => !(await ruleset()).includes(id));
      expect(await lab.measure()).toEqual({ ...ALL, attacker6: 0 });
      const live = await mitigate.list();
      expect(live).toMatchObject([{ id: kept, state: 'confirmed' }]);
      expect(live[0]?.expiresInSec).toBeGreaterThan(3500);
      // The same prefix again, while the kernel may still hold the dead element.
      const again = await mitigate.apply('--block', '198.51.100.0/24', '--ttl', '1m');
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      for (const one of [again, kept, id]) expect(await mitigate.run('undo', one)).toMatchObject({ code: 0 });
      expect(await ruleset()).not.toMatch(/ddostop/i);
    });

    test('neighbour discovery works under a wide block; routed packets dressed up as such do not pass', async () => {
      await mitigate.apply('--block', '2001:db8:f::/96', '2001:db8:a::/64', '--narrow');
      await lab.must('victim', ['ip', '-6', 'neigh', 'flush', 'dev', 'eth0']);
      expect(await lab.measure()).toEqual({ ...ALL, attacker6: 0 }); // the router could ask and answer
      const before = (await mitigate.list())[0]?.packets ?? 0;
      await lab.must('attacker', ['python3', '-c', ROUTED_SOLICITATIONS, '2001:db8:f::10', '20']);
      await until('all are dropped', 3000, async () => ((await mitigate.list())[0]?.packets ?? 0) >= before + 20);
    });

    test('drops what goes to a target, on a router in front of it', async () => {
      const router = await LabMitigate.open(lab, 'router', 'iptables');
      Object.assign(router.env, { PATH: path });
      try {
        const id = await router.apply('--block-target', '192.0.2.10', '2001:db8:f::10/124', '--why', 'last-resort');
        expect(await lab.measure()).toEqual({ attacker4: 0, attacker6: 0, client4: 0, client6: 0 });
        expect(await router.list()).toMatchObject([
          { targets: ['192.0.2.10', '2001:db8:f::10/124'], prefixes: [], packets: 80, why: 'last-resort' },
        ]);
        await router.run('undo', id);
        expect(await lab.measure()).toEqual(ALL);
      } finally {
        await router.run('panic');
        router.close();
      }
    });

    test('overlapping blocks live and end on their own, whichever came first', async () => {
      const narrow = await mitigate.apply('--block', '198.51.100.0/25', '2001:db8:a::/96');
      const wide = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--ttl', '1h');
      await lab.measure();
      // A packet is the narrowest one's; no other is told of it.
      expect((await mitigate.list()).map(({ id, packets }) => [id, packets]).sort()).toEqual(
        [
          [narrow, 40],
          [wide, 0],
        ].sort(),
      );
      await mitigate.run('undo', wide);
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      const wider = await mitigate.run('plan', '--block', '198.51.100.10');
      expect(wider.stdout).toContain(`198.51.100.10 is already dropped as part of 198.51.100.0/25`);
      const again = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--ttl', '1h');
      await mitigate.run('undo', narrow);
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      expect((await mitigate.list()).map((live) => live.id)).toEqual([again]);
      await mitigate.run('undo', again);
      expect(await lab.measure()).toEqual(ALL);
    });

    test('a narrow block that ends leaves the wide one around it in force', async () => {
      await mitigate.apply('--block', '198.51.100.0/24', '--ttl', '1h');
      const narrow = await mitigate.apply('--block', '198.51.100.10', '--ttl', '2s');
      await until('the kernel ends it', 8000, async () => !(await ruleset()).includes(narrow));
      expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
    });

    test('two plans hold the same prefix: it stays until the second is undone, and counts go on', async () => {
      const first = await mitigate.apply('--block', '198.51.100.10', '--ttl', '1m');
      await lab.measure();
      const second = await mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10', '--ttl', '1h');
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      const live = await mitigate.list();
      expect(live.find(({ id }) => id === first)).toMatchObject({ packets: 40, state: 'confirmed' });
      expect(live.find(({ id }) => id === first)?.expiresInSec).toBeLessThanOrEqual(60);
      expect(live.find(({ id }) => id === second)?.expiresInSec).toBeGreaterThan(3500);
      await mitigate.run('undo', first);
      expect(await lab.measure()).toEqual(NO_ATTACKER);
      await mitigate.run('undo', second);
      expect(await lab.measure()).toEqual(ALL);
    });

    test("others' rules and sets are byte for byte as they were after undo and after panic", async () => {
      await shell(OTHERS);
      const before = await ruleset();
      const id = await mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.11');
      expect(await ruleset()).not.toBe(before);
      expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
      expect(await ruleset()).toBe(before);
      await mitigate.apply('--block', '2001:db8:a::/64', '--block-target', '192.0.2.99');
      await mitigate.apply('--block', '198.51.100.10');
      expect(await mitigate.run('panic')).toMatchObject({ code: 0 });
      expect(await ruleset()).toBe(before);
      expect(await mitigate.run('panic')).toMatchObject({ code: 0 }); // nothing there is success
      expect(await ruleset()).toBe(before);
      await shell(
        'for p in iptables ip6tables; do for t in raw mangle filter; do $p -t $t -F; $p -t $t -X; done; done',
      );
      await shell('ipset destroy other; ipset destroy other6');
    });

    test('a chain of our name that is not ours is not touched', async () => {
      await shell('iptables -t raw -N DDOSTOP; iptables -t raw -A DDOSTOP -p udp -j RETURN');
      const before = await ruleset();
      for (const args of [['apply', '--yes', '--block', '198.51.100.10'], ['list'], ['panic'], ['undo', 'aaaaa']]) {
        const [action = '', ...rest] = args;
        expect(await mitigate.run(action, ...rest)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('FOREIGN_TABLE'),
        });
      }
      expect(await ruleset()).toBe(before);
      await shell('iptables -t raw -F DDOSTOP; iptables -t raw -X DDOSTOP');
    });

    test('somebody takes everything away: confirm says so, list offers it again', async () => {
      const id = await mitigate.apply('--block', '198.51.100.10');
      await shell('for p in iptables ip6tables; do $p -t raw -F; $p -t raw -X; done; ipset destroy');
      expect(await mitigate.run('confirm', id)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MITIGATION_ENDED'),
      });
      const { stdout } = await mitigate.run('list');
      expect(stdout).toContain(`${id} was confirmed until`);
      await mitigate.run('undo', id);
    });

    test('somebody flushes our chain or its jump: list says nothing is dropped, the next plan repairs it', async () => {
      const id = await mitigate.apply('--block', '198.51.100.10');
      for (const harm of ['iptables -t raw -F DDOSTOP', 'iptables -t raw -F PREROUTING']) {
        await shell(harm);
        expect((await mitigate.list()).find((live) => live.id === id)?.problem).toContain('not in force');
        await mitigate.apply('--block', '198.51.100.11');
        expect((await mitigate.list()).find((live) => live.id === id)?.problem).toBeUndefined();
        expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
      }
      // A rule of somebody's in front of ours stays there, and the next plan puts ours in the first place again, once.
      await shell(
        'iptables -t raw -I PREROUTING -s 198.51.100.10 -j ACCEPT; iptables -t raw -A PREROUTING -m comment --comment ddostop:jump -j DDOSTOP',
      );
      await mitigate.apply('--block', '198.51.100.11');
      expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
      expect((await ruleset()).match(/-j DDOSTOP$/gm)).toHaveLength(2);
      await shell('iptables -t raw -D PREROUTING -s 198.51.100.10 -j ACCEPT');
    });

    test('an element somebody else put into our set is shown as orphan and can be removed', async () => {
      await mitigate.apply('--block', '198.51.100.10');
      await shell('ipset add ddostop-block4 198.51.100.11; ipset add ddostop-block4 198.51.100.12 nomatch');
      expect((await mitigate.list()).find(({ id }) => id === 'orphan')).toMatchObject({
        state: 'orphan',
        prefixes: ['198.51.100.11', 'unreadable element of set ddostop-block4'],
        expiresInSec: null,
      });
      expect(await mitigate.run('apply', '--yes', '--block', '198.51.100.11')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MITIGATION_ORPHAN'),
      });
      await mitigate.run('undo', 'orphan');
      expect((await mitigate.list()).map(({ prefixes }) => prefixes)).toEqual([['198.51.100.10']]);
    });
  });
}
