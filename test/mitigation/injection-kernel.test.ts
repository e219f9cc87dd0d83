/** What really runs: every process of whole flows, here and over ssh, is a known program with constant words and names of our own form. Real kernel. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MitigationBackend } from '../../src/mitigation/types.js';
import { Lab } from '../support/lab.js';
import { SpawnRecorder } from '../support/spawn-recorder.js';
import { SSH_NEEDS, SshLab } from '../support/ssh-lab.js';
import { describeWith } from '../support/system.js';
import { LabMitigate } from './lab-mitigate.js';

const MARK = '/tmp/ddostop-injected';
/** Everything of a request that a person chooses, and that is allowed. */
const REQUEST = [
  '--block',
  '198.51.100.0/24',
  '2001:db8:a::/64',
  '--allow',
  '198.51.100.11',
  '--guard',
  '[2001:db8:a::11]:22',
];
/** Has sets that packets fill, which are asked for by name. */
const LIMIT = ['--rate-limit-each', '198.51.100.0/24=50'];
const WORDS = ['--why', 'tcp-syn_1.x', '--incident', 'I-1:a.b_c'];
const DATA = /198\.51|2001:db8|tcp-syn_1|I-1:a/;
const OWN = '[A-Za-z0-9_-]{1,31}';

/** The commands there are, without the folder of the program. */
const COMMANDS = [
  `nft -j list tables`,
  `nft -j (?:-t )?list table inet ddostop`,
  `nft -j list set inet ddostop ${OWN}`,
  `nft (?:-j )?(?:-c )?-f -`,
  `ip6?tables-save -t raw -c`,
  `ip6?tables-restore -w 5 -n(?: --test)?`,
  `ipset -t list`,
  `ipset save ${OWN}`,
  `ipset restore`,
  `ss -Htnp state established`,
];
const REMOTE_COMMANDS = [...COMMANDS, 'true', 'printenv SSH_CONNECTION', 'cat -- /(?:proc|etc)/[a-z0-9_./]+'];
const SSH_OPTIONS =
  /^ssh -F \S+(?: -o [A-Z][A-Za-z]+=[a-zA-Z0-9/._%-]+)+ (?:-T -a -x -E \S+ -- victim|-E \S+ -O exit -- victim)$/;
const AROUND = `PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C `;

describeWith([...SSH_NEEDS, 'nft', 'iptables', 'ip6tables', 'ipset', 'ss'], 'what runs', () => {
  let lab: Lab;
  let ssh: SshLab;
  let recorder: SpawnRecorder;
  let mitigate: LabMitigate;

  beforeAll(async () => {
    lab = await Lab.open();
    ssh = await SshLab.openIn(lab);
    recorder = new SpawnRecorder();
    mitigate = await LabMitigate.open(lab, 'victim');
    Object.assign(mitigate.env, recorder.env);
  });
  afterAll(async () => {
    await ssh?.close();
    await lab?.close();
    mitigate?.close();
    recorder?.close();
  });
  beforeEach(() => {
    recorder.clear();
    rmSync(MARK, { force: true });
  });

  const run = async (role: 'victim' | 'client', action: string, ...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await lab.run(role, [...mitigate.argv, action, ...args], { env: mitigate.env });
    if (code !== 0) throw new Error(`${action} ended with ${code}: ${stderr}`);
    return stdout;
  };
  /** Everything there is to do with a mitigation, and the plan of one. */
  const wholeFlow = async (
    role: 'victim' | 'client',
    place: readonly string[],
    requests: readonly (readonly string[])[],
  ) => {
    await run(role, 'plan', ...place, ...REQUEST, ...WORDS);
    for (const request of requests) {
      const applied = await run(role, 'apply', '--yes', '--format', 'json', ...place, ...request, ...WORDS);
      const { id } = JSON.parse(applied) as { id: string };
      await run(role, 'list', ...place);
      await run(role, 'extend', id, ...place);
      await run(role, 'undo', id, ...place);
    }
    await run(role, 'panic', ...place);
  };

  test.each(['nft', 'iptables'] as const)('here, %s: no shell, constant words', async (backend: MitigationBackend) => {
    await wholeFlow('victim', ['--backend', backend], [REQUEST, LIMIT]);
    const { spawned } = recorder;
    expect(spawned.length).toBeGreaterThan(30);
    for (const { by, argv, hasShell } of spawned) {
      expect({ by, hasShell }).toEqual({ by: 'spawn', hasShell: false });
      const [program = '', ...words] = argv;
      expect(program).toMatch(/^\/(?:usr\/)?s?bin\/[a-z0-9-]+$/);
      expect([program.slice(program.lastIndexOf('/') + 1), ...words].join(' ')).toMatch(oneOf(COMMANDS));
    }
  });

  test('over ssh: ssh alone; what the shell there is given is constant', { timeout: 60_000 }, async () => {
    await wholeFlow(
      'client',
      ['--on', 'victim', '--ssh-config', ssh.config],
      [[...LIMIT, '--guard', '[2001:db8:a::11]:22']],
    );
    const { spawned } = recorder;
    expect(spawned.length).toBeGreaterThan(40);
    const texts = new Set<string>();
    for (const { by, argv, hasShell } of spawned) {
      expect({ by, hasShell }).toEqual({ by: 'spawn', hasShell: false });
      const [program = '', ...words] = argv;
      expect(program).toBe('/usr/bin/ssh');
      const text = words.includes('-O') ? null : (words.pop() as string);
      expect(['ssh', ...words].join(' ')).toMatch(SSH_OPTIONS);
      if (text !== null) texts.add(text);
    }
    for (const text of texts) {
      expect(text).not.toMatch(DATA);
      expect(plainCommand(text)).toMatch(oneOf(REMOTE_COMMANDS));
    }
    console.log(`${spawned.length} times ssh, ${texts.size} different texts`);
  });

  test('a path of an ssh configuration that a shell would act on is a path', async () => {
    const folder = join(mitigate.folder, `x; touch ${MARK.slice(5)} $(touch ddostop-injected) "'\`id\` %h`);
    mkdirSync(folder, { recursive: true });
    const config = join(folder, '-config');
    copyFileSync(ssh.config, config);
    expect(await run('client', 'list', '--on', 'victim', '--ssh-config', config)).toBe('no mitigation is live\n');
    expect(existsSync(MARK)).toBe(false);
    for (const { argv } of recorder.spawned) expect(argv[2]).toBe(config);
  });

  test('the recorder hears of shells', async () => {
    const script = `import { exec, spawn } from 'node:child_process'; exec('true'); spawn('true', { shell: true });`;
    await lab.run('victim', [process.execPath, '--input-type=module', '-e', script], { env: recorder.env });
    expect(recorder.spawned.map(({ by, hasShell }) => `${by} ${hasShell}`)).toEqual(
      expect.arrayContaining(['exec true', 'spawn true']),
    );
  });
});

function oneOf(commands: readonly string[]): RegExp {
  return new RegExp(`^(?:${commands.join('|')})$`);
}

/** The words of the text, without what is around every command; fails on anything that is not a quoted word. */
function plainCommand(text: string): string {
  expect(text.startsWith(AROUND)).toBe(true);
  const words = text
    .slice(AROUND.length)
    .replace(/^'sh' '-c' 'i=\$\(cat; echo x\); [^']*"\$@"' 'sh' '[0-9]{1,8}' /, '');
  expect(words).toMatch(/^'[^']*'(?: '[^']*')*$/);
  return words.replaceAll("'", '');
}
