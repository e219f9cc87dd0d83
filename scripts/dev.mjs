// npm run dev -- ARGS: builds without minifying (readable stack traces) and runs.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundle } from './build.mjs';
import { install, root } from './set-up.mjs';

install();
await bundle('src/cli.tsx', 'dist/ddostop-dev.mjs', { minify: false });
const args = ['--enable-source-maps', join(root, 'dist/ddostop-dev.mjs'), ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
