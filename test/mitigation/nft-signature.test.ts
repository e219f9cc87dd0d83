/** Rules of a diff as mitigations in the real kernel: what reaches the victim before, during and after. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Predicate } from '../../src/signature/rule.js';
import { eq, oneOf, range } from '../../src/signature/vectors/vector.js';
import { Lab, until } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { inTurn } from '../support/whole.js';
import { LabMitigate } from './lab-mitigate.js';
import { diffFile, type Fields, receivedWhile, sendTcp, sendUdp, type TcpFields } from './signature-lab.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };
const UDP = eq('ip.proto', 17);
const TCP = eq('ip.proto', 6);
/** One router is on the way. */
const SENT_TTL = 100;
const BY_TTL = [UDP, eq('ip.ttl', SENT_TTL - 1)];

describeWith(['root', 'nft', 'ip', 'python3'], 'signatures in the kernel', () => {
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

  const signature = (clauses: readonly (readonly Predicate[])[], target: string | null = null) =>
    ['--signature', diffFile(mitigate, clauses, target)] as const;

  function received(attack: Fields, good: Fields) {
    return receivedWhile(lab, async () => {
      await sendUdp(lab, 'attacker', attack);
      await sendUdp(lab, 'client', good);
    });
  }

  test.each<[name: string, predicates: readonly Predicate[], attack: Fields, good: Fields]>(
    inTurn(
      [
        ['ip.ttl', BY_TTL, { ttl: SENT_TTL }, { ttl: 64 }],
        ['ip.tos', [UDP, eq('ip.tos', 0x28)], { tos: 0x28 }, { tos: 0x2c }],
        ['ip.length', [UDP, oneOf('ip.length', [80, 100])], { payload: '00'.repeat(52) }, { payload: '00'.repeat(51) }],
        ['ip.length', [UDP, range('ip.length', 70, 110)], { payload: '00'.repeat(52) }, { payload: '00'.repeat(120) }],
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
      ],
      1,
      4,
    ),
  )('%s: takes the attack and nothing of the good, v4 and v6', async (_, predicates, attack, good) => {
    const id = await mitigate.apply(...signature([predicates]));
    expect(await received(attack, good)).toEqual(NO_ATTACKER);
    const [live] = await mitigate.list();
    expect(live).toMatchObject({ id, state: 'confirmed', packets: 40, prefixes: [], targets: [] });
    expect(live?.rules?.words).toContain(predicates.at(-1)?.attribute);
    await mitigate.run('undo', id);
    expect(await received(attack, good)).toEqual(ALL);
    expect(await mitigate.ruleset()).not.toContain('ddostop');
  });

  test.each<[name: string, predicates: readonly Predicate[], attack: TcpFields, good: TcpFields]>(
    inTurn(
      [
        ['tcp.window', [TCP, eq('tcp.flags', 2), range('tcp.window', 1000, 1100)], { window: 1024 }, { window: 1101 }],
        ['tcp.flags', [eq('tcp.flags', 2), eq('ip.ttl', 99)], { ttl: 100 }, { ttl: 100, flags: 16 }],
        [
          'tcp.headerLength',
          [eq('tcp.headerLength', 20), eq('tcp.window', 512)],
          { window: 512 },
          { window: 512, options: '02040578' },
        ],
        ['tcp.mss', [eq('tcp.mss', 1400)], { options: '02040578' }, { options: '020405b4' }],
      ],
      1,
      4,
    ),
  )('%s', async (_, predicates, attack, good) => {
    const id = await mitigate.apply(...signature([predicates]));
    await sendTcp(lab, 'attacker', attack);
    await sendTcp(lab, 'client', good);
    await until('the attack is counted', 3000, async () => ((await mitigate.list())[0]?.packets ?? 0) >= 40);
    expect(await mitigate.list()).toMatchObject([{ id, packets: 40 }]);
  });

  test('only to its target; two clauses; an allowed source passes', async () => {
    const clauses = [BY_TTL, [UDP, eq('payload.first4', 0xdeadbeef)]];
    await mitigate.apply(...signature(clauses, '192.0.2.10'));
    expect(await received({ ttl: SENT_TTL }, {})).toEqual({ ...ALL, attacker4: 0 });
    expect(await received({ payload: 'deadbeef' }, { ttl: SENT_TTL })).toEqual({ ...ALL, attacker4: 0, client4: 0 });
    await mitigate.apply('--allow', '203.0.113.10');
    expect(await received({ ttl: SENT_TTL }, { ttl: SENT_TTL })).toEqual({ ...ALL, attacker4: 0 });
    const words = 'to 192.0.2.10: (ip.proto = udp and ip.ttl = 99) or (ip.proto = udp and payload.first4 = 0xdeadbeef)';
    expect((await mitigate.list()).map((live) => live.rules?.words)).toContain(words);
    expect((await mitigate.run('list')).stdout).toContain(words);
  });

  test('together with blocks, in one transaction; undo takes both', async () => {
    const id = await mitigate.apply(...signature([BY_TTL]), '--block', '198.51.100.11', '--allow', '2001:db8:a::11');
    expect(await received({ ttl: SENT_TTL }, {})).toEqual(NO_ATTACKER);
    expect(await mitigate.list()).toMatchObject([
      { id, packets: 40, prefixes: ['198.51.100.11'], allow: ['2001:db8:a::11'] },
    ]);
    await mitigate.run('undo', id);
    expect(await mitigate.ruleset()).not.toContain('ddostop');
  });

  test('a rate: what is above it is dropped', async () => {
    const id = await mitigate.apply(...signature([BY_TTL]), '--rate', '5');
    const { attacker4, attacker6, client4, client6 } = await received({ ttl: SENT_TTL }, {});
    expect({ client4, client6 }).toEqual({ client4: 20, client6: 20 });
    const passed = attacker4 + attacker6; // a burst of 5, and 5 a second while the senders start
    expect(passed).toBeGreaterThanOrEqual(5);
    expect(passed).toBeLessThan(40);
    expect(await mitigate.list()).toMatchObject([{ id, packets: 40 - passed, rules: { limitPps: 5 } }]);
  });

  test('ends by itself; then it is told as ended, drops nothing, and the listing sweeps it', async () => {
    await mitigate.apply('--block', '198.51.100.11'); // the table has to stay
    const kept = await lab.must('victim', ['nft', '-s', 'list', 'table', 'inet', 'ddostop']);
    const id = await mitigate.apply(...signature([BY_TTL]), '--ttl', '2s', '--why', 'udp-rand');
    expect(await received({ ttl: SENT_TTL }, {})).toEqual(NO_ATTACKER);
    const lease = async () =>
      (await lab.must('victim', ['nft', 'list', 'set', 'inet', 'ddostop', `lease_${id}`])).includes('ipv4');
    await until('the kernel ends it', 5000, async () => !(await lease()));
    expect(await received({ ttl: SENT_TTL }, {})).toEqual(ALL);
    const ended = (await mitigate.list()).find((live) => live.id === id);
    expect(ended).toMatchObject({ state: 'ended', expiresInSec: null, packets: 40, why: 'udp-rand' });
    expect(ended?.rules?.words).toContain('ip.ttl = 99');
    expect((await mitigate.list()).map((live) => live.id)).not.toContain(id);
    expect(await stable(lab)).toBe(stableText(kept));
  });

  test('what others hold stays when one is undone; the next apply sweeps what has ended', async () => {
    const first = await mitigate.apply(...signature([BY_TTL]), '--ttl', '2s');
    const second = await mitigate.apply(...signature([[UDP, eq('payload.first4', 0xdeadbeef)]]));
    const third = await mitigate.apply(...signature([[UDP, eq('ip.tos', 0x28)]]));
    await mitigate.run('undo', third);
    const text = await mitigate.ruleset();
    expect(text).not.toContain(third);
    expect(text).toContain(second);
    await until('the first has ended', 5000, async () => !(await mitigate.ruleset()).includes(`id=${first}`));
    await mitigate.apply('--block', '198.51.100.11');
    expect(await mitigate.ruleset()).not.toContain(first);
    expect(await received({ payload: 'deadbeef' }, {})).toEqual(NO_ATTACKER);
    expect((await mitigate.list()).find(({ id }) => id === second)).toMatchObject({ packets: 40, state: 'confirmed' });
  });

  test('confirm keeps it and its counts; undo of what has ended is no error', async () => {
    const plan = await mitigate.run('plan', ...signature([BY_TTL]));
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toContain('ip ttl 99 counter goto act_');
    const id = await mitigate.apply(...signature([BY_TTL]), '--ttl', '1h');
    const [live] = await mitigate.list();
    expect(live?.expiresInSec).toBeGreaterThan(3500);
    await mitigate.run('undo', id);
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await mitigate.run('confirm', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MITIGATION_ENDED'),
    });
  });

  test('panic leaves the ruleset byte for byte as it was', async () => {
    const before = await mitigate.ruleset();
    await mitigate.apply(...signature([BY_TTL, [UDP, eq('ip.tos', 0x28)]]), '--block', '198.51.100.11');
    await mitigate.apply(...signature([[UDP, range('ip.length', 400, 500)]], '2001:db8:f::10'), '--rate', '100');
    expect(await mitigate.ruleset()).not.toBe(before);
    expect(await mitigate.run('panic')).toMatchObject({ code: 0 });
    expect(await mitigate.ruleset()).toBe(before);
  });

  test('somebody flushes its chain: list says so, undo clears up', async () => {
    const id = await mitigate.apply(...signature([BY_TTL]));
    await mitigate.apply('--block', '198.51.100.11');
    await lab.must('victim', ['nft', 'flush', 'chain', 'inet', 'ddostop', `match_${id}`]);
    expect((await mitigate.list()).find((live) => live.id === id)?.problem).toContain('not in force');
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await mitigate.ruleset()).not.toContain(id);
  });
});

/** Our table without what counts and passes. */
async function stable(lab: Lab): Promise<string> {
  return stableText(await lab.must('victim', ['nft', '-s', 'list', 'table', 'inet', 'ddostop']));
}

function stableText(text: string): string {
  return text.replaceAll(/ (?:timeout|expires) \S+/g, '').replaceAll(/counter packets \d+ bytes \d+/g, 'counter');
}
