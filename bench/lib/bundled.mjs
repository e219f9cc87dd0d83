/** A bench in TypeScript that lies beside the code it measures. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { root } from './paths.mjs';

/** Its lines go to the terminal. */
export async function runBundled(entry, name, words) {
  await spawned(entry, name, words, 'inherit');
}

/** It prints lines of JSON: what they say. */
export async function linesOfBundled(entry, name, words = []) {
  const text = await spawned(entry, name, words, 'pipe');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function spawned(entry, name, words, stdout) {
  const { bundle } = await import('../../scripts/build.mjs');
  const outfile = `dist/tools/${name}.mjs`;
  await bundle(entry, outfile);
  const ended = spawnSync(process.execPath, [join(root, outfile), ...words], {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
  if (ended.status !== 0) throw new BenchError(`${entry} ended with ${ended.status}`);
  return ended.stdout;
}
