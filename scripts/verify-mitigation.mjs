// npm run verify:mitigation: the suites about firewalls with everything in them, iptables-legacy too. Root; some ten minutes.
import { spawnSync } from 'node:child_process';
import { buildIfNeeded, install, root } from './set-up.mjs';

install();
buildIfNeeded();
const argv = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'test/vitest.config.ts',
  'test/mitigation',
  'test/netfilter',
];
const { status } = spawnSync(process.execPath, argv, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, DDOSTOP_TEST_WHOLE: '1' },
});
process.exitCode = status ?? 1;
