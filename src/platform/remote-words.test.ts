import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteWord, remoteFollowText, remoteText } from './remote-words.js';

const PRINT = 'import sys, json; print(json.dumps(sys.argv[1:]))';
const SHELLS = ['/bin/sh', '/bin/bash'];
const print = (words: readonly string[]) => ['python3', '-X', 'utf8', '-c', PRINT, ...words];
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...`'"\\$\`;&|<>(){}[]*?!#~= -\u00e4`), maxLength: 20 }),
);

describe('words of a remote shell', () => {
  test.each(SHELLS)('arrive as they are, whatever they hold (%s)', (shell) => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const sound = words.filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
        const text = remoteText({ argv: print(sound), inputBytes: 0 });
        expect(JSON.parse(execFileSync(shell, ['-c', text], { encoding: 'utf8' }))).toEqual(sound);
      }),
      { numRuns: 15 },
    );
  });

  test.each(['\0', 'a\nb', '\u001b[2J', '\r', '\u007f', '\u009b', 'x'.repeat(20_000)])('%j is refused', (text) => {
    expect(() => quoteWord(text)).toThrow(expect.objectContaining({ code: 'BAD_REMOTE_WORD' }));
    expect(() => remoteText({ argv: ['nft', text], inputBytes: 9 })).toThrow(/BAD_REMOTE_WORD/);
    expect(() => remoteFollowText(['nft', text])).toThrow(/BAD_REMOTE_WORD/);
  });

  test.each(['', '-x', 'a b', 'x;id', 'A=b', '$HOME', '!'])('%j is no program', (program) => {
    expect(() => remoteText({ argv: [program], inputBytes: 0 })).toThrow(/BAD_REMOTE_WORD/);
  });

  test.each(['A B', '1A', 'A;id', ''])('%j is no name of a variable', (name) => {
    expect(() => remoteText({ argv: ['id'], inputBytes: 0, env: { [name]: 'x' } })).toThrow(/BAD_REMOTE_WORD/);
  });

  test('the text, in full', () => {
    const [head, script, tail] = remoteText({ argv: ['nft', '-j', '-f', '-'], inputBytes: 1234 }).split(/(i=.*"\$@")/);
    expect(head).toBe(`PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C 'sh' '-c' '`);
    expect(script).not.toContain("'");
    expect(tail).toBe(`' 'sh' '1234' 'nft' '-j' '-f' '-'`);
    expect(remoteText({ argv: ['id'], inputBytes: 0, env: { A: "x'y", B: undefined } })).toBe(
      `A='x'\\''y' PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C env -u B 'id'`,
    );
  });
});

describe('the input of a remote command', () => {
  const shells = SHELLS.flatMap((shell) =>
    ['', 'n', "a'b\n\n", 'é\u{1f600}\\n%s$(id)`id`x', 'x'.repeat(300_000)].map((text) => ({ shell, text })),
  );
  const runAs = (shell: string, argv: readonly string[], text: string, sent: string) =>
    spawnSync(shell, ['-c', remoteText({ argv, inputBytes: Buffer.byteLength(text) })], {
      input: sent,
      encoding: 'utf8',
    });

  test.each(shells)('arrives whole, whatever it is ($shell, $text.length characters)', ({ shell, text }) => {
    const { status, stdout } = runAs(shell, ['sh', '-c', 'cat; exit 7'], text, text);
    expect({ status, isWhole: stdout === text }).toEqual({ status: 7, isWhole: true });
  });

  test.each(SHELLS)('one that was cut off on the way is given to nobody (%s)', (shell) => {
    const text = 'add table a\nadd table b\n';
    for (let length = 0; length < text.length; length += 1) {
      const { status, stdout } = runAs(shell, ['echo', 'it runs'], text, text.slice(0, length));
      expect({ length, status, stdout }).toEqual({ length, status: 255, stdout: '' });
    }
  });
});

describe('a followed command', () => {
  test.each(SHELLS)('ends with its own code, and with its input (%s)', (shell) => {
    const run = (argv: readonly string[], input?: string) => {
      const stdio: ['pipe' | 'ignore', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
      const script = `import subprocess, sys
p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
${input === undefined ? 'out = p.stdout.read()' : 'p.stdin.close(); out = p.stdout.read()'}
print(p.wait(), out.decode())`;
      return execFileSync('python3', ['-c', script, shell, '-c', remoteFollowText(argv)], {
        encoding: 'utf8',
        stdio,
        timeout: 10_000,
      });
    };
    expect(run(['sh', '-c', 'echo x; exit 3'])).toBe('3 x\n\n');
    expect(run(['sleep', '30'], '')).toBe('143 \n'); // SIGTERM: its input ended
  });
});
