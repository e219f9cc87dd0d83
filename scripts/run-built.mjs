// node scripts/run-built.mjs NAME ARGS: bundles one of the project's own tools and runs it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded, install, root } from './set-up.mjs';

const TOOLS = {
  'verify-captures': 'test/captures/verify-captures-main.ts',
  'verify-detection': 'test/captures/verify-detection-main.ts',
  'verify-signatures': 'test/signature/verify-signatures-main.ts',
  fuzz: 'test/fuzz/fuzz-main.ts',
  'edge-flood': 'test/cloudflare/edge-flood-main.ts',
};
const [name, ...args] = process.argv.slice(2);
if (!(name in TOOLS)) {
  console.error(`run-built: expected one of ${Object.keys(TOOLS).join(', ')}, got "${name}"`);
  process.exit(2);
}
install();
buildIfNeeded();
const { bundle } = await import('./build.mjs');
const outfile = `dist/tools/${name}.mjs`;
await bundle(TOOLS[name], outfile, { minify: false });
process.exit(spawnSync(process.execPath, [join(root, outfile), ...args], { stdio: 'inherit' }).status ?? 1);
