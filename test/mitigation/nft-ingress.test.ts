/** Prefixes dropped on the hook of a device, with everything else on the ordinary one. Real kernel. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Lab } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const ALL = { attacker4: 20, attacker6: 20, client4: 20, client6: 20 };
const NO_ATTACKER = { ...ALL, attacker4: 0, attacker6: 0 };

describeWith(['root', 'nft', 'ip', 'python3'], 'nft mitigation on a device', () => {
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

  /** Packets that the drops of the ordinary hook saw of the attacker: none, when the device's were first. */
  async function seenLater(): Promise<number> {
    const text = await lab.must('victim', ['nft', 'list', 'chain', 'inet', 'ddostop', 'drops']);
    return [...text.matchAll(/counter packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0);
  }

  test('dropped there already; allowed ones and later blocks as ever; gone with the last one', async () => {
    const first = await mitigate.apply('--block', '198.51.100.0/24', '--allow', '198.51.100.11', '--ingress', 'eth0');
    expect(await lab.measure()).toEqual({ ...ALL, attacker4: 0 });
    expect(await seenLater()).toBe(0);
    const allowed = { from: 'attacker', source: '198.51.100.11', target: '192.0.2.10', packets: 20 } as const;
    expect(await lab.received([allowed])).toMatchObject({ attacker4: 20 });
    // What comes later is looked up there too, whoever asks for it.
    const second = await mitigate.apply('--block', '2001:db8:a::/64');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    expect(await seenLater()).toBe(0);
    expect((await mitigate.list()).map(({ packets }) => packets).sort()).toEqual([20, 40]);
    // A limit sees each packet once.
    const limit = await mitigate.apply('--rate-limit', '203.0.113.0/24=1000');
    const burst = { from: 'client', source: '203.0.113.10', target: '192.0.2.10', packets: 900 } as const;
    expect(await lab.received([burst])).toMatchObject({ client4: 900 });
    for (const id of [first, second, limit]) expect(await mitigate.run('undo', id)).toMatchObject({ code: 0 });
    expect(await lab.measure()).toEqual(ALL);
    expect(await mitigate.ruleset()).not.toContain('ddostop');
  });

  test('sets that were there before are looked up there as well', async () => {
    await mitigate.apply('--block', '198.51.100.10', '2001:db8:a::/64');
    await mitigate.apply('--block', '198.51.100.12', '--ingress', 'eth0');
    expect(await lab.measure()).toEqual(NO_ATTACKER);
    expect(await seenLater()).toBe(0);
  });

  test('a device that is not there, or is no name, is refused', async () => {
    const before = await mitigate.ruleset();
    const missing = await mitigate.run('apply', '--yes', '--block', '198.51.100.10', '--ingress', 'eth7');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NO_DEVICE: .*eth7.*eth0/) });
    for (const name of ['eth0"; flush ruleset', '../eth0', 'a'.repeat(16), '']) {
      const bad = await mitigate.run('apply', '--yes', '--block', '198.51.100.10', '--ingress', name);
      expect({ name, ...bad }).toMatchObject({ code: 2, stderr: expect.stringContaining('BAD_DEVICE') });
    }
    expect(await mitigate.ruleset()).toBe(before);
  });
});
