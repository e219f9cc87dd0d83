// npm run check: types, lint and format, the import table, ways to the terminal, build, tests. Stops at the first that fails, imports only inform.
import { spawnSync } from 'node:child_process';
import { install, root } from './set-up.mjs';

install();
const steps = [
  ['types', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', '.']],
  ['lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  ['imports', 'scripts/import-table.mjs', []],
  ['ways to the terminal', 'scripts/check-output.mjs', []],
  ['build', 'scripts/build.mjs', []],
  ['tests', 'scripts/test.mjs', process.argv.slice(2)],
];
for (const [name, script, args] of steps) {
  console.log(`— ${name}`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
