/** `ddostop diff` as people use it: two captures or one, every form of the result, refusals, damage, and wrong command lines. */
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/signature/backend.js';
import { PROGRAM, runCommand, runProgram, TestFolder } from '../support/program.js';
import { smallCapture } from '../support/sample-capture.js';
import { SCENARIO_START_SEC, writeScenarioParts } from '../support/scenario-files.js';
import { describeWith } from '../support/system.js';
import { IS_WHOLE, inTurn } from '../support/whole.js';

const SHOP = '203.0.113.10';
/** `CODE: what. hint` */
const ERROR_LINE = /^[A-Z][A-Z0-9_]+: .+\. .+\n$/;

interface Bounds {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

interface Rule {
  readonly text: string;
  readonly of: string;
  readonly clauses: readonly {
    readonly predicates: readonly { readonly operator: string }[];
    readonly recall: number;
  }[];
  readonly recall: Bounds;
  readonly collateral: Bounds;
  readonly backends: Readonly<Record<string, string | null | readonly string[]>>;
}

interface Facts {
  readonly target: string | null;
  readonly attack: { readonly packets: number; readonly firstTime: number };
  readonly good: { readonly packets: number; readonly is: string; readonly lastTime: number };
  readonly attackFraction: number;
  readonly attackFractionFrom: string;
  readonly vectors: readonly { readonly id: string; readonly share: number }[];
  readonly attributes: readonly {
    readonly name: string;
    readonly divergence: number | null;
    readonly values: readonly Readonly<Record<string, unknown>>[];
  }[];
  readonly rule: Rule | null;
  readonly refused: { readonly code: string; readonly message: string; readonly evidence: object } | null;
  readonly requests: { readonly rule: Rule | null; readonly refused: object | null } | null;
}

const folder = new TestFolder();
const at = (name: string) => folder.at(name);
let syn: string[] = [];
let http: string[] = [];

beforeAll(() => {
  writeScenarioParts([
    { path: at('syn.pcap'), fromSec: 16, toSec: 18 },
    { path: at('good.pcap'), fromSec: 41, toSec: 71 },
    { path: at('more.pcap'), fromSec: 98, toSec: 128 },
    { path: at('http.pcap'), fromSec: 133, toSec: 138 },
    { path: at('one.pcap'), fromSec: 0, toSec: 21 },
  ]);
  syn = ['diff', '--attack', at('syn.pcap'), '--good', at('good.pcap')];
  http = ['diff', '--attack', at('http.pcap'), '--good', at('good.pcap'), '--target', SHOP];
});
afterAll(() => folder.close());

async function factsOf(args: readonly string[]): Promise<Facts> {
  const { code, stdout, stderr } = await runProgram([...args, '--format', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Facts;
}

function expectShares({ attributes, rule, attackFraction, vectors }: Facts): void {
  const shares = [attackFraction, ...vectors.map(({ share }) => share)];
  for (const { divergence, values } of attributes) {
    if (divergence !== null) shares.push(divergence);
    for (const { attackShare, goodShare } of values) shares.push(Number(attackShare), Number(goodShare ?? 0));
  }
  for (const { estimate, low, high } of rule === null ? [] : [rule.recall, rule.collateral]) {
    shares.push(estimate, low, high);
    expect([low <= estimate + 1e-9, estimate <= high + 1e-9]).toEqual([true, true]);
  }
  for (const share of shares) expect(share >= 0 && share <= 1, String(share)).toBe(true);
}

describe('two captures', () => {
  test('JSON has every key of the schema, and shares are shares', async () => {
    const facts = await factsOf([...syn, '--target', SHOP]);
    expect(Object.keys(facts)).toEqual(
      'schema target attack good attackFraction attackFractionFrom vectors attributes rule refused requests'.split(' '),
    );
    expect(facts).toMatchObject({ schema: 'ddostop.diff/1', target: SHOP, refused: null, good: { is: 'capture' } });
    expect(facts.vectors[0]?.id).toBe('tcp-syn');
    for (const { name, values } of facts.attributes) {
      for (const value of values)
        expect(Object.keys(value), name).toEqual(['value', 'attackShare', 'goodShare', 'lift', 'liftLow']);
    }
    const rule = facts.rule as Rule;
    for (const predicate of rule.clauses.flatMap(({ predicates }) => predicates)) {
      expect(Object.keys(predicate)).toEqual(['attribute', 'operator', 'value']);
      expect(['eq', 'in', 'range']).toContain(predicate.operator);
    }
    expect(rule.recall.estimate).toBeGreaterThan(0.95);
    expect(rule.collateral.estimate).toBe(0);
    const kinds = Object.entries(rule.backends).map(([name, text]) => [
      name,
      Array.isArray(text) ? 'list' : typeof text,
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      bpf: 'string',
      nft: 'list',
      iptables: 'list',
      ip6tables: 'list',
      networkFirewall: 'string',
      waf: 'object',
      flowspec: 'list',
    });
    expectShares(facts);
  });

  test('text: what tells them apart, the rule, every backend; no colours, whatever NO_COLOR says', async () => {
    const { stdout } = await runProgram(syn);
    for (const words of ['What tells them apart (packets)', '  stops ', '  harms 0%', 'Rule of packets\n  ip.'])
      expect(stdout).toContain(words);
    for (const title of ['tcpdump', 'nft', 'iptables', 'Network Firewall', 'flowspec'])
      expect(stdout).toContain(`\n${title}\n`);
    expect(stdout).not.toContain('\x1b');
    const again = await runProgram(syn, { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    expect(again.stdout).toBe(stdout);
  });

  test('the same captures and seed give the same bytes, another order of options too', async () => {
    const [one, other] = await Promise.all([
      runProgram([...syn, '--format', 'json', '--seed', '7']),
      runProgram(['diff', '--seed', '7', '--format', 'json', ...syn.slice(1)]),
    ]);
    expect(other.stdout).toBe(one.stdout);
  });

  test('a flood of requests: cookies and assets that are missing, and a rule for the WAF', async () => {
    const facts = await factsOf(http);
    expect(facts.vectors[0]?.id).toBe('app-http-get');
    const first = (name: string) => facts.attributes.find((each) => each.name === name)?.values[0];
    expect(first('client.assets')).toMatchObject({ value: 'pages only' });
    expect(first('http.hasCookie')).toMatchObject({ value: 0 });
    expect(first('http.missingCookies')?.['goodShare']).toBeLessThan(0.3);
    expect(facts.requests?.rule?.backends['waf']).toMatch(/^http\.host eq "|^ip\.dst|^\(|^http\./);
    expectShares(facts);
  });

  test('fingerprint', async () => {
    const { code, stdout, stderr } = await runProgram([...syn, '--target', SHOP, '--format', 'fingerprint']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const print = JSON.parse(stdout) as { attack_vectors: Record<string, unknown>[] } & Record<string, unknown>;
    expect(print).toMatchObject({
      target: SHOP,
      tags: ['SYN flood'],
      total_packets: expect.any(Number),
      duration_seconds: 2,
      time_start: '2025-10-09T08:53:36.000Z',
      ddostop_rule: expect.stringContaining('tcp'),
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(print.attack_vectors[0]).toMatchObject({ service: 'SYN flood', protocol: { TCP: 1 }, source_ips: 'random' });
  });

  test.each(inTurn(['bpf', 'nft', 'iptables', 'network-firewall', 'flowspec'], 0, 4))(
    '--backend %s: that one only',
    async (name) => {
      const { stdout } = await runProgram([...syn, '--backend', name]);
      const titles = ['tcpdump', 'nft', 'iptables', 'Network Firewall', 'flowspec'];
      const told = titles.filter((title) => stdout.includes(`\n${title}\n`));
      expect(told).toEqual([
        titles[
          BACKENDS.filter((backend) => backend !== 'waf').findIndex(
            (backend) => backend.toLowerCase() === name.replace('-', ''),
          )
        ],
      ]);
      // What is made for a backend it can say.
      expect(stdout).not.toContain('left out');
    },
  );

  test('--backend waf: a rule of requests; without requests a refusal that says so', async () => {
    const facts = await factsOf([...http, '--backend', 'waf']);
    expect(facts.rule).toMatchObject({ of: 'request', backends: { bpf: null, nft: [], waf: expect.any(String) } });
    writeScenarioParts([{ path: at('short.pcap'), fromSec: 16, toSec: 16.2 }]);
    const none = await factsOf(['diff', '--attack', at('short.pcap'), '--good', at('good.pcap'), '--backend', 'waf']);
    expect(none.rule).toBeNull();
    expect(none.refused?.code).toMatch(/^[A-Z_]+$/);
  });

  test.skipIf(!IS_WHOLE)('--protect: more protection, no more harm [left to: npm run verify:whole]', async () => {
    const [stop, protect] = await Promise.all(['1', '100'].map((n) => factsOf([...http, '--protect', n])));
    expect(protect?.rule?.collateral.estimate).toBeLessThanOrEqual(stop?.rule?.collateral.estimate ?? 1);
  });

  test('--top: so many attributes', async () => {
    const lines = (text: string) =>
      text.split('\n').filter((line) => /^\S.* \([a-z]+\.[A-Za-z0-9]+\)/.test(line)).length;
    const one = ['diff', at('one.pcap'), '--backend', 'bpf', '--top'];
    expect(lines((await runProgram([...one, '3'])).stdout)).toBe(3);
    expect(lines((await runProgram([...one, '8'])).stdout)).toBe(8);
  });
});

describe('one capture', () => {
  test('finds who is attacked, and since when', async () => {
    const facts = await factsOf(['diff', at('one.pcap')]);
    expect(facts).toMatchObject({ target: SHOP, good: { is: 'before' }, attackFractionFrom: 'rates', refused: null });
    expect(Math.abs(facts.attack.firstTime - SCENARIO_START_SEC - 15)).toBeLessThan(1);
    expect(facts.good.lastTime).toBeLessThan(facts.attack.firstTime - 0.5);
    expect(facts.attackFraction).toBeCloseTo(0.975, 1);
    expect(facts.rule?.recall.estimate).toBeGreaterThan(0.95);
    expect(facts.rule?.backends['bpf']).toContain(`dst host ${SHOP}`);
  });

  const forms: readonly (readonly [string, string, string])[] = [
    ['seconds after the first packet', '+16', '+20'],
    ['epoch seconds', String(SCENARIO_START_SEC + 16), String(SCENARIO_START_SEC + 20)],
    ['ISO 8601', '2025-10-09T08:53:36Z', '2025-10-09T08:53:40Z'],
  ];
  test.each(inTurn(forms, 0, 4))('--target, --from and --to: %s', async (_, from, to) => {
    const facts = await factsOf(['diff', at('one.pcap'), '--target', '203.0.113.0/24', '--from', from, '--to', to]);
    expect(facts.target).toBe('203.0.113.0/24');
    expect(Math.abs(facts.attack.firstTime - SCENARIO_START_SEC - 16)).toBeLessThan(0.1);
    expect(facts.attack.packets).toBeGreaterThan(17_000);
    expect(facts.attack.packets).toBeLessThan(19_000);
    // The second between the onset and --from belongs to neither.
    expect(facts.good.lastTime).toBeLessThan(SCENARIO_START_SEC + 15);
  });

  test('without a time before the attack, the rest of the traffic is the contrast, and is called that', async () => {
    const facts = await factsOf(['diff', at('syn.pcap'), '--target', SHOP]);
    expect(facts.good.is).toBe('rest');
    const { stdout } = await runProgram(['diff', at('syn.pcap'), '--target', SHOP]);
    expect(stdout).toContain('a contrast, no baseline');
  });
});

describe('a refusal is a result', () => {
  test('good against good', async () => {
    const facts = await factsOf(['diff', '--attack', at('more.pcap'), '--good', at('good.pcap')]);
    expect(facts.rule).toBeNull();
    expect(facts.refused).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      message: expect.stringMatching(/\d.*\./),
    });
    const { code, stdout } = await runProgram(['diff', '--attack', at('more.pcap'), '--good', at('good.pcap')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: none, [A-Z_]+\n {2}\S/);
  });

  test('too few packets; and the fingerprint has no rule', async () => {
    writeScenarioParts([{ path: at('few.pcap'), fromSec: 16, toSec: 16.02 }]);
    const args = ['diff', '--attack', at('few.pcap'), '--good', at('good.pcap')];
    expect((await factsOf(args)).refused?.code).toBe('TOO_FEW_ROWS');
    expect(JSON.parse((await runProgram([...args, '--format', 'fingerprint'])).stdout)).toMatchObject({
      ddostop_rule: null,
    });
  });
});

describe('where the result goes', () => {
  test('-o: a file for its owner, nothing on stdout', async () => {
    const out = at('rule.json');
    expect(await runProgram([...syn, '--format', 'json', '-o', out])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ schema: 'ddostop.diff/1' });
  });

  test('-o that cannot be', async () => {
    const { code, stdout, stderr } = await runProgram([...syn, '-o', '/nonexistent/rule']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^OUTPUT_FILE: .*\n$/);
  });
});

describeWith(['sh', 'head'], 'a reader that has seen enough, a disk that is full', () => {
  const shell = (line: string) => runCommand(['sh', '-c', line, process.execPath, PROGRAM, ...syn]);

  test('| head', async () => {
    const { stdout, stderr } = await shell('{ "$0" "$@" --format json --top 100; echo "code $?" >&2; } | head -c 100');
    expect(stdout).toHaveLength(100);
    expect(stderr).toBe('code 0\n');
  });

  test('/dev/full', async () => {
    const { stderr } = await shell('"$0" "$@" >/dev/full; echo "code $?" >&2');
    expect(stderr).toMatch(/^OUTPUT_WRITE: .*no space left.*\ncode 1\n$/);
  });
});

describe('damage: what lies before it is compared', () => {
  test.each(['attack', 'good'] as const)('of the %s', async (side) => {
    const cut = folder.write(
      `cut-${side}.pcap`,
      readFileSync(at(side === 'attack' ? 'syn.pcap' : 'good.pcap')).subarray(0, -7),
    );
    const [attack, good] = side === 'attack' ? [cut, at('good.pcap')] : [at('syn.pcap'), cut];
    const { code, stdout, stderr } = await runProgram(['diff', '--attack', attack, '--good', good, '--format', 'json']);
    expect(code).toBe(3);
    expect(stderr).toMatch(new RegExp(`^CAPTURE_CUT: cut-${side}\\.pcap: .*\\n$`));
    expect((JSON.parse(stdout) as Facts).attack.packets).toBeGreaterThan(8000);
  });

  test('of both: both are told', async () => {
    const { code, stderr } = await runProgram([
      'diff',
      '--attack',
      at('cut-attack.pcap'),
      '--good',
      at('cut-good.pcap'),
    ]);
    expect(code).toBe(3);
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('cut-attack'),
      expect.stringContaining('cut-good'),
      '',
    ]);
  });

  test('of the one', async () => {
    const cut = folder.write('cut.pcap', readFileSync(at('one.pcap')).subarray(0, -7));
    const { code, stdout, stderr } = await runProgram(['diff', cut]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^CAPTURE_CUT: .*\n$/);
    expect(stdout).toContain('\nRule\n');
  });
});

describe('what cannot work: one line on stderr, nothing on stdout', () => {
  test.each<[string, (file: string) => string[], number, RegExp]>([
    ['nothing', () => [], 2, /^USAGE: expected one capture, or --attack and --good/],
    ['an attack without good', (file) => ['--attack', file], 2, /^USAGE: expected/],
    ['good without an attack', (file) => ['--good', file], 2, /^USAGE: expected/],
    ['a file and --attack', (file) => [file, '--attack', file], 2, /^USAGE: expected/],
    ['a file and both', (file) => [file, '--attack', file, '--good', file], 2, /^USAGE: expected/],
    ['two files', (file) => [file, file], 2, /too many arguments/],
    [
      '--from with two captures',
      (file) => ['--attack', file, '--good', file, '--from', '+1'],
      2,
      /^USAGE: --from and --to/,
    ],
    [
      '--to with two captures',
      (file) => ['--attack', file, '--good', file, '--to', '+1'],
      2,
      /^USAGE: --from and --to/,
    ],
    ['a target that is none', (file) => [file, '--target', 'shop'], 2, /^USAGE: --target: "shop"/],
    ['a time that is none', (file) => [file, '--from', 'noon'], 2, /^USAGE: --from: "noon"/],
    ['an end before the beginning', (file) => [file, '--from', '+5', '--to', '+2'], 2, /^USAGE: --from does not lie/],
    ['no time between them', (file) => [file, '--from', '+5', '--to', '+5'], 2, /^USAGE: --from does not lie/],
    ['a backend that is none', (file) => [file, '--backend', 'pf'], 2, /choices are bpf, nft, iptables/],
    ['a format that is none', (file) => [file, '--format', 'xml'], 2, /choices are text, json, fingerprint/],
    ['--protect 0', (file) => [file, '--protect', '0'], 2, /--protect: .*expected 1 to 100|expected 1 to 100/],
    ['--protect 101', (file) => [file, '--protect', '101'], 2, /expected 1 to 100/],
    ['--top 0', (file) => [file, '--top', '0'], 2, /expected 1 to 100/],
    ['--seed -1', (file) => [file, '--seed', '-1'], 2, /expected 0 to/],
    ['an unknown option', (file) => [file, '--nope'], 2, /unknown option '--nope'/],
    ['stdin', () => ['-'], 2, /^USAGE: .*stdin can be read once/],
    ['no such file', () => ['/nonexistent/x.pcap'], 1, /^CAPTURE_NOT_FOUND: /],
    ['no such attack', (file) => ['--attack', '/nonexistent/x.pcap', '--good', file], 1, /^CAPTURE_NOT_FOUND: /],
    ['no such good', (file) => ['--attack', file, '--good', '/nonexistent/x.pcap'], 1, /^CAPTURE_NOT_FOUND: /],
    ['no capture', (file) => ['--attack', file, '--good', PROGRAM], 1, /^CAPTURE_FORMAT: /],
    ['nobody of that address', (file) => [file, '--target', '192.0.2.1'], 1, /^DIFF_EMPTY: /],
    ['a time when there is nothing', (file) => [file, '--from', '+900'], 1, /^DIFF_EMPTY: /],
  ])('%s', async (_, args, code, words) => {
    const file = folder.write('small.pcap', smallCapture());
    const result = await runProgram(['diff', ...args(file)]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(words);
    if (!/--help/.test(result.stderr)) expect(result.stderr).toMatch(ERROR_LINE);
    expect(result.stderr).not.toMatch(/\n {4}at /); // no stack
  });
});

describe('help', () => {
  (IS_WHOLE ? test : test.skip)('its examples are command lines that run [left to: npm run verify:whole]', async () => {
    const { code, stdout } = await runProgram(['diff', '--help']);
    expect(code).toBe(0);
    const examples = [...stdout.matchAll(/^ {2}ddostop (diff [^|\n]*?)(?: {3,}.*| \|.*)?$/gm)].map(
      ([, line]) => line ?? '',
    );
    expect(examples).toHaveLength(5);
    const names: Readonly<Record<string, string>> = {
      'flood.pcap': at('one.pcap'),
      'monday.pcap': at('good.pcap'),
      'a.pcap': at('syn.pcap'),
      'b.pcap': at('good.pcap'),
      'fingerprint.json': at('fingerprint.json'),
      '192.0.2.10': SHOP,
      '+30': '+16',
    };
    for (const line of examples) {
      const args = line.split(' ').map((word) => names[word] ?? word);
      if (line.includes('--attack flood.pcap')) args[2] = at('syn.pcap');
      const result = await runProgram(args);
      expect({ line, code: result.code, stderr: result.stderr }).toEqual({ line, code: 0, stderr: '' });
    }
  });
});
