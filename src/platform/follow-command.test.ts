import { describe, expect, test } from 'vitest';
import { followCommand, followWithInput } from './follow-command.js';

const node = (script: string) => [process.execPath, '-e', script];
const never = new AbortController().signal;

describe('follow a command', () => {
  test('whole lines, the code, what it said last', async () => {
    const lines: string[] = [];
    const script =
      'process.stdout.write("a\\nb"); setTimeout(() => { console.log("c\\nlast"); console.error("e"); process.exitCode = 3; }, 50)';
    expect(await followCommand(node(script), (line) => lines.push(line), never)).toEqual({ code: 3, stderr: 'e\n' });
    expect(lines).toEqual(['a', 'bc', 'last']);
  });

  test('lines and messages are bounded', async () => {
    const lines: string[] = [];
    const script = 'console.log("x".repeat(3 << 20)); console.log("next"); console.error("y".repeat(1 << 20))';
    const { stderr } = await followCommand(node(script), (line) => lines.push(line), never);
    expect(lines.map(({ length }) => length)).toEqual([1024 * 1024, 4]);
    expect(stderr.length).toBeLessThanOrEqual(4096);
  });

  test('told to end', async () => {
    const controller = new AbortController();
    const script = 'console.log("up"); setInterval(() => {}, 1000)';
    expect(await followCommand(node(script), () => controller.abort(), controller.signal)).toEqual({
      code: null,
      stderr: '',
    });
    expect(await followCommand(node(script), () => {}, AbortSignal.abort())).toEqual({ code: null, stderr: '' });
  });

  test('one that does not hear is left alone soon', async () => {
    const controller = new AbortController();
    const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    expect((await followCommand(node(script), () => controller.abort(), controller.signal)).code).toBeNull();
  });

  test('with an input that stays open until we go', async () => {
    const controller = new AbortController();
    const lines: string[] = [];
    const script =
      'process.on("SIGTERM", () => {}); process.stdin.resume().on("end", () => process.exit(5)); console.log("up")';
    const onLine = (line: string) => {
      lines.push(line);
      controller.abort();
    };
    expect((await followWithInput(node(script), onLine, controller.signal)).code).toBe(5);
    expect(lines).toEqual(['up']);
  });

  test('missing', async () => {
    await expect(followCommand(['no-such-program-here'], () => {}, never)).rejects.toMatchObject({
      code: 'COMMAND_MISSING',
    });
  });
});
