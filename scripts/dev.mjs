// npm run dev -- ARGS: builds without minifying (readable stack traces) and runs.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildProgram } from './build.mjs';
import { install, root } from './set-up.mjs';

install();
const { path } = await buildProgram('dist/dev', { minify: false });
const args = ['--enable-source-maps', join(root, path), ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
