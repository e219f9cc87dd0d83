// npm test [-- VITEST ARGS]: sets up when needed, then runs every suite the machine allows.
import { spawnSync } from 'node:child_process';
import { buildIfNeeded, install, root } from './set-up.mjs';

install();
buildIfNeeded();
const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1);
