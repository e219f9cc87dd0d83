/** The main job against the real kernel: a flood comes, its source is the first row, m and A stop it, good traffic goes on. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab, until } from '../support/lab.js';
import { Receiver, startStream } from '../support/lab-traffic.js';
import { PROGRAM, TestFolder } from '../support/program.js';
import { describeWith } from '../support/system.js';
import { TmuxSession } from '../support/tmux-session.js';

const FAMILIES = [
  { name: 'IPv4', attacker: '198.51.100.10', client: '203.0.113.10', victim: '192.0.2.10' },
  { name: 'IPv6', attacker: '2001:db8:a::10', client: '2001:db8:c::10', victim: '2001:db8:f::10' },
] as const;
type Family = (typeof FAMILIES)[number];

/** Issue 2 asks for 2 s and DESIGN.md §4 for 300 ms; a loaded machine gets more. */
const MAX_FIRST_ROW_MS = 5000;
const MAX_DROP_MS = 3000;
/** A is deaf for 600 ms after the commands have come on the screen. */
const GUARD_MS = 650;
const FLOOD = { rate: 2000, packets: 80_000 };
const TALK = { rate: 50, packets: 3000 };

describeWith(['root', 'nft', 'ip', 'tcpdump', 'tmux', 'python3', 'bash', 'ps'], 'a flood in the lab', () => {
  const folder = new TestFolder();
  const running: { stop(): void }[] = [];
  let lab: Lab;
  let receiver: Receiver;
  let session: TmuxSession | null = null;
  let before = '';

  beforeAll(async () => {
    lab = await Lab.open();
    receiver = await Receiver.open(lab);
    await lab.must('victim', ['nft', '-f', '-'], 'table ip foreign {\n chain c {\n  tcp dport 25 drop\n }\n}\n');
    before = await ruleset();
  });
  afterEach(async () => {
    for (const stream of running.splice(0)) stream.stop();
    await session?.close();
    session = null;
    await mitigate('panic');
  });
  afterAll(async () => {
    receiver?.close();
    await lab?.close();
    folder.close();
  });

  /** Without the values of counters, which the traffic moves. */
  function ruleset(): Promise<string> {
    return lab.must('victim', ['nft', '-s', 'list', 'ruleset']);
  }

  function mitigate(...args: string[]) {
    const env = { XDG_STATE_HOME: folder.path, SSH_CONNECTION: '' };
    return lab.run('victim', [process.execPath, PROGRAM, 'mitigate', ...args], { env });
  }

  async function live(): Promise<readonly { state: string; packets: number; prefixes: readonly string[] }[]> {
    const { stdout } = await mitigate('list', '--format', 'json');
    return (JSON.parse(stdout) as { mitigations: { state: string; packets: number; prefixes: string[] }[] })
      .mitigations;
  }

  async function startMonitor(options: string): Promise<TmuxSession> {
    session = await TmuxSession.open({
      env: { XDG_STATE_HOME: folder.path, SSH_CONNECTION: '' },
      inside: ['ip', 'netns', 'exec', lab.namespaceOf('victim')],
    });
    await session.type(`sh -c 'echo $$ >${folder.at('pid')}; exec ${process.execPath} ${PROGRAM} -i eth0 ${options}'`);
    await session.waitFor(/^ (NORMAL|WAITING) .*(ring|tcpdump) eth0( \(.+\))? +live/m);
    return session;
  }

  async function start(from: 'attacker' | 'client', family: Family): Promise<number> {
    const stream = await startStream(lab, {
      from,
      source: family[from],
      target: family.victim,
      ...(from === 'attacker' ? FLOOD : TALK),
    });
    running.push(stream);
    return stream.beginMs;
  }

  /** `m` on the chosen rows, and `A` when it is taken. Returns when A was pressed. */
  async function applyFromScreen(monitor: TmuxSession, attackers: readonly string[]): Promise<number> {
    await monitor.press('m');
    await monitor.waitFor((text) => text.includes('Commands, exactly') && attackers.every((key) => text.includes(key)));
    await new Promise((resolve) => setTimeout(resolve, GUARD_MS));
    const pressedMs = Date.now();
    await monitor.press('A');
    return pressedMs;
  }

  /** While so many packets of the client come in, none of the attacker does. */
  async function expectOnlyClient(family: Family): Promise<void> {
    const attacker = await receiver.from(family.attacker);
    const { packets } = await receiver.from(family.client);
    await until('the client goes on', 10_000, async () => (await receiver.from(family.client)).packets > packets + 30);
    expect(await receiver.from(family.attacker)).toEqual(attacker);
  }

  test.each(FAMILIES.map((family) => [family.name, family] as const))(
    '%s: first row, m, A, dropped, confirmed, panic',
    async (_, family) => {
      const monitor = await startMonitor('--ttl 2m');
      await start('client', family);
      await monitor.waitFor(`▸ ${family.client}`);
      const beginMs = await start('attacker', family);
      await monitor.waitFor(new RegExp(`SOURCE .*\\n│▸ ${family.attacker} `));
      const firstRowMs = Date.now() - beginMs;

      const pressedMs = await applyFromScreen(monitor, [family.attacker]);
      await monitor.waitFor('applied, not confirmed');
      const dropMs = (await receiver.from(family.attacker)).lastMs - pressedMs;
      console.log(`${family.name}: flood to first row ${firstRowMs} ms; A to the last packet let through ${dropMs} ms`);
      expect(firstRowMs).toBeLessThan(MAX_FIRST_ROW_MS);
      expect(dropMs).toBeLessThan(MAX_DROP_MS);
      await expectOnlyClient(family);
      await monitor.waitFor(/dropping +[\d.]+k? pps/);
      const [mine] = await live();
      expect(mine).toMatchObject({ state: 'unconfirmed', prefixes: [family.attacker] });
      await until('the counter moves', 5000, async () => ((await live())[0]?.packets ?? 0) > (mine?.packets ?? 0));

      await monitor.press('c');
      await monitor.waitFor('Confirmed');
      expect(await live()).toMatchObject([{ state: 'confirmed' }]);
      expect(await ruleset()).not.toBe(before);
      expect(await mitigate('panic')).toMatchObject({ code: 0 });
      expect(await ruleset()).toBe(before);
      const { packets } = await receiver.from(family.attacker);
      await until('open again', 5000, async () => (await receiver.from(family.attacker)).packets > packets);
    },
  );

  test('tcpdump dies: the monitor stays, says so, and counts again', async () => {
    const [family] = FAMILIES;
    const monitor = await startMonitor('--capture tcpdump');
    await start('client', family);
    await monitor.waitFor(`▸ ${family.client}`);
    const pid = readFileSync(folder.at('pid'), 'utf8').trim();
    const tcpdump = await lab.must('victim', ['ps', '-o', 'pid=', '--ppid', pid]);
    process.kill(Number(tcpdump), 'SIGKILL');
    await monitor.waitFor(/tcpdump eth0 +retrying/);
    await monitor.waitFor(/tcpdump eth0 +live/);
    await start('attacker', family);
    await monitor.waitFor(`▸ ${family.attacker}`);
    await monitor.press('8');
    await monitor.waitFor('ended with a signal');
    await monitor.press('C-c');
    expect(await monitor.ask('echo $?')).toBe('0');
  });

  test('a link that falls silent: the rates go to zero', async () => {
    const [family] = FAMILIES;
    const monitor = await startMonitor('udp port 9');
    await start('attacker', family);
    await monitor.waitFor(`▸ ${family.attacker}`);
    for (const stream of running.splice(0)) stream.stop();
    await monitor.waitFor(/^ in +0 pps/m);
    await monitor.press('q');
    expect(await monitor.ask('echo $?')).toBe('0');
  });

  test('kill -9 after an apply: the block ends by itself', async () => {
    const monitor = await startMonitor('--confirm-window 4s');
    for (const family of FAMILIES) await start('client', family);
    for (const family of FAMILIES) await start('attacker', family);
    const attackers = FAMILIES.map(({ attacker }) => attacker);
    await monitor.waitFor((text) => {
      const rows = text.slice(text.indexOf('SOURCE ')).split('\n').slice(1, 3);
      return attackers.every((key) => rows.some((row) => row.includes(`${key} `)));
    });
    await monitor.press('g', 'Space', 'j', 'Space');
    await monitor.waitFor('2 marked');
    await applyFromScreen(monitor, attackers);
    await monitor.waitFor('applied, not confirmed');
    process.kill(Number(readFileSync(folder.at('pid'), 'utf8')), 'SIGKILL');
    for (const family of FAMILIES) {
      const { packets } = await receiver.from(family.attacker);
      await until(
        'it ends by itself',
        20_000,
        async () => (await receiver.from(family.attacker)).packets > packets + 100,
      );
    }
    expect(await live()).toEqual([]);
    expect(await mitigate('panic')).toMatchObject({ code: 0 });
    expect(await ruleset()).toBe(before);
  });
});
