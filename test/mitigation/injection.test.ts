/** Whatever is typed, or stands in a file: it is refused with 2 before anything is done, or it is data. Nothing runs here; injection-kernel.test.ts runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MitigateAction } from '../../src/app/mitigate/mitigate-command.js';
import type { MitigateOptions } from '../../src/app/mitigate/mitigate-options.js';
import { HIDDEN } from '../support/hostile-strings.js';
import { HOSTILE_TEXTS } from './injection-texts.js';
import { RecordedMitigate, type RecordedRun } from './recorded-mitigate.js';

const BLOCK = { block: ['198.51.100.0/24'] };

type Field = readonly [name: string, options: (text: string) => MitigateOptions, action: MitigateAction];

const FIELDS: readonly Field[] = [
  ['--block', (text) => ({ block: [text] }), 'apply'],
  ['--block beside a good one', (text) => ({ block: ['198.51.100.7', text] }), 'apply'],
  ['--block-target', (text) => ({ blockTarget: [text] }), 'apply'],
  ['--allow', (text) => ({ ...BLOCK, allow: [text] }), 'apply'],
  ['--guard', (text) => ({ ...BLOCK, guard: [text] }), 'apply'],
  ['--guard, its address', (text) => ({ ...BLOCK, guard: [`${text}:22`] }), 'apply'],
  ['--rate-limit', (text) => ({ rateLimit: [`${text}=5`] }), 'apply'],
  ['--rate-limit, its rate', (text) => ({ rateLimit: [`198.51.100.0/24=${text}`] }), 'apply'],
  ['--rate-limit-each', (text) => ({ rateLimitEach: [`${text}=5`] }), 'apply'],
  ['--rate-limit-target', (text) => ({ rateLimitTarget: [`${text}=5`] }), 'apply'],
  ['--connection-limit', (text) => ({ connectionLimit: [`${text}:443=5`] }), 'apply'],
  ['--count-senders', (text) => ({ countSenders: [text] }), 'apply'],
  ['--ingress', (text) => ({ ...BLOCK, ingress: [text] }), 'apply'],
  ['--good', (text) => ({ ...BLOCK, sampleOnly: true, good: [text] }), 'apply'],
  ['--why', (text) => ({ ...BLOCK, why: text }), 'apply'],
  ['--why behind a good word', (text) => ({ ...BLOCK, why: `syn${text}` }), 'apply'],
  ['--incident', (text) => ({ ...BLOCK, incident: `i1 ${text}` }), 'apply'],
  ['--ttl', (text) => ({ ...BLOCK, ttl: `10m${text}` }), 'apply'],
  ['--confirm-window', (text) => ({ ...BLOCK, confirmWindow: `30s${text}` }), 'apply'],
  ['--rate', (text) => ({ ...BLOCK, rate: `5${text}` }), 'apply'],
  ['--backend', (text) => ({ ...BLOCK, backend: `nft${text}` }), 'apply'],
  ['--on', (text) => ({ ...BLOCK, on: ` ${text}` }), 'apply'],
  ['--on, an account', (text) => ({ ...BLOCK, on: `root ${text}@edge1` }), 'apply'],
  ['confirm', (text) => ({ id: text }), 'confirm'],
  ['undo', (text) => ({ id: text }), 'undo'],
  ['extend', (text) => ({ id: text }), 'extend'],
  ['list --on', (text) => ({ on: `-${text}` }), 'list'],
];

describe('hostile texts on the command line', () => {
  let mitigate: RecordedMitigate;
  beforeAll(() => {
    mitigate = new RecordedMitigate();
  });
  afterAll(() => mitigate.close());

  test('the recorder sees what a sound one runs, which is constant', async () => {
    const { code, calls, inputs } = await mitigate.run('apply', {
      ...BLOCK,
      yes: true,
      why: 'tcp-syn',
      incident: 'i:1',
    });
    expect(code).toBe(0);
    expect(calls.length).toBeGreaterThan(5);
    for (const argv of calls) expect(argv.join(' ')).toMatch(CONSTANT);
    expect(inputs.join('')).toContain('198.51.100.0');
  });

  test.each(FIELDS)(
    '%s: refused with 2, nothing was done, nothing reaches the terminal',
    async (_, optionsOf, action) => {
      for (const text of HOSTILE_TEXTS) {
        const run = await mitigate.run(action, { yes: true, ...optionsOf(text) });
        mustBeRefused(text, run);
      }
    },
  );

  test('the path of an ssh configuration that no file can have', async () => {
    for (const text of ['', 'a\0b', 'a\nb', '\u001b[2J', 'x'.repeat(10_240)]) {
      mustBeRefused(text, await mitigate.run('list', { on: 'edge1', sshConfig: text }));
    }
  });

  test('files of prefixes: refused by the line', async () => {
    const path = join(mitigate.folder, 'list.netset');
    for (const text of HOSTILE_TEXTS.filter((one) => !/^[\s#;,]|[\s#;,]/.test(one))) {
      writeFileSync(path, `198.51.100.7\n${text}\n`);
      mustBeRefused(text, await mitigate.run('apply', { yes: true, blockFile: path }));
    }
  });

  test('files of prefixes: what stands behind a blank or a comment sign is a comment', async () => {
    const path = join(mitigate.folder, 'drop.txt');
    const texts = HOSTILE_TEXTS.map((text) => text.replaceAll(/[\r\n]/g, ' '));
    writeFileSync(path, texts.map((text, i) => `198.18.0.${i} # ${text}\n`).join(''));
    const { code, calls, inputs } = await mitigate.run('apply', { yes: true, blockFile: path });
    expect(code).toBe(0);
    for (const argv of calls) expect(argv.join(' ')).toMatch(CONSTANT);
    for (const input of inputs) expect(input).not.toMatch(/injected|COMMIT|include|jump ACCEPT/);
  });

  test('signatures: what is none is refused, hostile in every place', async () => {
    for (const text of HOSTILE_TEXTS) {
      for (const file of [text, ...hostileDiffs(text)])
        mustBeRefused(text, await mitigate.run('apply', { yes: true, signature: '-' }, file));
    }
  });

  test('signatures: a value that no attribute has comes into no rule', async () => {
    for (const text of HOSTILE_TEXTS.filter((one) => one.length <= 64)) {
      for (const file of hostileValues(text)) {
        const { code, stdout, stderr, calls, inputs } = await mitigate.run(
          'apply',
          { yes: true, signature: '-' },
          file,
        );
        expect({ file, code, stdout, inputs: inputs.length }).toEqual({ file, code: 1, stdout: '', inputs: 0 });
        expect(stderr).toMatch(/^SIGNATURE_LEFT: /);
        for (const argv of calls) expect(argv.join(' ')).toMatch(CONSTANT);
        expect(stderr.replaceAll('\n', '')).not.toMatch(HIDDEN);
      }
    }
  });

  test('any text at all in any place: it is refused, or it runs constant words only', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE_TEXTS.map((text) => text.slice(0, 40))),
      fc.constantFrom(
        '198.51.100.7',
        '/24',
        '2001:db8::1',
        ':22',
        '=5',
        'a',
        '1',
        's',
        '@',
        '-',
        '_',
        '.',
        '%',
        '[',
        ']',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const typed = FIELDS.filter(([name]) => !name.includes('--on')); // a sound name of a host would be looked for
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...typed), text, async ([, optionsOf, action], hostile) => {
        const run = await mitigate.run(action, { yes: true, ...optionsOf(hostile) });
        for (const argv of run.calls) expect(argv.join(' ')).toMatch(CONSTANT);
        expect(run.stderr.replaceAll('\n', '')).not.toMatch(HIDDEN);
        if (run.code === 2) mustBeRefused(hostile, run);
      }),
      { numRuns: 600 },
    );
  });
});

/** Every command there is on a machine without iptables; names in it are ours by their form. */
const CONSTANT =
  /^(?:nft -j (?:-t )?list (?:tables|table inet ddostop|set inet ddostop [a-z0-9_]{1,31})|nft (?:-j )?(?:-c )?-f -|ss -Htnp state established)$/;

function mustBeRefused(text: string, { code, stdout, stderr, calls, inputs }: RecordedRun): void {
  const ran = calls.map((argv) => argv.join(' '));
  expect({ text: text.slice(0, 80), code, stdout, ran, inputs: inputs.length, stderr }).toMatchObject({
    code: 2,
    stdout: '',
    ran: [],
    inputs: 0,
    stderr: expect.stringMatching(/^[A-Z_]+: /),
  });
  expect(stderr.length).toBeLessThan(1000);
  expect(stderr.replaceAll('\n', '')).not.toMatch(HIDDEN);
}

const TTL = { attribute: 'ip.ttl', operator: 'eq', value: 99 };

function diffText(predicate: object, target: unknown = null, schema = 'ddostop.diff/1'): string {
  const rule = { of: 'packet', clauses: [{ predicates: [predicate] }] };
  return JSON.stringify({ schema, target, rule, refused: null });
}

/** A diff as it should be, with the text in one place after the other. */
function hostileDiffs(text: string): string[] {
  return [
    diffText({ ...TTL, attribute: `ip.ttl${text}` }),
    diffText({ ...TTL, operator: text }),
    diffText({ ...TTL, operator: 'range', value: [1, text] }),
    diffText(TTL, text),
    diffText(TTL, null, text),
  ];
}

/** As the value of attributes that have numbers, prefixes and bytes. */
function hostileValues(text: string): string[] {
  const attributes = ['ip.ttl', 'ip.src', 'port.dst', 'tcp.flags', 'payload.first4'];
  return attributes.flatMap((attribute) => [
    diffText({ attribute, operator: 'eq', value: text }),
    diffText({ attribute, operator: 'in', value: ['1', text] }),
  ]);
}
