/** The check that no unknown way leads to the terminal finds one when there is one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCommand, TestFolder } from '../support/program.js';

const SCRIPT = new URL('../../scripts/check-output.mjs', import.meta.url).pathname;
const folder = new TestFolder();
afterEach(() => folder.close());

async function check(path: string, code: string) {
  const file = join(folder.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `/** console.log in a comment is none. */\n${code}\n`);
  return runCommand([process.execPath, SCRIPT, folder.path]);
}

test.each([
  ['src/report/new.ts', "process.stdout.write('x');"],
  ['src/app/new-command.ts', 'process.stderr.write(message);'],
  ['src/app/new-command.ts', 'await writeOut(JSON.stringify(list));'],
  ['collectors/new/new.ts', "console.warn('lost');"],
  ['src/pipeline/new.ts', "console['error'](1);"],
  ['src/detect/new.ts', 'writeSync(1, text);'],
  ['src/detect/new.ts', "appendFile('/dev/tty', text);"],
  ['components/panels/NewPanel.tsx', "import { Box, Text } from 'ink';"],
  ['components/panels/NewPanel.tsx', 'return <Text>{name}</Text>;'],
  ['components/panels/NewPanel.tsx', 'return <Transform transform={() => name}>x</Transform>;'],
])('%s: %s', async (path, code) => {
  const { code: exit, stdout } = await check(path, code);
  expect(exit).toBe(1);
  expect(stdout).toContain(`${path}:2: `);
  expect(stdout).not.toContain(':1: ');
});

test.each([
  ['components/panels/NewPanel.tsx', "import { Box } from 'ink';\nreturn <Block lines={lines} />;"],
  ['src/app/standard-output.ts', 'process.stdout.write(rest);'],
  ['src/app/new.ts', 'x += 1; // console.log is for later'],
  ['src/app/new.test.ts', "console.log('a test may');"],
])('%s: %s is no way', async (path, code) => {
  expect(await check(path, code)).toMatchObject({
    code: 0,
    stdout: 'nothing reaches the terminal but by the known ways\n',
  });
});

test('there is none in the sources', async () => {
  expect(await runCommand([process.execPath, SCRIPT])).toMatchObject({ code: 0 });
});
