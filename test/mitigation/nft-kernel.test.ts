/** The own nft table against the real kernel: what reaches the victim before, during and after. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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

describeWith(['root', 'nft', 'ip', 'python3'], 'nft mitigation in the kernel', () => {
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

  test('without a mitigation everything arrives', async () => {
    expect(await lab.measure()).toEqual(ALL);
  });

  test('blocks hosts of both families, and undo lets them through again', async () => {
    const id = await mitigate.apply('--block', '198.51.100.10', '2001:db8:a::10');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ id, state: 'confirmed', packets: 40, prefixes: ['198.51.100.10', '2001:db8:a::10'] });
    const neighbours = await lab.received([
      { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 },
      { from: 'attacker', source: '2001:db8:a::11', target: '2001:db8:f::10', packets: 20 },
    ]);
    expect(neighbours).toMatchObject({ attacker4: 20, attacker6: 20 });
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await lab.measure()).toEqual(ALL);
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 }); // twice is no error
    expect(await mitigate.ruleset()).not.toContain('ddostop'); // the last one took the table with it
  });

  test('blocks a /24 and a /64; an allowed address inside passes', async () => {
    await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--allow', '198.51.100.11', '2001:db8:a::11');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    const allowed = await lab.received([
      { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 },
      { from: 'attacker', source: '2001:db8:a::11', target: '2001:db8:f::10', packets: 20 },
    ]);
    expect(allowed).toMatchObject({ attacker4: 20, attacker6: 20 });
  });

  test('odd prefix lengths match exactly their block', async () => {
    await mitigate.apply('--block', '198.51.100.10/31', '2001:db8:a::10/127');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    await mitigate.run('panic');
    await mitigate.apply('--block', '198.51.100.8/31', '2001:db8:a::14/126', '198.51.100.12/30');
    expect(await lab.measure()).toEqual(ALL);
  });

  test('ends by itself', async () => {
    const id = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::10', '--ttl', '2s');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    await until('the kernel ends it', 5000, async () => !(await mitigate.ruleset()).includes(id));
    expect(await lab.measure()).toEqual(ALL);
    expect(await mitigate.list()).toEqual([]);
    // The same prefix again, while the kernel may still hold the dead element.
    const again = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::10', '--ttl', '1m');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    await mitigate.run('undo', again);
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await mitigate.ruleset()).not.toContain('ddostop'); // the empty table is swept
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
    const router = await LabMitigate.open(lab, 'router');
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
    const wide = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64');
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

  test('a thousand elements in one transaction', async () => {
    const prefixes = Array.from({ length: 500 }, (_, i) => [
      `10.${i >> 8}.${i & 255}.1`,
      `2001:db8:${i.toString(16)}::/48`,
    ]);
    await mitigate.apply(
      '--block',
      '198.51.100.10',
      ...prefixes.flat().filter((text) => !/^2001:db8:(a|c|f|0)::/.test(text)),
    );
    expect((await mitigate.list())[0]?.prefixes).toHaveLength(997);
    expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
  });

  test('panic leaves the ruleset byte for byte as it was', async () => {
    const before = await mitigate.ruleset();
    await mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.11');
    await mitigate.apply('--block', '2001:db8:a::/64', '--block-target', '192.0.2.99');
    expect(await mitigate.ruleset()).not.toBe(before);
    expect(await mitigate.run('panic')).toMatchObject({ code: 0 });
    expect(await mitigate.ruleset()).toBe(before);
    expect(await mitigate.run('panic')).toMatchObject({ code: 0 }); // nothing there is success
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('undo and panic leave a foreign table with the same sets alone', async () => {
    await lab.must('victim', [
      'nft',
      'add table inet other; add set inet other host4 { type ipv4_addr; }; add element inet other host4 { 198.51.100.10 }',
    ]);
    const before = await mitigate.ruleset();
    const id = await mitigate.apply('--block', '198.51.100.10');
    await mitigate.run('undo', id);
    expect(await mitigate.ruleset()).toBe(before);
    await lab.must('victim', ['nft', 'delete', 'table', 'inet', 'other']);
  });

  test('a table of our name that is not ours is not touched', async () => {
    await lab.must('victim', ['nft', 'add table inet ddostop; add chain inet ddostop mine']);
    const before = await mitigate.ruleset();
    const acts = [['apply', '--yes', '--block', '198.51.100.10'], ['list'], ['panic'], ['undo', 'aaaaa']] as const;
    for (const [action, ...args] of acts) {
      expect(await mitigate.run(action, ...args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('FOREIGN_TABLE'),
      });
    }
    expect(await mitigate.ruleset()).toBe(before);
    await lab.must('victim', ['nft', 'delete', 'table', 'inet', 'ddostop']);
  });

  test('somebody flushes the ruleset: confirm says so, list offers it again', async () => {
    const id = await mitigate.apply('--block', '198.51.100.10');
    await lab.must('victim', ['nft', 'delete', 'table', 'inet', 'ddostop']);
    expect(await mitigate.run('confirm', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MITIGATION_ENDED'),
    });
    const { stdout } = await mitigate.run('list');
    expect(stdout).toContain(`${id} was confirmed until`);
    expect(stdout).toContain(`ddostop mitigate again ${id}`);
    await mitigate.run('undo', id);
  });

  test('somebody flushes our chains: list says nothing is dropped, the next plan repairs it', async () => {
    const id = await mitigate.apply('--block', '198.51.100.10');
    await lab.must('victim', ['nft', 'flush', 'chain', 'inet', 'ddostop', 'drops']);
    expect(await mitigate.list()).toMatchObject([{ id, problem: expect.stringContaining('not in force') }]);
    await mitigate.apply('--block', '198.51.100.11');
    expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
  });

  test('an element somebody else put into our set is shown as orphan and can be removed', async () => {
    await mitigate.apply('--block', '198.51.100.10');
    await lab.must('victim', ['nft', 'add', 'element', 'inet', 'ddostop', 'host4', '{ 198.51.100.11 }']);
    expect((await mitigate.list()).find(({ id }) => id === 'orphan')).toMatchObject({
      state: 'orphan',
      prefixes: ['198.51.100.11'],
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
