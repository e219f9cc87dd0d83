/** iptables and ipset against the real kernel, with both kinds of iptables: what reaches the victim before, during and after. */
import { expect, test } from 'vitest';
import { describeVariant, needsOf, VARIANTS } from '../support/iptables-tools.js';
import { until } from '../support/lab.js';
import { useIptables } from './iptables-lab.js';
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

for (const variant of VARIANTS) {
  describeVariant(variant, needsOf(variant), `iptables (${variant}) mitigation in the kernel`, () => {
    const on = useIptables(variant);

    const fromNeighbours = () =>
      on.lab.received([
        { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 },
        { from: 'attacker', source: '2001:db8:a::11', target: '2001:db8:f::10', packets: 20 },
      ]);

    test('blocks hosts of both families, and undo lets them through again', async () => {
      const id = await on.mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      const [live] = await on.mitigate.list();
      expect(live).toMatchObject({
        id,
        state: 'confirmed',
        packets: 40,
        prefixes: ['198.51.100.10', '2001:db8:a::10'],
      });
      expect(await fromNeighbours()).toMatchObject({ attacker4: 20, attacker6: 20 });
      expect(await on.mitigate.run('undo', id)).toMatchObject({ code: 0 });
      expect(await on.lab.measure()).toEqual(ALL);
      expect(await on.mitigate.run('undo', id)).toMatchObject({ code: 0 }); // twice is no error
      expect(await on.ruleset()).not.toMatch(/ddostop/i); // the last one took chains and sets with it
    });

    test('blocks a /24 and a /64; an allowed address inside passes', async () => {
      await on.mitigate.apply(
        ...['--block', '198.51.100.0/24', '2001:db8:a::/64'],
        ...['--allow', '198.51.100.11', '2001:db8:a::11'],
      );
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      expect(await fromNeighbours()).toMatchObject({ attacker4: 20, attacker6: 20 });
    });

    test('odd prefix lengths match exactly their block', async () => {
      await on.mitigate.apply('--block', '198.51.100.10/31', '2001:db8:a::10/127');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      await on.mitigate.run('panic');
      await on.mitigate.apply('--block', '198.51.100.8/31', '2001:db8:a::14/126', '198.51.100.12/30');
      expect(await on.lab.measure()).toEqual(ALL);
    });

    test('ends by itself; extended, it does not', async () => {
      const kept = await on.mitigate.apply('--block', '2001:db8:a::10', '--ttl', '3s');
      expect(await on.mitigate.run('extend', kept, '--ttl', '1h')).toMatchObject({ code: 0 });
      const id = await on.mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.99', '--ttl', '2s');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      await until('the kernel ends it', 8000, async () => !(await on.ruleset()).includes(id));
      expect(await on.lab.measure()).toEqual({ ...ALL, attacker6: 0 });
      const live = await on.mitigate.list();
      expect(live).toMatchObject([{ id: kept, state: 'confirmed' }]);
      expect(live[0]?.expiresInSec).toBeGreaterThan(3500);
      // The same prefix again, while the kernel may still hold the dead element.
      const again = await on.mitigate.apply('--block', '198.51.100.0/24', '--ttl', '1m');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      for (const one of [again, kept, id]) expect(await on.mitigate.run('undo', one)).toMatchObject({ code: 0 });
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });

    test('neighbour discovery works under a wide block; routed packets dressed up as such do not pass', async () => {
      await on.mitigate.apply('--block', '2001:db8:f::/96', '2001:db8:a::/64', '--narrow');
      await on.lab.must('victim', ['ip', '-6', 'neigh', 'flush', 'dev', 'eth0']);
      expect(await on.lab.measure()).toEqual({ ...ALL, attacker6: 0 }); // the router could ask and answer
      const before = (await on.mitigate.list())[0]?.packets ?? 0;
      await on.lab.must('attacker', ['python3', '-c', ROUTED_SOLICITATIONS, '2001:db8:f::10', '20']);
      await until('all are dropped', 3000, async () => ((await on.mitigate.list())[0]?.packets ?? 0) >= before + 20);
    });

    test('drops what goes to a target, on a router in front of it', async () => {
      const router = await LabMitigate.open(on.lab, 'router', 'iptables');
      Object.assign(router.env, { PATH: on.path });
      try {
        const id = await router.apply('--block-target', '192.0.2.10', '2001:db8:f::10/124', '--why', 'last-resort');
        expect(await on.lab.measure()).toEqual({ attacker4: 0, attacker6: 0, client4: 0, client6: 0 });
        expect(await router.list()).toMatchObject([
          { targets: ['192.0.2.10', '2001:db8:f::10/124'], prefixes: [], packets: 80, why: 'last-resort' },
        ]);
        await router.run('undo', id);
        expect(await on.lab.measure()).toEqual(ALL);
      } finally {
        await router.run('panic');
        router.close();
      }
    });

    test('overlapping blocks live and end on their own, whichever came first', async () => {
      const narrow = await on.mitigate.apply('--block', '198.51.100.0/25', '2001:db8:a::/96');
      const wide = await on.mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--ttl', '1h');
      await on.lab.measure();
      // A packet is the narrowest one's; no other is told of it.
      expect((await on.mitigate.list()).map(({ id, packets }) => [id, packets]).sort()).toEqual(
        [
          [narrow, 40],
          [wide, 0],
        ].sort(),
      );
      await on.mitigate.run('undo', wide);
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      const wider = await on.mitigate.run('plan', '--block', '198.51.100.10');
      expect(wider.stdout).toContain(`198.51.100.10 is already dropped as part of 198.51.100.0/25`);
      const again = await on.mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--ttl', '1h');
      await on.mitigate.run('undo', narrow);
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      expect((await on.mitigate.list()).map((live) => live.id)).toEqual([again]);
      await on.mitigate.run('undo', again);
      expect(await on.lab.measure()).toEqual(ALL);
    });

    test('a narrow block that ends leaves the wide one around it in force', async () => {
      await on.mitigate.apply('--block', '198.51.100.0/24', '--ttl', '1h');
      const narrow = await on.mitigate.apply('--block', '198.51.100.10', '--ttl', '2s');
      await until('the kernel ends it', 8000, async () => !(await on.ruleset()).includes(narrow));
      expect(await on.lab.measure()).toEqual({ ...ALL, attacker4: 0 });
    });

    test('two plans hold the same prefix: it stays until the second is undone, and counts go on', async () => {
      const first = await on.mitigate.apply('--block', '198.51.100.10', '--ttl', '1m');
      await on.lab.measure();
      const second = await on.mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10', '--ttl', '1h');
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      const live = await on.mitigate.list();
      expect(live.find(({ id }) => id === first)).toMatchObject({ packets: 40, state: 'confirmed' });
      expect(live.find(({ id }) => id === first)?.expiresInSec).toBeLessThanOrEqual(60);
      expect(live.find(({ id }) => id === second)?.expiresInSec).toBeGreaterThan(3500);
      await on.mitigate.run('undo', first);
      expect(await on.lab.measure()).toEqual(NO_ATTACKER);
      await on.mitigate.run('undo', second);
      expect(await on.lab.measure()).toEqual(ALL);
    });
  });
}
