/** What vanished is applied again, senders are counted in the kernel, and very many prefixes are one plan. Real kernel. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { IS_WHOLE } from '../support/whole.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };
/** Most of the time is nft's. */
const MANY = IS_WHOLE ? 50_000 : 10_000;
const LATE = 'table inet late';

describeWith(['root', 'nft', 'ip', 'python3'], 'nft mitigation: again, senders, many', () => {
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

  async function flush(): Promise<void> {
    const others = await lab.must('victim', ['nft', '-s', 'list', LATE.split(' ')[0]!, ...LATE.split(' ').slice(1)]);
    await lab.must('victim', ['nft', '-f', '-'], `flush ruleset\n${others}`);
  }

  test('flushed by somebody: told, applied again for the time that was left, unless it was undone or is over', async () => {
    const kept = await mitigate.apply('--block', '198.51.100.0/24', '2001:db8:a::/64', '--ttl', '10m');
    const undone = await mitigate.apply('--block', '198.51.100.11', '--ttl', '10m');
    await mitigate.run('undo', undone);
    await mitigate.apply('--block', '198.51.100.12', '--ttl', '1s');
    await flush();
    expect(await lab.measure()).toEqual(ALL);
    const { stdout } = await mitigate.run('list');
    expect(stdout).toMatch(new RegExp(`${kept} was confirmed until .* mitigate again ${kept}`));
    expect(stdout).not.toContain(undone);
    expect(await mitigate.run('again')).toMatchObject({ code: 2, stderr: expect.stringContaining('NEEDS_YES') });
    expect(await mitigate.run('again', 'aaaaa', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOTHING_VANISHED'),
    });
    expect(await mitigate.run('again', '--yes')).toMatchObject({ code: 0 });
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    const live = await mitigate.list();
    expect(live).toHaveLength(1);
    expect(live[0]?.expiresInSec).toBeGreaterThan(540);
    expect(live[0]?.expiresInSec).toBeLessThanOrEqual(600);
  });

  test('what vanished is told until it is applied again, and not after', async () => {
    await mitigate.apply('--rate-limit', '198.51.100.0/24=1', '--ttl', '10m');
    await flush();
    await mitigate.run('again', '--yes');
    const { stdout } = await mitigate.run('list', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      vanished: [],
      mitigations: [{ rules: { words: expect.stringContaining('at most 1') } }],
    });
  });

  test('senders to a target are counted by the kernel, each by its address, and nothing is dropped', async () => {
    const id = await mitigate.apply('--count-senders', '192.0.2.10', '2001:db8:f::10', '--ttl', '5m');
    expect(await lab.measure(30)).toEqual({ attacker4: 30, attacker6: 30, client4: 30, client6: 30 });
    const listing = await lab.must('victim', ['nft', 'list', 'table', 'inet', 'ddostop']);
    for (const address of ['198.51.100.10', '203.0.113.10', '2001:db8:a::10', '2001:db8:c::10'])
      expect(listing).toMatch(new RegExp(`${address} counter packets 30 bytes`));
    expect(await mitigate.list()).toMatchObject([{ id, packets: 120, sample: { goodPackets: 0 } }]);
    await mitigate.run('undo', id);
    expect(await mitigate.ruleset()).not.toContain('ddostop');
    const mixed = await mitigate.run('plan', '--count-senders', '192.0.2.10', '--block', '198.51.100.10');
    expect(mixed).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
  });

  test(`${MANY} prefixes from a file are one plan, in force at once, undone at once`, async () => {
    const file = join(mitigate.folder, 'many.netset');
    const prefixes = Array.from({ length: MANY }, (_, i) => `10.${(i >> 16) + 1}.${(i >> 8) & 255}.${i & 255}`);
    writeFileSync(file, `# bad ones\n${prefixes.join('\n')}\n198.51.100.10 ; and this one\n\n2001:db8:a::/64\n`);
    const id = await mitigate.apply('--block-file', file, '--ttl', '10m');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    const [live] = await mitigate.list();
    expect(live?.prefixes).toHaveLength(MANY + 2);
    expect(live).toMatchObject({ id, packets: 40 });
    expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await lab.measure()).toEqual(ALL);
    writeFileSync(file, '198.51.100.0/24\nexample.org\n');
    const named = await mitigate.run('plan', '--block-file', file);
    expect(named).toMatchObject({ code: 2, stderr: expect.stringMatching(/BAD_PREFIX: .*line 2/) });
  });
});
