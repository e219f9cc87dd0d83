// npm run verify:whole [-- PATHS]: the suites with everything in them that `npm test` leaves out for time. Root.
import { spawnSync } from 'node:child_process';
import { buildIfNeeded, install, root } from './set-up.mjs';

install();
buildIfNeeded();
const argv = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, argv, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, DDOSTOP_TEST_WHOLE: '1' },
});
process.exitCode = status ?? 1;
