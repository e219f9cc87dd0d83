// npm run verify:cloudflare: our calls at Cloudflare's API through Prism, which holds them against the API description, and Cloudflare's own SDK against
// our stand-in. Both packages (210 MB) lie in a folder of their own in the user's cache and are no dependency.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { install, root } from './set-up.mjs';

// Newer ones of Prism want Node 24.
const PACKAGES = { cloudflare: '7.3.0', '@stoplight/prism-cli': '5.14.2' };
const START_MS = 60_000;
const reference = process.env.DDOSTOP_REFERENCE ?? join(root, '../shared/reference');
const description = join(reference, 'cloudflare-openapi-subset.json');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ddostop/verify-cloudflare');

if (!existsSync(description)) {
  console.error(`verify-cloudflare: the API description is not there (${description}); nothing was verified`);
  process.exit(1);
}
install();
installPackages();
const { bundle } = await import('./build.mjs');
await bundle('test/cloudflare/verify-cloudflare-main.ts', 'dist/tools/verify-cloudflare.mjs', { minify: false });
const port = await freePort();
const prism = startPrism();
process.exitCode = await verify().finally(() => prism.kill());

function versionOf(name) {
  const path = join(cache, 'node_modules', name, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : null;
}

function installPackages() {
  if (Object.entries(PACKAGES).every(([name, version]) => versionOf(name) === version)) return;
  console.error(`verify-cloudflare: installing into ${cache}, once`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const wanted = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  const argv = ['install', '--prefix', cache, '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...wanted];
  const { status } = spawnSync('npm', argv, { cwd: cache, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

/** Asked of the system; Prism takes it a moment later. */
function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}

// Without --errors: with it Prism refuses its own answers.
function startPrism() {
  const program = join(cache, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const argv = [program, 'mock', description, '-h', '127.0.0.1', '-p', String(port)];
  return spawn(process.execPath, argv, { stdio: 'ignore' });
}

async function verify() {
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (Date.now() > untilMs || prism.exitCode !== null) {
      console.error('verify-cloudflare: Prism does not start');
      return 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const argv = [
    join(root, 'dist/tools/verify-cloudflare.mjs'),
    cache,
    url,
    join(root, 'node_modules/typescript/bin/tsc'),
  ];
  const main = spawn(process.execPath, argv, {
    stdio: 'inherit',
    env: { ...process.env, DDOSTOP_REFERENCE: reference },
  });
  return new Promise((resolve) => main.on('close', (code) => resolve(code ?? 1)));
}

async function answers(url) {
  return fetch(`${url}/user/tokens/verify`).then(
    () => true,
    () => false,
  );
}
