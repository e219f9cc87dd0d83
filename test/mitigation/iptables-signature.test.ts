/** Rules of a diff as iptables rules in the real kernel, with both kinds of iptables: what reaches the victim before, during and after. */
import { expect, test } from 'vitest';
import type { Predicate } from '../../src/signature/rule.js';
import { eq, oneOf, range } from '../../src/signature/vectors/vector.js';
import { describeVariant, needsOf, VARIANTS } from '../support/iptables-tools.js';
import { until } from '../support/lab.js';
import { inTurn } from '../support/whole.js';
import { useIptables } from './iptables-lab.js';
import { diffFile, type Fields, receivedWhile, sendTcp, sendUdp, type TcpFields } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };
const UDP = eq('ip.proto', 17);
const TCP = eq('ip.proto', 6);
/** One router is on the way. */
const SENT_TTL = 100;
const BY_TTL = [UDP, eq('ip.ttl', SENT_TTL - 1)];
/** More than rules take one by one: a set. */
const MANY = Array.from({ length: 20 }, (_, i) => [`198.51.100.${i}`, `2001:db8:a::${i.toString(16)}`]).flat();

type UdpCase = [name: string, predicates: readonly Predicate[], attack: Fields, good: Fields];
type TcpCase = [name: string, predicates: readonly Predicate[], attack: TcpFields, good: TcpFields];

for (const variant of VARIANTS) {
  describeVariant(variant, needsOf(variant), `signatures in iptables (${variant})`, () => {
    const on = useIptables(variant);

    const signature = (clauses: readonly (readonly Predicate[])[], target: string | null = null) =>
      ['--signature', diffFile(on.mitigate, clauses, target)] as const;
    const received = (attack: Fields, good: Fields) =>
      receivedWhile(on.lab, async () => {
        await sendUdp(on.lab, 'attacker', attack);
        await sendUdp(on.lab, 'client', good);
      });

    test.each<UdpCase>(
      inTurn(
        [
          ['ip.ttl', BY_TTL, { ttl: SENT_TTL }, { ttl: 64 }],
          ['ip.ttl', [UDP, range('ip.ttl', 90, 110)], { ttl: SENT_TTL }, { ttl: 112 }],
          ['ip.tos', [UDP, eq('ip.tos', 0x28)], { tos: 0x28 }, { tos: 0x2c }],
          [
            'ip.length',
            [UDP, oneOf('ip.length', [80, 100])],
            { payload: '00'.repeat(52) },
            { payload: '00'.repeat(51) },
          ],
          [
            'ip.length',
            [UDP, range('ip.length', 70, 110)],
            { payload: '00'.repeat(52) },
            { payload: '00'.repeat(120) },
          ],
          ['port.src', [UDP, oneOf('port.src', [1900, 11_211])], { sourcePort: 1900 }, { sourcePort: 1901 }],
          ['udp.length', [range('udp.length', 60, 62)], { payload: '00'.repeat(53) }, { payload: '00'.repeat(55) }],
          ['payload.first4', [UDP, eq('payload.first4', 0xdeadbeef)], { payload: 'deadbeef' }, { payload: 'deadbeee' }],
          [
            'payload.next4',
            [UDP, eq('payload.next4', 0x01020304)],
            { payload: '0000000001020304' },
            { payload: '0000000001020305' },
          ],
          ['ip.src', [UDP, eq('port.dst', 9), oneOf('ip.src', ['198.51.100.0/24', '2001:db8:a::/64'])], {}, {}],
          ['ip.src', [UDP, oneOf('ip.src', MANY)], {}, {}],
        ],
        0,
        4,
      ),
    )('%s: takes the attack and nothing of the good, v4 and v6', async (_, predicates, attack, good) => {
      const id = await on.mitigate.apply(...signature([predicates]));
      expect(await received(attack, good)).toEqual(NO_ATTACKER);
      const [live] = await on.mitigate.list();
      expect(live).toMatchObject({ id, state: 'confirmed', packets: 40, prefixes: [], targets: [] });
      expect(live?.rules?.words).toContain(predicates.at(-1)?.attribute);
      await on.mitigate.run('undo', id);
      expect(await received(attack, good)).toEqual(ALL);
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });

    test.each<TcpCase>(
      inTurn(
        [
          [
            'tcp.window',
            [TCP, eq('tcp.flags', 2), range('tcp.window', 1000, 1100)],
            { window: 1024 },
            { window: 1101 },
          ],
          ['tcp.flags', [eq('tcp.flags', 2), eq('ip.ttl', 99)], { ttl: 100 }, { ttl: 100, flags: 16 }],
          [
            'tcp.headerLength',
            [eq('tcp.headerLength', 20), eq('tcp.window', 512)],
            { window: 512 },
            { window: 512, options: '02040578' },
          ],
          ['tcp.mss', [eq('tcp.mss', 1400)], { options: '02040578' }, { options: '020405b4' }],
          [
            'port.dst',
            [TCP, oneOf('port.dst', [8080, 8081]), eq('tcp.window', 77)],
            { targetPort: 8081, window: 77 },
            { targetPort: 8082, window: 77 },
          ],
        ],
        0,
        8,
      ),
    )('%s', async (_, predicates, attack, good) => {
      const id = await on.mitigate.apply(...signature([predicates]));
      await sendTcp(on.lab, 'attacker', attack);
      await sendTcp(on.lab, 'client', good);
      await until('the attack is counted', 3000, async () => ((await on.mitigate.list())[0]?.packets ?? 0) >= 40);
      expect(await on.mitigate.list()).toMatchObject([{ id, packets: 40 }]);
    });

    test('only to its target; two clauses; an allowed source passes', async () => {
      const clauses = [BY_TTL, [UDP, eq('payload.first4', 0xdeadbeef)]];
      await on.mitigate.apply(...signature(clauses, '192.0.2.10'));
      expect(await received({ ttl: SENT_TTL }, {})).toEqual({ ...ALL, attacker4: 0 });
      expect(await received({ payload: 'deadbeef' }, { ttl: SENT_TTL })).toEqual({
        ...ALL,
        attacker4: 0,
        client4: 0,
      });
      await on.mitigate.apply('--allow', '203.0.113.10');
      expect(await received({ ttl: SENT_TTL }, { ttl: SENT_TTL })).toEqual({ ...ALL, attacker4: 0 });
      const words =
        'to 192.0.2.10: (ip.proto = udp and ip.ttl = 99) or (ip.proto = udp and payload.first4 = 0xdeadbeef)';
      expect((await on.mitigate.list()).map((live) => live.rules?.words)).toContain(words);
    });

    test('together with blocks; undo takes both', async () => {
      const id = await on.mitigate.apply(
        ...signature([BY_TTL]),
        '--block',
        '198.51.100.11',
        '--allow',
        '2001:db8:a::11',
      );
      expect(await received({ ttl: SENT_TTL }, {})).toEqual(NO_ATTACKER);
      expect(await on.mitigate.list()).toMatchObject([
        { id, packets: 40, prefixes: ['198.51.100.11'], allow: ['2001:db8:a::11'] },
      ]);
      await on.mitigate.run('undo', id);
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });

    test('a rate: what is above it is dropped, of each IP version', async () => {
      const id = await on.mitigate.apply(...signature([BY_TTL]), '--rate', '5');
      const { attacker4, attacker6, client4, client6 } = await received({ ttl: SENT_TTL }, {});
      expect({ client4, client6 }).toEqual({ client4: 20, client6: 20 });
      for (const passed of [attacker4, attacker6]) {
        expect(passed).toBeGreaterThanOrEqual(5);
        expect(passed).toBeLessThan(20);
      }
      expect(await on.mitigate.list()).toMatchObject([
        { id, packets: 40 - attacker4 - attacker6, rules: { limitPps: 5 } },
      ]);
      const { stdout } = await on.mitigate.run('plan', ...signature([BY_TTL]), '--rate', '5');
      expect(stdout).toContain('IPv4 and IPv6 are counted apart');
    });

    test('a sample counts and drops nothing', async () => {
      const args = [...signature([BY_TTL]), '--sample-only', '--good', '203.0.113.0/24'];
      const id = await on.mitigate.apply(...args);
      expect(await received({ ttl: SENT_TTL }, { ttl: SENT_TTL })).toEqual(ALL);
      expect(await on.mitigate.list()).toMatchObject([{ id, packets: 80, sample: { goodPackets: 20 } }]);
    });

    test('ends by itself; then it is told as ended, drops nothing, and the listing sweeps it', async () => {
      await on.mitigate.apply('--block', '198.51.100.11', '--ttl', '1h'); // the layout has to stay
      const kept = await on.ruleset();
      const id = await on.mitigate.apply(...signature([BY_TTL]), '--ttl', '2s', '--why', 'udp-rand');
      expect(await received({ ttl: SENT_TTL }, {})).toEqual(NO_ATTACKER);
      const lease = async () => on.lab.must('victim', ['ipset', 'save', `ddostop-lease6-${id}`]);
      await until('the kernel ends it', 5000, async () => !(await lease()).includes('add'));
      expect(await received({ ttl: SENT_TTL }, {})).toEqual(ALL);
      const ended = (await on.mitigate.list()).find((live) => live.id === id);
      expect(ended).toMatchObject({ state: 'ended', expiresInSec: null, packets: 40, why: 'udp-rand' });
      expect(ended?.rules?.words).toContain('ip.ttl = 99');
      const left = (text: string) => text.replace(/^add ddostop-lock .*\n/gm, '');
      expect((await on.mitigate.list()).map((live) => live.id)).not.toContain(id);
      expect(left(await on.ruleset())).toBe(left(kept));
    });

    test('what others hold stays when one is undone; the next apply sweeps what has ended', async () => {
      const first = await on.mitigate.apply(...signature([BY_TTL]), '--ttl', '2s');
      const second = await on.mitigate.apply(...signature([[UDP, eq('payload.first4', 0xdeadbeef)]]));
      const third = await on.mitigate.apply(...signature([[UDP, eq('ip.tos', 0x28)]]));
      await on.mitigate.run('undo', third);
      expect(await on.ruleset()).not.toContain(third);
      expect(await on.ruleset()).toContain(second);
      await until('the first has ended', 5000, async () => !(await on.ruleset()).includes(`id=${first}`));
      await on.mitigate.apply('--block', '198.51.100.11');
      expect(await on.ruleset()).not.toContain(first);
      expect(await received({ payload: 'deadbeef' }, {})).toEqual(NO_ATTACKER);
      expect((await on.mitigate.list()).find(({ id }) => id === second)).toMatchObject({
        packets: 40,
        state: 'confirmed',
      });
    });

    test('somebody flushes its chain: list says so, it is not confirmed any more, undo clears up', async () => {
      const id = await on.mitigate.apply(...signature([BY_TTL]));
      await on.mitigate.apply('--block', '198.51.100.11');
      for (const program of ['iptables', 'ip6tables']) {
        const { code } = await on.lab.run('victim', [program, '-t', 'raw', '-F', `DDOSTOP-${id}`], {
          env: { PATH: on.path },
        });
        expect(code).toBe(0);
      }
      expect((await on.mitigate.list()).find((live) => live.id === id)?.problem).toContain('not in force');
      expect(await on.mitigate.run('extend', id, '--ttl', '1h')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('MITIGATION_LOST'),
      });
      expect(await on.mitigate.run('undo', id)).toMatchObject({ code: 0 });
      expect(await on.ruleset()).not.toContain(id);
    });

    test('what iptables cannot say is refused', async () => {
      const clauses = [
        [
          UDP,
          oneOf(
            'ip.length',
            Array.from({ length: 200 }, (_, i) => 30 + 2 * i),
          ),
          oneOf(
            'ip.ttl',
            Array.from({ length: 60 }, (_, i) => 3 * i + 1),
          ),
          oneOf(
            'ip.tos',
            Array.from({ length: 60 }, (_, i) => 3 * i + 1),
          ),
        ],
      ];
      const { code, stderr } = await on.mitigate.run('plan', ...signature(clauses));
      expect({ code, stderr }).toMatchObject({ stderr: expect.stringMatching(/SIGNATURE_(LEFT|TOO_LONG)/) });
      expect(code).not.toBe(0);
      expect(await on.ruleset()).not.toMatch(/ddostop/i);
    });
  });
}
