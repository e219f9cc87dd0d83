/** Names of sets in our table that we have not given: the kernel takes any text. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab } from '../support/lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const NAMES = ['guard4; add table inet injected', 'x y', 'a\nb', "$(id)'`id`", '-f', '\u001b[2J'];

describeWith(['root', 'nft', 'ip', 'python3'], 'hostile names in the kernel', () => {
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

  test('sets named like commands are not run, and stand in nobody’s way', async () => {
    const id = await mitigate.apply('--rate-limit-each', '198.51.100.0/24=50'); // sets are now asked for by name
    const add = NAMES.map((name) => ({ add: { set: { family: 'inet', table: 'ddostop', name, type: 'ipv4_addr' } } }));
    await lab.must('victim', ['sh', '-c', 'cat | nft -j -f -'], JSON.stringify({ nftables: add }));
    expect(await mitigate.list()).toMatchObject([{ id, state: 'confirmed' }]);
    expect(await lab.must('victim', ['nft', 'list', 'tables'])).toBe('table inet late\ntable inet ddostop\n');
    expect(await mitigate.run('extend', id)).toMatchObject({ code: 0 });
    expect(await mitigate.run('panic')).toMatchObject({ code: 0 });
    expect(await lab.must('victim', ['nft', 'list', 'tables'])).toBe('table inet late\n');
  });
});
