import { describe, expect, test } from 'vitest';
import type { RunCommand } from '../../src/platform/run-command.js';
import { acceptAll, compileFilter, parseProgram, programBytes, REJECT_ALL, withDirection } from './bpf-program.js';

const instruction = (code: number, jumpTrue: number, jumpFalse: number, k: number) => ({
  code,
  jumpTrue,
  jumpFalse,
  k,
});

test('tcpdump -ddd -s 256 -y EN10MB ip', () => {
  expect(parseProgram('4\n40 0 0 12\n21 0 1 2048\n6 0 0 256\n6 0 0 0\n')).toEqual([
    instruction(0x28, 0, 0, 12),
    instruction(0x15, 0, 1, 2048),
    instruction(6, 0, 0, 256),
    instruction(6, 0, 0, 0),
  ]);
});

test.each([
  '',
  '0\n',
  'tcpdump: syntax error\n',
  '2\n6 0 0 0\n',
  '1\n6 0 0 0\n6 0 0 0\n',
  '1\n6 0 0\n',
  '1\n6 0 0 0 0\n',
  '1\n6 0 0 -1\n',
  '1\n6 0 0 4294967296\n',
  '1\n6 256 0 0\n',
  '1\n65536 0 0 0\n',
  '1\n0x6 0 0 0\n',
  '4097\n',
])('%j is no program', (text) => {
  expect(() => parseProgram(text)).toThrow();
});

test('bytes are struct sock_filter in host order', () => {
  const bytes = programBytes([instruction(0x15, 1, 2, 0x0102_0304)]);
  expect(bytes).toHaveLength(8);
  expect(new Uint16Array(bytes.buffer)[0]).toBe(0x15);
  expect([bytes[2], bytes[3]]).toEqual([1, 2]);
  expect(new Uint32Array(bytes.buffer)[1]).toBe(0x0102_0304);
});

/** What the kernel does with the few instructions that are put ahead of a filter. */
function kept(program: ReturnType<typeof acceptAll>, packetType: number): number {
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const { code, jumpTrue, jumpFalse, k } = program[at]!;
    if (code === 0x06) return k;
    if (code === 0x15) at += accumulator === k ? jumpTrue : jumpFalse;
    else if (code === 0x20 && k === 0xffff_f004) accumulator = packetType;
    else if (code === 0x00) accumulator = k;
    else throw new Error(`code ${code}`);
  }
}

describe('direction', () => {
  const [HOST, OTHER, OUTGOING] = [0, 3, 4];
  test.each([
    ['in', [256, 256, 0]],
    ['out', [0, 0, 256]],
    ['inout', [256, 256, 256]],
  ] as const)('%s', (direction, expected) => {
    const program = withDirection(acceptAll(256), direction);
    expect([HOST, OTHER, OUTGOING].map((type) => kept(program, type!))).toEqual(expected);
  });
  test('nothing passes REJECT_ALL', () => {
    expect(kept(REJECT_ALL, 0)).toBe(0);
  });
});

describe('compiling', () => {
  const answers =
    (code: number, stdout: string, stderr = ''): RunCommand =>
    () =>
      Promise.resolve({ code, signal: null, stdout, stderr });

  test('no filter needs no tcpdump', async () => {
    const never: RunCommand = () => Promise.reject(new Error('called'));
    expect(await compileFilter('eth0', ' ', 96, never)).toEqual(acceptAll(96));
  });

  test('the filter is one argument behind "--", whatever it looks like', async () => {
    let seen: readonly string[] = [];
    const run: RunCommand = (argv) => {
      seen = argv;
      return answers(0, '1\n6 0 0 96\n')(argv);
    };
    await compileFilter('eth0', '-w /etc/passwd; reboot', 96, run);
    expect(seen).toEqual(['tcpdump', '-ddd', '-i', 'eth0', '-s', '96', '--', '-w /etc/passwd; reboot']);
  });

  test('a syntax error says so', async () => {
    const run = answers(1, '', "tcpdump: can't parse filter expression: syntax error");
    await expect(compileFilter('eth0', 'tcp prot', 96, run)).rejects.toMatchObject({ code: 'FILTER_SYNTAX' });
  });
});
