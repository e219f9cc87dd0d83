/** Closing a second and reading each window, in ms (src/aggregate/windows.bench.ts prints its own lines). */
import { runBundled } from './lib/bundled.mjs';

export default async function run() {
  await runBundled('src/aggregate/windows.bench.ts', 'windows-bench', []);
  return [];
}
