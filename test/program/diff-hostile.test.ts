/** `ddostop diff` of captures somebody made to harm who looks at them: nothing acts on the terminal, and no rule can be broken out of. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../src/format/address.js';
import { NO_BYTES, PacketBuilder, TCP } from '../../src/scenario/packet-builder.js';
import { type Expression, parseExpression, type Value } from '../../src/signature/compile/expression-parser.js';
import { pcap } from '../support/capture-bytes.js';
import { hostileCapture } from '../support/hostile-capture.js';
import { HIDDEN } from '../support/hostile-strings.js';
import { runProgram, TestFolder } from '../support/program.js';
import { CAPTURE_START_SEC } from '../support/sample-capture.js';
import { writeScenarioParts } from '../support/scenario-files.js';
import { inTurn } from '../support/whole.js';

const NAME = 'e\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\r\nx';
const folder = new TestFolder();
let hostile = '';
let good = '';

beforeAll(() => {
  hostile = folder.write(`${NAME}.pcapng`, hostileCapture());
  good = folder.at('good.pcap');
  writeScenarioParts([{ path: good, fromSec: 41, toSec: 71 }]);
});
afterAll(() => folder.close());

/** Lines are ended by line feeds; everything else must show. */
const expectVisible = (text: string) => expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN);

describe('texts of any kind', () => {
  test.each(['text', 'json', 'fingerprint'])('as %s: attack, good, and both', async (format) => {
    const sides: (readonly [string, string])[] = [
      [hostile, good],
      [good, hostile],
      [hostile, hostile],
    ];
    for (const [attack, reference] of sides) {
      const args = ['diff', '--attack', attack, '--good', reference, '--format', format, '--top', '100'];
      const { code, stdout, stderr } = await runProgram(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expectVisible(stdout);
      if (format !== 'text') expect(() => JSON.parse(stdout)).not.toThrow();
    }
  });

  test('one capture, cut at every place of its last part', async () => {
    const bytes = hostileCapture();
    for (const cut of [30_001, 60_001, bytes.length - 3]) {
      const path = folder.write(`cut${NAME}.pcapng`, bytes.subarray(0, cut));
      const { code, stdout, stderr } = await runProgram(['diff', path, '--target', '203.0.113.10']);
      expect(code).toBe(3);
      expectVisible(stdout);
      expectVisible(stderr);
      expect(stderr).toMatch(/^CAPTURE_CUT: /);
    }
  });

  test.each<[string, readonly string[]]>([
    ['a file that is not there', [`/nowhere/${NAME}`]],
    ['a target that is none', ['x', '--target', NAME]],
    ['a time that is none', ['x', '--from', NAME]],
    ['an output that cannot be', ['-o', `/nowhere/${NAME}`]],
  ])('%s', async (_, args) => {
    const capture = args[0] === 'x' ? [good, ...args.slice(1)] : args[0] === '-o' ? [good, ...args] : args;
    const { code, stdout, stderr } = await runProgram(['diff', ...capture]);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expectVisible(stderr);
  });
});

/** Ends a text, a comment, a command; then goes on as its author likes. */
const BREAKS = [
  '" or http.host eq "',
  "' ; rm -rf / ; '",
  '\\" or true or "',
  '"# or ssl or r#"',
  '$(reboot) `reboot` %s {}',
  '*/ drop } ; flush ruleset',
];

/** Requests of one tool from many sources; its texts are what is to be tried. */
function floodOf(text: string): Uint8Array {
  const builder = new PacketBuilder();
  const frames = Array.from({ length: 900 }, (_, i) => {
    const src = parseIpv4(`198.51.${i % 7}.${1 + (i % 251)}`) as number;
    const ip = { src, dst: parseIpv4('203.0.113.10') as number, ttl: 50 + (i % 9), id: i, df: true };
    const ends = { srcPort: 2000 + i, dstPort: 80, seq: 1, ack: 1, flags: TCP.psh | TCP.ack, window: 500 };
    const path = text.replaceAll(' ', '+');
    const payload = Buffer.from(
      `GET /${path}${i} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: ${text}\r\nX-${path}: 1\r\n\r\n`,
    );
    const time = [CAPTURE_START_SEC + Math.floor(i / 150), ((i % 150) / 150) * 1e6] as const;
    return { bytes: builder.tcp(ip, { ...ends, options: NO_BYTES }, payload).slice(), time };
  });
  return pcap(frames);
}

interface Facts {
  readonly rule: { readonly backends: { readonly waf: string | null } } | null;
}

/** Every text in the expression, every field, and every word of logic. */
function partsOf(expression: Expression): {
  readonly texts: string[];
  readonly fields: string[];
  readonly logic: string[];
} {
  const texts: string[] = [];
  const fields: string[] = [];
  const logic: string[] = [];
  const seeValue = (value: Value) => {
    if (value.kind === 'text') texts.push(value.value);
    if (value.kind === 'field') fields.push(value.name);
    if (value.kind === 'call') value.args.forEach(see);
  };
  const see = (each: Expression): void => {
    logic.push(each.kind);
    if ('operands' in each) (each.operands as readonly Expression[]).forEach(see);
    if ('operand' in each) see(each.operand as Expression);
    if (each.kind === 'value') seeValue(each.value);
    if (each.kind === 'compare') [each.left, each.right].forEach(seeValue);
    if (each.kind === 'in') for (const item of each.items) if (item.kind === 'text') texts.push(item.value);
  };
  see(expression);
  return { texts, fields, logic };
}

describe('a rule for the WAF', () => {
  test.each(inTurn(BREAKS, 0))('says what was sent: %s', async (text) => {
    const flood = folder.write('flood.pcap', floodOf(text));
    const args = ['diff', '--attack', flood, '--good', good, '--backend', 'waf', '--target', '203.0.113.10'];
    const { code, stdout } = await runProgram([...args, '--format', 'json']);
    expect(code).toBe(0);
    expectVisible(stdout);
    const { rule } = JSON.parse(stdout) as Facts;
    expect(rule).not.toBeNull();
    const waf = rule?.backends.waf ?? '';
    // One whole expression; what was sent is a text in it, and nothing else.
    const { texts, fields, logic } = partsOf(parseExpression(waf));
    expect(texts).toContain(text);
    expect(fields.filter((field) => !/^http\.(host|user_agent|cookie|request\.)/.test(field))).toEqual([]);
    expect(logic).not.toContain('or');
    const shown = await runProgram([...args]);
    expectVisible(shown.stdout);
  });
});
