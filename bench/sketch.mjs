/** One update of each table, in ns (src/sketch/sketch.bench.ts prints its own lines). */
import { runBundled } from './lib/bundled.mjs';

export default async function run() {
  await runBundled('src/sketch/sketch.bench.ts', 'sketch-bench', []);
  return [];
}
