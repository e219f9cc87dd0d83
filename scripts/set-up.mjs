// What `npm start` and `npm test` do first: install when node_modules is missing or older than the lock file, build when
// dist is older than a source. Everything it says goes to stderr, so that stdout carries only the result.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['src', 'components', 'collectors', 'scripts', 'package.json', 'tsconfig.json'];

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Ends the process when the command fails. Its stdout goes to stderr. */
function run(what, command, args) {
  console.error(`ddostop: ${what}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) console.error(`ddostop: cannot run ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`ddostop: needs Node 20.19 or newer, this is ${process.versions.node}. Install a newer Node.js.`);
  process.exit(1);
}

export function install() {
  checkNode();
  if (modified(join(root, 'node_modules/.package-lock.json')) >= modified(join(root, 'package-lock.json'))) return;
  run('installing packages (npm ci), once', 'npm', ['ci', '--no-audit', '--no-fund']);
}

export function buildIfNeeded() {
  const built = modified(join(root, 'dist/ddostop.cjs'));
  if (built > 0 && built >= Math.max(...SOURCES.map((name) => newest(join(root, name))))) return;
  run('building dist/ddostop.cjs', process.execPath, ['scripts/build.mjs']);
}
