import { describe, expect, test } from 'vitest';
import { findProgram } from './find-program.js';
import { firstLine, runCommand } from './run-command.js';

const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, '--', ...args];

describe('run a command', () => {
  test('gives code, both outputs and stdin through', async () => {
    const script =
      'process.stdin.pipe(process.stdout); process.stdin.on("end", () => { console.error("said"); process.exitCode = 3; });';
    expect(await runCommand(node(script), { stdin: 'text\n' })).toEqual({
      code: 3,
      signal: null,
      stdout: 'text\n',
      stderr: 'said\n',
    });
  });

  test('arguments are not read by a shell', async () => {
    const argument = `'; echo INJECTED; "$(id)" *`;
    const { stdout } = await runCommand(node('process.stdout.write(process.argv[1])', argument));
    expect(stdout).toBe(argument);
  });

  test('stdin can be opened by name, as nft does', async () => {
    const script = 'process.stdout.write(require("fs").readFileSync("/dev/stdin", "utf8"))';
    const text = 'x'.repeat(300_000);
    expect((await runCommand(node(script), { stdin: text })).stdout).toBe(text);
  });

  test('messages come in English', async () => {
    const { stdout } = await runCommand(node('process.stdout.write(process.env.LC_ALL)'), {
      env: { LC_ALL: 'de_DE.UTF-8' },
    });
    expect(stdout).toBe('C');
  });

  test('the exit code of a program that never reads its input', async () => {
    expect((await runCommand(node('process.exit(4)'), { stdin: 'x'.repeat(1_000_000) })).code).toBe(4);
  });

  test.each([
    ['missing', ['no-such-program-here'], {}, 'COMMAND_MISSING'],
    ['nothing', [], {}, 'COMMAND_MISSING'],
    ['endless', node('setInterval(() => {}, 1000)'), { timeoutMs: 200 }, 'COMMAND_TIMEOUT'],
    [
      'talkative',
      node('setInterval(() => process.stdout.write("x".repeat(65536)))'),
      { maxOutputBytes: 100_000 },
      'COMMAND_OUTPUT',
    ],
  ])('%s', async (_, argv, options, code) => {
    await expect(runCommand(argv, options)).rejects.toMatchObject({ code });
  });

  test('ends with the program, not with whoever else holds its outputs', async () => {
    const holder = 'setTimeout(() => {}, 60_000)';
    const script = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(holder)}], { stdio: "inherit", detached: true }).unref(); console.log("x".repeat(300_000))`;
    const { code, stdout } = await runCommand(node(script), { timeoutMs: 20_000 });
    expect({ code, length: stdout.length }).toEqual({ code: 0, length: 300_001 });
  });

  test('what lies in the pipe when we were busy is not lost', async () => {
    const run = runCommand(node('process.stdout.write("x".repeat(60_000))'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const endMs = Date.now() + 1500;
    while (Date.now() < endMs); // nothing is read meanwhile, and every timer is late
    expect((await run).stdout.length).toBe(60_000);
  });

  test('a program ended by a signal', async () => {
    expect(await runCommand(node('process.kill(process.pid, "SIGTERM")'))).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    });
  });
});

test('relative and empty PATH entries are not looked into', () => {
  expect(findProgram('package.json', '.::src')).toBeNull();
  expect(findProgram('sh', '/bin')).toBe('/bin/sh');
});

test('first line of a message, harmless', () => {
  expect(firstLine('\n \u001b[31mError: \u202ebad\nmore')).toBe('?[31mError: ?bad');
  expect(firstLine('')).toBe('');
});
