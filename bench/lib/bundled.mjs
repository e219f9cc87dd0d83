/** A bench in TypeScript that lies beside the code it measures. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { root } from './paths.mjs';

export async function runBundled(entry, name, words) {
  const { bundle } = await import('../../scripts/build.mjs');
  const outfile = `dist/tools/${name}.mjs`;
  await bundle(entry, outfile);
  const { status } = spawnSync(process.execPath, [join(root, outfile), ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new BenchError(`${entry} ended with ${status}`);
}
